import { sql, type SQL } from 'drizzle-orm'
import { changedHousekeeping, changeKind, type ChangeTables } from '../strategy/change-tables.js'
import type { MergeTables } from '../strategy/merge-tables.js'
import { stampedColumns } from './stamped-columns.js'

/** Inserts the versions that are new. */
export function insertVersions(tables: MergeTables, { versions }: ChangeTables, stamp: string): SQL {
  const { phrases, physical, definition } = tables
  const names = [...definition.table.columns, ...changedHousekeeping(definition)].map((column) => column.name)
  const stamped = stampedColumns(tables, stamp)
  const targets = [...names, ...stamped.map(([name]) => name)]
  const values = [...names.map((name) => phrases.column(name, 'c')), ...stamped.map(([, value]) => value)]
  return sql`insert into ${phrases.table(physical)} (${tables.list(targets)}) select ${sql.join(values, sql`, `)} from ${phrases.table(versions)} c where ${phrases.column(changeKind.name, 'c')} = 'insert'`
}
