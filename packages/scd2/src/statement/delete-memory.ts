import { sql, type SQL } from 'drizzle-orm'
import type { TableSpec } from '@varve/core'
import { memoryColumns } from '../memory/memory-table.js'
import { changeKind, type ChangeTables } from '../strategy/change-tables.js'
import type { MergeTables } from '../strategy/merge-tables.js'

/** Removes memory rows that no longer hold, or are about to be written anew. */
export function deleteMemory({ phrases, keyNames }: MergeTables, changes: ChangeTables, memory: TableSpec): SQL {
  const target = phrases.table(memory)
  const names = [...keyNames, memoryColumns.at.name, memoryColumns.kind.name]
  const matched = sql.join(names.map((name) => sql`${phrases.column(name, 'c')} = ${target}.${phrases.column(name)}`), sql` and `)
  return sql`delete from ${target} where exists (select 1 from ${phrases.table(changes.memory)} c where ${phrases.column(changeKind.name, 'c')} = 'delete' and ${matched})`
}
