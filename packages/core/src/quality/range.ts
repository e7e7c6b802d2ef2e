import { sql } from 'drizzle-orm'
import { VarveError } from '../error/varve-error.js'
import type { LogicalType } from '../table/logical-type.js'
import type { KeyOf, TableLike } from '../table/table-like.js'
import type { DataQualityCheck } from './check.js'
import { readBound } from './read-bound.js'
import { rowRule } from './row-rule.js'
import { assertKind, ruleTable, type RuleOptions, type RuleValue } from './rule-table.js'

/** The bounds of a range; both belong to it. */
export interface RangeBounds<Value> {
  readonly min?: Value
  readonly max?: Value
}

/**
 * Every value of the column lies between the bounds, which belong to the range themselves; one of them may be left out. NULL passes:
 * declare {@link notNull} too where it must not. An empty table passes.
 *
 * @example
 * ```ts
 * range(invoices, 'total', { min: '0.00' })
 * ```
 * @throws VarveError V1009 without a bound, for bounds in the wrong order, and for a bound that the column could not hold.
 */
export function range<T extends TableLike, K extends KeyOf<T>>(table: T, column: K, bounds: RangeBounds<RuleValue<T, K>>, options: RuleOptions<T> = {}): DataQualityCheck {
  const subject = ruleTable('range', table, [column], options)
  const [spec] = subject.columns
  assertKind('range', subject.label, spec, ['integer', 'bigint', 'decimal', 'float', 'date', 'timestamp', 'time'])
  const [min, max] = [bounds.min, bounds.max].map((bound) => (bound === undefined ? undefined : readBound('range', subject.label, spec, bound)))
  const refuse = (what: string) => new VarveError('V1009', `The rule "range" of ${subject.label}."${spec.name}" ${what}`)
  if (min === undefined && max === undefined) throw refuse('has no bounds. Give min, max, or both.')
  if (min !== undefined && max !== undefined && rank(spec.type, min) > rank(spec.type, max)) throw refuse(`runs from ${min} to ${max}, so no row could meet it. Swap the bounds.`)
  const place = min === undefined ? `above ${max}` : max === undefined ? `below ${min}` : `outside of ${min} to ${max}`
  return rowRule(subject, {
    condition: ({ phrases, column: of }) => {
      const below = min === undefined ? [] : [sql`${of(spec)} < ${phrases.cast(sql`${min}`, spec.type)}`]
      const above = max === undefined ? [] : [sql`${of(spec)} > ${phrases.cast(sql`${max}`, spec.type)}`]
      return { offends: sql`(${sql.join([...below, ...above], sql` or `)})` }
    },
    passed: `no "${spec.name}" lies ${place}`,
    failed: { one: `has a "${spec.name}" ${place}`, many: `have a "${spec.name}" ${place}` },
  })
}

/** A number that never orders two values the wrong way round; it may find two equal that are not. */
function rank(type: LogicalType, value: string): number {
  if (type.kind === 'date' || type.kind === 'timestamp') return Date.parse(value)
  return type.kind === 'time' ? Date.parse(`1970-01-01T${value}Z`) : Number(value)
}
