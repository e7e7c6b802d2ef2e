import { sql, type SQL } from 'drizzle-orm'
import type { TableSpec } from '@varve/core'
import { changeKind, type ChangeTables } from '../strategy/change-tables.js'
import type { MergeTables } from '../strategy/merge-tables.js'

/** Writes memory rows. */
export function insertMemory(tables: MergeTables, changes: ChangeTables, memory: TableSpec): SQL {
  const { phrases } = tables
  const names = memory.columns.map((column) => column.name)
  return sql`insert into ${phrases.table(memory)} (${tables.list(names)}) select ${tables.list(names, 'c')} from ${phrases.table(changes.memory)} c where ${phrases.column(changeKind.name, 'c')} = 'insert'`
}
