import { sql, type SQL } from 'drizzle-orm'
import type { TableSpec } from '@varve/core'
import type { MergeTables } from '../strategy/merge-tables.js'

/** Whether a table that has the key of the dimension has any rows. */
export function hasRows(tables: MergeTables, table: TableSpec): SQL {
  return sql`select 1 as one from ${tables.phrases.table(table)} t order by ${tables.key('t')} ${tables.phrases.firstRows(1)}`
}
