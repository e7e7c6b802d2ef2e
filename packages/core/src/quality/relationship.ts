import { sql } from 'drizzle-orm'
import { VarveError } from '../error/varve-error.js'
import type { LogicalKind } from '../table/logical-type.js'
import { specOf, type KeyOf, type TableLike } from '../table/table-like.js'
import { tableLabel } from '../table/table-spec.js'
import type { DataQualityCheck } from './check.js'
import { rowRule } from './row-rule.js'
import { assertKind, columnsOf, comparableKinds, quotedColumns, ruleTable, type RuleOptions } from './rule-table.js'

/**
 * What the column names exists in another table: a row offends that is an orphan. A row with a NULL in any of the columns names nothing
 * and passes, as with a foreign key. An empty table passes; when the other table is empty, every row that names something is an orphan.
 *
 * **Details**
 *
 * A key of several columns is given as two lists of the same length. `where` chooses rows of the checked table only.
 *
 * @example
 * ```ts
 * relationship(orders, 'customerId', customers, 'customerId')
 * relationship(lines, ['periodId', 'shiftId'], shifts, ['periodId', 'shiftId'])
 * ```
 * @throws VarveError V1009 for lists of different lengths, and for columns whose types cannot be compared.
 */
export function relationship<T extends TableLike, To extends TableLike>(
  table: T,
  column: KeyOf<T> | readonly KeyOf<T>[],
  to: To,
  toColumn: KeyOf<To> | readonly KeyOf<To>[],
  options: RuleOptions<T> = {},
): DataQualityCheck {
  const rule = 'relationship'
  const properties = listOf(column)
  const target = specOf(to)
  const targetLabel = tableLabel(target)
  const toColumns = columnsOf(rule, target, listOf(toColumn))
  const subject = ruleTable(`${rule} to ${targetLabel}`, table, properties, options)
  const refuse = (what: string) => new VarveError('V1009', `The rule "${rule}" of ${subject.label} to ${targetLabel} ${what}`)
  if (properties.length === 0) throw refuse('names no column. Name at least one.')
  if (properties.length !== toColumns.length) throw refuse(`compares ${properties.length} columns with ${toColumns.length}. Name as many of the one as of the other.`)
  const pairs = subject.columns.map((from, at) => {
    const other = toColumns[at] ?? from // as many as there are, checked above
    assertKind(rule, subject.label, from, comparableKinds)
    if (family(from.type.kind) !== family(other.type.kind)) throw refuse(`compares "${from.name}" (${from.type.kind}) with "${other.name}" (${other.type.kind}). Their types must be comparable.`)
    return { from, other, key: `key_${at + 1}` }
  })
  const names = quotedColumns(subject.columns)
  const place = `${targetLabel}.${quotedColumns(toColumns)}`
  return rowRule(subject, {
    condition: ({ phrases, column: of }) => {
      // A list of the keys that there are, joined to: the one form that also holds where the two tables are spread over machines in different ways.
      const keys = pairs.map(({ other, key }) => sql`${phrases.column(other.name, 'target')} as ${sql.identifier(key)}`)
      const known = sql`select distinct ${sql.join(keys, sql`, `)} from ${phrases.table(target)} ${sql.identifier('target')}`
      const isOne = pairs.map(({ from, key }) => sql`${of(from)} = ${phrases.column(key, 'known')}`)
      const named = pairs.map(({ from }) => sql`${of(from)} is not null`)
      return {
        before: phrases.computedOnce('known', known),
        join: sql`left join ${sql.identifier('known')} on ${sql.join(isOne, sql` and `)}`,
        offends: sql`${sql.join(named, sql` and `)} and ${phrases.column('key_1', 'known')} is null`,
      }
    },
    passed: `every ${names} is in ${place}`,
    failed: { one: `has a ${names} that is not in ${place}`, many: `have a ${names} that is not in ${place}` },
  })
}

function listOf<K extends string>(columns: K | readonly K[]): readonly K[] {
  return typeof columns === 'string' ? [columns] : columns
}

function family(kind: LogicalKind): string {
  return kind === 'integer' || kind === 'bigint' || kind === 'decimal' || kind === 'float' ? 'number' : kind
}
