import { sql } from 'drizzle-orm'
import type { KeyOf, TableLike } from '../table/table-like.js'
import type { DataQualityCheck } from './check.js'
import { rowRule } from './row-rule.js'
import { ruleTable, type RuleOptions } from './rule-table.js'

/**
 * The column has a value in every row: a row offends whose column is NULL. The empty text is a value. An empty table passes.
 *
 * @example
 * ```ts
 * notNull(people, 'email', { severity: 'warn', where: (person) => sql`${person.active} = ${true}` })
 * ```
 */
export function notNull<T extends TableLike>(table: T, column: KeyOf<T>, options: RuleOptions<T> = {}): DataQualityCheck {
  const subject = ruleTable('not null', table, [column], options)
  const [spec] = subject.columns
  return rowRule(subject, {
    condition: ({ column: of }) => ({ offends: sql`${of(spec)} is null` }),
    passed: `every row has a value in "${spec.name}"`,
    failed: { one: `has no value in "${spec.name}"`, many: `have no value in "${spec.name}"` },
  })
}
