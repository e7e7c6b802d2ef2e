import { sql, type SQL } from 'drizzle-orm'
import type { TableSpec } from '@varve/core'
import { memoryColumns } from '../memory/memory-table.js'
import { foundKind, memberNumber, type ChangeTables } from '../strategy/change-tables.js'
import type { MergeTables } from '../strategy/merge-tables.js'

/** What is known of a complete load before members are listed. */
export interface CompleteSetting {
  readonly at: string
  /** Whether every member with an open version has a row. */
  readonly isWhole: boolean
  readonly hasMemory: boolean
}

/**
 * Lists the members that only the model can tell of: those with an odd row, and, where the load is complete, those that it finds alive
 * without having a row for them, or that are to begin later.
 */
export function listMembers(tables: MergeTables, changes: ChangeTables, complete: CompleteSetting | undefined): SQL {
  const { phrases, unreadable } = tables
  const sources = [sql`select distinct ${tables.key('s')} from ${phrases.table(changes.found)} s where ${phrases.column(foundKind.name, 's')} = 'odd'`]
  if (complete) {
    if (unreadable) sources.push(sql`select ${tables.key('u')} from ${phrases.table(unreadable)} u`)
    sources.push(...unspoken(tables, changes, complete))
  }
  return sql`insert into ${phrases.table(changes.members)} (${phrases.column(memberNumber.name)}, ${tables.key()})
    select row_number() over (order by ${tables.key('k')}), ${tables.key('k')} from (${sql.join(sources, sql` union `)}) k`
}

/** Members that a complete load has no row for, and that its word means something to. */
function unspoken(tables: MergeTables, { found }: ChangeTables, { at, isWhole, hasMemory }: CompleteSetting): SQL[] {
  const { phrases, stage, physical, memory, begin, end, definition } = tables
  const instant = tables.instant(at)
  const none = (table: TableSpec, alias: string) => sql`not exists (select 1 from ${phrases.table(table)} s where ${tables.sameKey('s', alias)})`
  const notStaged = (alias: string) => sql`${none(stage, alias)} and ${none(found, alias)}`
  const sources: SQL[] = []
  // A version that ends at this very instant belongs to them: its end has one more reason now.
  // Where absence is ignored and nothing is remembered, nothing would come of it.
  if (definition.deletes === 'close' || memory) {
    const still = memory && hasMemory && definition.deletes === 'ignore' ? sql` and not ${isSilent(tables, at)}` : sql``
    sources.push(sql`select ${tables.key('d')} from ${phrases.table(physical)} d where ${phrases.column(begin, 'd')} <= ${instant} and ${isWhole ? sql`${phrases.column(end, 'd')} >= ${instant} and not (${tables.isOpen('d')})` : sql`(${tables.isOpen('d')} or ${phrases.column(end, 'd')} >= ${instant})`} and ${notStaged('d')}${still}`)
  }
  // What is to begin later can be dropped; what was said of this very instant can be said otherwise.
  const rememberedAt = phrases.column(memoryColumns.at.name, 'p')
  if (memory && hasMemory) sources.push(sql`select ${tables.key('p')} from ${phrases.table(memory)} p where (${rememberedAt} = ${instant} or (${phrases.column(memoryColumns.knownAt.name, 'p')} is not null and ${rememberedAt} > ${instant})) and ${notStaged('p')}`)
  return sources
}

/** Whether complete loads have been silent about a member before, and nothing was heard of it since: then one more is no news. */
export function isSilent(tables: MergeTables, at: string): SQL {
  const { phrases, memory, begin } = tables
  if (!memory) return sql`(1 = 0)`
  const atColumn = (alias: string) => phrases.column(memoryColumns.at.name, alias)
  return sql`exists (select 1 from ${phrases.table(memory)} q where ${tables.sameKey('q', 'd')} and ${phrases.column(memoryColumns.kind.name, 'q')} = 'silent'
    and ${atColumn('q')} <= ${tables.instant(at)} and ${atColumn('q')} >= ${phrases.column(begin, 'd')} and ${tables.isOpen('d')}
    and not exists (select 1 from ${phrases.table(memory)} r where ${tables.sameKey('r', 'q')} and ${atColumn('r')} > ${atColumn('q')}))`
}
