import { sql, type SQL } from 'drizzle-orm'
import { rawForm } from '../stage/raw-form.js'
import type { ColumnSpec } from '../table/table-spec.js'
import type { CheckContext, CheckSample, DataQualityCheck } from './check.js'
import type { RuleTable } from './rule-table.js'

/** How many offending rows are shown. */
export const samplesAtMost = 5

const checked = 'checked'

/** What a rule looks for, in the words of the statement that its table is part of. */
export interface RowCondition {
  /** A query that comes before the statement; see the phrase `computedOnce`. */
  readonly before?: SQL
  /** What the checked table is joined to. It must not multiply rows. */
  readonly join?: SQL
  /** Which of the rows offend. @defaultValue all that are left by the join */
  readonly offends?: SQL
}

/** What a condition is built from. */
export interface RowStatement extends CheckContext {
  /** A column of the checked table. */
  readonly column: (spec: ColumnSpec) => SQL
}

/** What a rule about single rows adds to its table. */
export interface RowRule {
  readonly condition: (statement: RowStatement) => RowCondition
  /** Rows that are alike, beside each other in the samples. */
  readonly groups?: readonly ColumnSpec[]
  /** Said when no row offends. */
  readonly passed: string
  /** Said after the number of rows that offend: `have no value in "name"`. */
  readonly failed: { readonly one: string; readonly many: string }
}

/** Makes the check of a rule about single rows: it counts those that offend, and shows some. */
export function rowRule(table: RuleTable, rule: RowRule): DataQualityCheck {
  return {
    name: table.name,
    severity: table.severity,
    table: table.label,
    run: async ({ session, phrases }) => {
      const column = (spec: ColumnSpec) => phrases.column(spec.name, checked)
      const { before, join, offends } = rule.condition({ session, phrases, column })
      const conditions = [...(table.where ? [table.where(phrases, checked)] : []), ...(offends ? [offends] : [])].map((condition) => sql`(${condition})`)
      const where = conditions.length > 0 ? sql`where ${sql.join(conditions, sql` and `)}` : sql``
      const rows = sql`from ${phrases.table(table.spec)} ${sql.identifier(checked)} ${join ?? sql``} ${where}`
      const count = await session.query<{ offending: bigint | number }>(sql`${before ?? sql``} select ${phrases.countRows()} as offending ${rows}`)
      const offending = Number(count.rows[0]?.offending ?? 0)
      const among = table.where ? ' among those that the rule is for' : ''
      if (offending === 0) return { passed: true, offending, message: `${rule.passed}${among}`, samples: [] }
      const order = sampleOrder(table, rule.groups ?? [])
      const shown = sampleColumns(table)
      const sampled = await session.query(
        sql`${before ?? sql``} select ${list(shown.map(column))} ${rows}${order.length > 0 ? sql` order by ${list(order.map(column))}` : sql``} ${phrases.firstRows(samplesAtMost)}`,
      )
      const [only, another] = table.columns
      const samples = sampled.rows.map((row): CheckSample => ({ column: another === undefined ? only?.name : undefined, raw: rawForm(row) }))
      const { one, many } = rule.failed
      return { passed: false, offending, message: `${offending === 1 ? `1 row ${one}` : `${offending} rows ${many}`}${among}`, samples }
    },
  }
}

/** The key, what the rule is about, and the rest. */
function sampleColumns({ spec, columns }: RuleTable): ColumnSpec[] {
  return [...new Set([...keyOf({ spec }), ...columns, ...spec.columns])]
}

function sampleOrder(table: RuleTable, groups: readonly ColumnSpec[]): ColumnSpec[] {
  const key = keyOf(table)
  // Some engines cannot sort JSON.
  return [...new Set([...groups, ...(key.length > 0 ? key : table.columns)])].filter((column) => column.type.kind !== 'json')
}

function keyOf({ spec }: Pick<RuleTable, 'spec'>): ColumnSpec[] {
  return spec.primaryKey.flatMap((name) => spec.columns.filter((column) => column.name === name))
}

function list(parts: readonly SQL[]): SQL {
  return sql.join([...parts], sql`, `)
}
