import { sql, type SQL } from 'drizzle-orm'
import { memoryColumns } from '../memory/memory-table.js'
import { foundKind, formerBegin, type ChangeTables } from '../strategy/change-tables.js'
import type { MergeTables } from '../strategy/merge-tables.js'
import { isSilent } from './list-members.js'

/** Lists the living members that a complete load has no row for, where all that is known of them lies before it. */
export function findUnspoken(tables: MergeTables, changes: ChangeTables, at: string, hasMemory: boolean): SQL {
  const { phrases, stage, unreadable, physical, memory, begin, definition } = tables
  const instant = tables.instant(at)
  const kind = definition.deletes === 'close' ? 'absent' : 'silent'
  const none = [stage, ...(unreadable ? [unreadable] : [])].map((table) => sql` and not exists (select 1 from ${phrases.table(table)} s where ${tables.sameKey('s', 'd')})`)
  const known = memory && hasMemory ? [sql` and not exists (select 1 from ${phrases.table(memory)} m where ${tables.sameKey('m', 'd')} and ${phrases.column(memoryColumns.at.name, 'm')} >= ${instant})`] : []
  const still = hasMemory && kind === 'silent' ? [sql` and not ${isSilent(tables, at)}`] : []
  return sql`insert into ${phrases.table(changes.found)} (${tables.list([foundKind.name, formerBegin.name])}, ${tables.key()})
    select '${sql.raw(kind)}', ${phrases.column(begin, 'd')}, ${tables.key('d')} from ${phrases.table(physical)} d
    where ${tables.isOpen('d')} and ${phrases.column(begin, 'd')} < ${instant}${sql.join([...none, ...known, ...still])}`
}
