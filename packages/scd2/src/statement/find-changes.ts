import { sql, type SQL } from 'drizzle-orm'
import type { ColumnSpec } from '@varve/core'
import { memoryColumns } from '../memory/memory-table.js'
import { foundKind, formerBegin, type ChangeTables } from '../strategy/change-tables.js'
import { deletedMarker, type MergeTables } from '../strategy/merge-tables.js'
import { severalRows } from './count-several.js'

/** What the common case depends on. */
export interface FindSetting {
  /** The instant of the load. */
  readonly at: string
  readonly complete: boolean
  /** The last complete load so far: before it, only the model can tell. */
  readonly lastComplete: string | undefined
  /** Whether no complete load so far is as late as this one. */
  readonly isNewest: boolean
  /** Whether a complete load comes before the last one: then nothing is common. */
  readonly isOlder: boolean
  /** Whether members have several staged rows. */
  readonly hasSeveral: boolean
  /** Whether anything is remembered. */
  readonly hasMemory: boolean
}

/**
 * Compares staged rows with the open versions of their members, and lists what is not as it was: one join, and a row for what
 * follows. Where the past is touched, or several rows speak of a member, the row is `odd`.
 */
export function findChanges(tables: MergeTables, changes: ChangeTables, setting: FindSetting): SQL {
  const { phrases, stage, physical, definition, begin } = tables
  const memory = setting.hasMemory ? tables.memory : undefined
  const columns = definition.table.columns.map((column) => column.name)
  const { joins: odd, oddities } = oddRows(tables, setting)
  const joins: SQL[] = [sql`left join ${phrases.table(physical)} c on ${tables.sameKey('c', 's')} and ${tables.isOpen('c')}`, ...odd]
  const [firstKey = ''] = tables.keyNames
  const isThere = (alias: string) => sql`${phrases.column(firstKey, alias)} is not null`
  if (memory && definition.sequence) {
    const at = phrases.column(memoryColumns.at.name, 'y')
    const kind = phrases.column(memoryColumns.kind.name, 'y')
    const isPlain = sql`${kind} = 'observed' and ${phrases.column(memoryColumns.knownAt.name, 'y')} is null`
    joins.push(sql`left join (select ${tables.key('x')}, max(case when ${kind} = 'observed' then ${at} end) as last_at, max(case when ${isPlain} then null else ${at} end) as odd_at
      from ${phrases.table(stage)} x join ${phrases.table(memory)} y on ${tables.sameKey('y', 'x')} group by ${tables.key('x')}) m on ${tables.sameKey('m', 's')}`)
    joins.push(sql`left join ${phrases.table(memory)} r on ${tables.sameKey('r', 's')} and ${phrases.column(memoryColumns.at.name, 'r')} = ${phrases.column(definition.sequence.name, 's')} and ${phrases.column(memoryColumns.kind.name, 'r')} = 'observed'`)
  }
  const judged = definition.sequence ? bySequence(tables, setting, definition.sequence) : byLoad(tables, setting)
  const isUnknown = sql`not exists (select 1 from ${phrases.table(physical)} v where ${tables.sameKey('v', 's')})`
  return sql`insert into ${phrases.table(changes.found)} (${tables.list([foundKind.name, formerBegin.name, ...columns])})
    select f.found, f.former, ${tables.list(columns, 'f')} from (
      select ${tables.list(columns, 's')}, ${phrases.column(begin, 'c')} as former, case
        when ${sql.join([...oddities], sql` or `)} then 'odd'
        when not (${isThere('c')}) then case when ${judged.mayBeNew} and ${isUnknown} then ${definition.housekeeping.recordHash === undefined ? sql`'new'` : sql`'odd'`} else 'odd' end
        when ${judged.isSame} then 'same'
        when ${judged.isNext} then ${nextKind(tables)}
        else 'odd' end as found
      from ${phrases.table(stage)} s ${sql.join(joins, sql` `)}
    ) f where f.found <> 'same'`
}

/** What tells rows of which several speak, or that a complete load cannot be sure of, by joins to the staged rows `s`. */
export function oddRows(tables: MergeTables, setting: Pick<FindSetting, 'hasSeveral' | 'isOlder'>): { readonly joins: readonly SQL[]; readonly oddities: readonly SQL[] } {
  const { phrases, unreadable } = tables
  const joins: SQL[] = []
  const oddities = [sql`${phrases.column(deletedMarker.name, 's')} is not null`]
  const [firstKey = ''] = tables.keyNames
  if (setting.isOlder) oddities.push(sql`1 = 1`)
  if (setting.hasSeveral) {
    joins.push(sql`left join (${severalRows(tables)}) g on ${tables.sameKey('g', 's')}`)
    oddities.push(sql`${phrases.column(firstKey, 'g')} is not null`)
  }
  if (unreadable) {
    joins.push(sql`left join ${phrases.table(unreadable)} u on ${tables.sameKey('u', 's')}`)
    oddities.push(sql`${phrases.column(firstKey, 'u')} is not null`)
  }
  return { joins, oddities }
}

/** Whether a row's instant is neither in the future nor before the last complete load. */
export function isTimely(tables: MergeTables, { at, lastComplete, isNewest }: Pick<FindSetting, 'at' | 'lastComplete' | 'isNewest'>): SQL {
  const { sequence } = tables.definition
  if (!sequence) return isNewest ? sql`1 = 1` : sql`1 = 0`
  const said = tables.phrases.column(sequence.name, 's')
  return lastComplete === undefined ? sql`${said} <= ${tables.instant(at)}` : sql`${said} <= ${tables.instant(at)} and ${said} > ${tables.instant(lastComplete)}`
}

interface Judgement {
  readonly mayBeNew: SQL
  /** The row says what is known already. */
  readonly isSame: SQL
  /** The row goes on where all that is known ends. */
  readonly isNext: SQL
}

function bySequence(tables: MergeTables, setting: FindSetting, sequence: ColumnSpec): Judgement {
  const { phrases, begin, definition } = tables
  const said = phrases.column(sequence.name, 's')
  const held = phrases.column(sequence.name, 'c')
  const from = phrases.column(begin, 'c')
  const compared = [...definition.tracked, ...definition.overwrite, ...definition.fixed]
  // Of the future it is said each time.
  const isPast = sql`${said} <= ${tables.instant(setting.at)}`
  // A version that a complete load opened shows first values that another event may have brought.
  const isOwn = definition.fixed.length > 0 ? sql` and ${from} = ${held}` : sql``
  const isRepeat = sql`${isPast} and ${said} = ${held}${isOwn} and ${allSame(tables, compared, 's', 'c')}`
  const known = isTimely(tables, setting)
  if (!setting.hasMemory) return { mayBeNew: known, isSame: isRepeat, isNext: sql`${said} > ${from} and ${known}` }
  const isCalm = sql`(m.odd_at is null or m.odd_at < ${from})`
  const isLast = sql`(m.last_at is null or m.last_at <= ${from})`
  const remembered = phrases.column(memoryColumns.at.name, 'r')
  const isRemembered = sql`${remembered} is not null and ${allSame(tables, compared, 's', 'r')} and ${phrases.column(memoryColumns.knownAt.name, 'r')} is null`
  // The overwrite columns of such a version may be those of an observation between the one it shows and its begin.
  const isShown = sql`(${from} = ${held} or m.last_at is null or m.last_at <= ${held})`
  // A complete load says of a member which observation is in force. Only the last one is what is taken for granted.
  const isSame = setting.complete
    ? sql`${isCalm} and ((${remembered} is null and ${isRepeat} and ${isLast}) or (${isPast} and ${isRemembered} and ((${said} = m.last_at and m.last_at > ${from}) or (${said} = ${held} and ${isLast}))))`
    : sql`((${remembered} is null and ${isRepeat} and ${isShown}) or (${isPast} and ${isRemembered}))`
  const [firstKey = ''] = tables.keyNames
  return {
    mayBeNew: sql`${known} and ${phrases.column(firstKey, 'm')} is null`,
    isSame,
    isNext: sql`${said} > ${from} and ${known} and ${isCalm} and (m.last_at is null or ${said} > m.last_at)`,
  }
}

function byLoad(tables: MergeTables, setting: FindSetting): Judgement {
  const { phrases, begin, definition } = tables
  const from = phrases.column(begin, 'c')
  const instant = tables.instant(setting.at)
  const isNewest = isTimely(tables, setting)
  return {
    mayBeNew: isNewest,
    isSame: sql`${from} <= ${instant} and ${allSame(tables, [...definition.tracked, ...definition.overwrite], 's', 'c')} and ${nothingToFill(tables)}`,
    isNext: sql`${from} < ${instant} and ${isNewest}`,
  }
}

function nextKind(tables: MergeTables): SQL {
  const { phrases, definition, begin } = tables
  const { overwrite, sequence, overwriteScope, housekeeping } = definition
  // A hash is computed over the whole version, which is not at hand here.
  if (housekeeping.recordHash !== undefined) return sql`'odd'`
  const overwriteSame = allSame(tables, overwrite, 's', 'c')
  const isMember = overwriteScope === 'member'
  const amended = isMember ? sql`'odd'` : sequence ? sql`case when ${phrases.column(sequence.name, 'c')} = ${phrases.column(begin, 'c')} then 'amended' else 'odd' end` : sql`'amended'`
  const changed = isMember ? sql`case when ${overwriteSame} then 'changed' else 'odd' end` : sql`'changed'`
  return sql`case when ${allSame(tables, definition.tracked, 's', 'c')} then case when ${overwriteSame} and ${nothingToFill(tables)} then 'observed' else ${amended} end else ${changed} end`
}

/** Whether no fixed column gets its first value. */
function nothingToFill({ phrases, definition }: MergeTables): SQL {
  const filled = definition.fixed.map(({ name }) => sql`(${phrases.column(name, 'c')} is not null or ${phrases.column(name, 's')} is null)`)
  return filled.length === 0 ? sql`1 = 1` : sql`(${sql.join(filled, sql` and `)})`
}

function allSame({ phrases }: MergeTables, columns: readonly ColumnSpec[], one: string, other: string): SQL {
  if (columns.length === 0) return sql`1 = 1`
  return sql`(${sql.join(columns.map(({ name }) => sql`${phrases.same(phrases.column(name, one), phrases.column(name, other))}`), sql` and `)})`
}
