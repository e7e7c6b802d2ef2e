import { sql } from 'drizzle-orm'
import { VarveError } from '../error/varve-error.js'
import { specOf, type KeyOf, type TableLike } from '../table/table-like.js'
import { tableLabel } from '../table/table-spec.js'
import type { DataQualityCheck } from './check.js'
import { rowRule } from './row-rule.js'
import { assertKind, comparableKinds, quotedColumns, ruleTable, type RuleOptions } from './rule-table.js'

/**
 * No two rows have the same values in the columns. Every row of a group of equal ones offends, the first of them too. A row with a NULL
 * in any of the columns equals no other, as in a unique constraint. An empty table passes.
 *
 * @example
 * ```ts
 * unique(shifts, ['periodId', 'shiftId'])
 * ```
 * @throws VarveError V1009 for a column that is not of the table, or whose values cannot be compared.
 */
export function unique<T extends TableLike>(table: T, columns: readonly KeyOf<T>[], options: RuleOptions<T> = {}): DataQualityCheck {
  if (columns.length === 0) throw new VarveError('V1009', `The rule "unique" of ${tableLabel(specOf(table))} names no column. Name at least one.`)
  const subject = ruleTable('unique', table, columns, options)
  for (const column of subject.columns) assertKind('unique', subject.label, column, comparableKinds)
  const names = quotedColumns(subject.columns)
  return rowRule(subject, {
    condition: ({ phrases, column: of }) => {
      // The groups first and by themselves: they are few, and a join to few rows costs little on any engine.
      const inner = 'grouped'
      const keys = sql.join(subject.columns.map((column) => phrases.column(column.name, inner)), sql`, `)
      const where = subject.where ? sql`where ${subject.where(phrases, inner)}` : sql``
      const groups = sql`select ${keys} from ${phrases.table(subject.spec)} ${sql.identifier(inner)} ${where} group by ${keys} having ${phrases.countRows()} > 1`
      // Equality leaves out the groups that have a NULL in their key.
      const isOne = sql.join(subject.columns.map((column) => sql`${of(column)} = ${phrases.column(column.name, 'repeated')}`), sql` and `)
      return { before: phrases.computedOnce('repeated', groups), join: sql`join ${sql.identifier('repeated')} on ${isOne}` }
    },
    groups: subject.columns,
    passed: `no two rows have the same ${names}`,
    failed: { one: `has the ${names} of another row`, many: `have the ${names} of another row` },
  })
}
