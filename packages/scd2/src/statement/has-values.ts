import { sql, type SQL } from 'drizzle-orm'
import type { ColumnSpec } from '@varve/core'
import type { MergeTables } from '../strategy/merge-tables.js'

/** Whether a living member has a value in a column. */
export function hasValues(tables: MergeTables, column: ColumnSpec): SQL {
  const { phrases } = tables
  return sql`select 1 as one from ${phrases.table(tables.physical)} d where ${tables.isOpen('d')} and ${phrases.column(column.name, 'd')} is not null order by ${tables.key('d')} ${phrases.firstRows(1)}`
}
