import { sql } from 'drizzle-orm'
import { VarveError } from '../error/varve-error.js'
import type { KeyOf, TableLike } from '../table/table-like.js'
import type { DataQualityCheck } from './check.js'
import { readBound } from './read-bound.js'
import { rowRule } from './row-rule.js'
import { assertKind, comparableKinds, ruleTable, type RuleOptions, type RuleValue } from './rule-table.js'

const shownValues = 10

/**
 * The column holds nothing but the values that are listed. NULL passes: declare {@link notNull} too where it must not. An empty table
 * passes.
 *
 * @example
 * ```ts
 * acceptedValues(orders, 'status', ['open', 'shipped', 'cancelled'])
 * ```
 * @throws VarveError V1009 for an empty list, and for a value that the column could not hold.
 */
export function acceptedValues<T extends TableLike, K extends KeyOf<T>>(table: T, column: K, values: readonly RuleValue<T, K>[], options: RuleOptions<T> = {}): DataQualityCheck {
  const rule = 'accepted values'
  const subject = ruleTable(rule, table, [column], options)
  const [spec] = subject.columns
  assertKind(rule, subject.label, spec, comparableKinds)
  if (values.length === 0) throw new VarveError('V1009', `The rule "${rule}" of ${subject.label}."${spec.name}" lists no value, so no row could meet it. List at least one.`)
  const accepted = values.map((value) => readBound(rule, subject.label, spec, value))
  const more = accepted.length - shownValues
  const shown = `${accepted.slice(0, shownValues).map((value) => JSON.stringify(value)).join(', ')}${more > 0 ? ` and ${more} more` : ''}`
  return rowRule(subject, {
    condition: ({ phrases, column: of }) => {
      const list = sql.join(accepted.map((value) => phrases.cast(sql`${value}`, spec.type)), sql`, `)
      return { offends: sql`${of(spec)} not in (${list})` }
    },
    passed: `every value of "${spec.name}" is one of ${shown}`,
    failed: { one: `has another "${spec.name}" than ${shown}`, many: `have another "${spec.name}" than ${shown}` },
  })
}
