import { sql, type SQL } from 'drizzle-orm'
import type { ColumnSpec, TableSpec } from '@varve/core'
import { memberNumber, type ChangeTables } from '../strategy/change-tables.js'
import type { MergeTables } from '../strategy/merge-tables.js'
import { valueList } from './value-list.js'

/** The rows of a table that belong to the listed members, in their order. */
export function readOfMembers(tables: MergeTables, { members }: ChangeTables, table: TableSpec, columns: readonly ColumnSpec[]): SQL {
  const { phrases } = tables
  const number = phrases.column(memberNumber.name, 'm')
  const list = columns.length > 0 ? sql`, ${valueList(phrases, columns, 't')}` : sql``
  return sql`select ${number}${list} from ${phrases.table(members)} m join ${phrases.table(table)} t on ${tables.sameKey('t', 'm')} order by ${number}`
}
