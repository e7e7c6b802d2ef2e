import { sql } from 'drizzle-orm'
import { instantValue } from '../read/interval.js'
import { columnList, sameMember } from './version-list.js'
import type { VerifyRule, VersionTable } from './verify-rule.js'

/** The rules of H1: the shape of histories. */
export function intervalRules(versions: VersionTable): VerifyRule[] {
  return [missingValue(versions), length(versions), overlap(versions), severalCurrent(versions), ...currentFlag(versions), equalNeighbours(versions)]
}

function missingValue({ definition: { key, openEnd }, phrases, table, shown, interval }: VersionTable): VerifyRule {
  const { begin, end } = interval('v')
  const needed = [...key.map((column) => phrases.column(column.name, 'v')), begin, ...(openEnd === null ? [] : [end])]
  return {
    name: 'missing-value',
    one: `has no value in the key or the interval`,
    many: `have no value in the key or the interval`,
    offending: sql`select ${columnList(phrases, 'v', shown)} from ${table} v where ${sql.join(needed.map((column) => sql`${column} is null`), sql` or `)}`,
  }
}

function length({ phrases, table, shown, interval }: VersionTable): VerifyRule {
  const { begin, end } = interval('v')
  return {
    name: 'length',
    one: 'does not end after its begin',
    many: 'do not end after their begin',
    offending: sql`select ${columnList(phrases, 'v', shown)} from ${table} v where ${end} <= ${begin}`,
  }
}

/** A version that begins before an earlier one has ended: the furthest end of all that begin before it is looked at, not its neighbour's only. */
function overlap({ definition: { key }, phrases, table, shown, interval }: VersionTable): VerifyRule {
  const { begin, end, isOpen } = interval('v')
  const reach = sql`max(case when ${isOpen} then ${instantValue(phrases, endOfTime)} else ${end} end) over (partition by ${columnList(phrases, 'v', key)} order by ${begin}, ${end} rows between unbounded preceding and 1 preceding)`
  return {
    name: 'overlap',
    one: 'begins before an earlier version of its member has ended',
    many: 'begin before an earlier version of their member has ended',
    // Versions without length hold at no instant, and are another rule's.
    offending: sql`select ${columnList(phrases, 'o', shown)} from (select ${columnList(phrases, 'v', shown)}, ${reach} as varve_reach from ${table} v where ${begin} is not null and (${isOpen} or ${end} > ${begin})) o where o.varve_reach > ${interval('o').begin}`,
  }
}

const endOfTime = '9999-12-31T23:59:59.999999Z'

function severalCurrent({ definition: { key }, phrases, table, shown, interval }: VersionTable): VerifyRule {
  return {
    name: 'several-current',
    one: 'is open beside another open version of its member',
    many: 'are open beside another open version of their member',
    offending: sql`select ${columnList(phrases, 'o', shown)} from (select ${columnList(phrases, 'v', shown)}, ${phrases.countRows()} over (partition by ${columnList(phrases, 'v', key)}) as varve_beside from ${table} v where ${interval('v').isOpen}) o where o.varve_beside > 1`,
  }
}

function currentFlag({ definition: { housekeeping }, phrases, table, shown, interval }: VersionTable): VerifyRule[] {
  if (housekeeping.isCurrent === undefined) return []
  const flag = phrases.column(housekeeping.isCurrent, 'v')
  const name = housekeeping.isCurrent
  return [{
    name: 'current-flag',
    one: `is open or closed other than its "${name}" says`,
    many: `are open or closed other than their "${name}" says`,
    offending: sql`select ${columnList(phrases, 'v', shown)} from ${table} v where ${flag} is null or case when ${interval('v').isOpen} then 1 else 0 end <> case when ${flag} = ${phrases.boolean(true)} then 1 else 0 end`,
  }]
}

/** Two versions that touch and are the same in what is tracked. */
export function equalNeighbours({ definition: { key, tracked }, phrases, table, shown, interval }: VersionTable): VerifyRule {
  const isSame = tracked.map((column) => sql` and ${phrases.same(phrases.column(column.name, 'earlier'), phrases.column(column.name, 'v'))}`)
  return {
    name: 'equal-neighbours',
    one: 'begins where another ends that has the same tracked values',
    many: 'begin where another ends that has the same tracked values',
    offending: sql`select ${columnList(phrases, 'v', shown)} from ${table} v join ${table} earlier on ${sameMember(phrases, key, 'earlier', 'v')} and ${interval('earlier').end} = ${interval('v').begin} where ${interval('earlier').begin} < ${interval('v').begin}${sql.join(isSame, sql``)}`,
  }
}
