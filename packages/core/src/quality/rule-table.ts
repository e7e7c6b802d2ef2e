import type { SQL } from 'drizzle-orm'
import { VarveError } from '../error/varve-error.js'
import type { Phrases } from '../engine/phrases.js'
import { specOf, type KeyOf, type RowOf, type TableLike } from '../table/table-like.js'
import { tableLabel, type ColumnSpec, type TableSpec } from '../table/table-spec.js'
import { typeText, type LogicalKind } from '../table/logical-type.js'
import type { Severity } from './check.js'
import { assertNames, derivedName } from './check-name.js'

/** What every rule can be told. */
export interface RuleOptions<T extends TableLike> {
  /** @defaultValue 'error' */
  readonly severity?: Severity
  /** What the rule is called in results. Needed where two rules of one run would have the same name. @defaultValue made from the table and the columns */
  readonly name?: string
  /** The rows that the rule is for. Use the columns that it is given: they are those of the checked table, also where others are joined to it. */
  readonly where?: (columns: { readonly [K in KeyOf<T>]: SQL }) => SQL
}

/** The table of a rule and the columns that it looks at. */
export interface RuleTable<Columns extends readonly ColumnSpec[] = readonly ColumnSpec[]> {
  readonly spec: TableSpec
  /** The table, for people. */
  readonly label: string
  readonly columns: Columns
  readonly severity: Severity
  readonly name: string
  /** The rule's own condition on rows, for a table that is called `alias` in the statement. */
  readonly where: ((phrases: Phrases, alias: string) => SQL) | undefined
}

/** Settles what a rule is about, or says what it misses. */
export function ruleTable<T extends TableLike, const P extends readonly string[]>(rule: string, table: T, properties: P, options: RuleOptions<T>): RuleTable<ColumnsOf<P>> {
  const spec = specOf(table)
  const label = tableLabel(spec)
  const columns = columnsOf(rule, spec, properties)
  const name = options.name ?? derivedName([namedColumns(label, columns), rule].join(' '))
  assertNames([{ name }])
  const { where } = options
  return {
    spec,
    label,
    columns,
    severity: options.severity ?? 'error',
    name,
    where: where && ((phrases, alias) => {
      const refs = Object.fromEntries(spec.columns.map((column) => [column.property, phrases.column(column.name, alias)]))
      return where(refs as Parameters<typeof where>[0]) // one for each column of the table
    }),
  }
}

/** As many columns as properties. */
export type ColumnsOf<P extends readonly string[]> = { readonly [At in keyof P]: ColumnSpec }

/** The columns of properties. */
export function columnsOf<const P extends readonly string[]>(rule: string, spec: TableSpec, properties: P): ColumnsOf<P> {
  const refuse = (what: string) => new VarveError('V1009', `The rule "${rule}" of ${tableLabel(spec)}: ${what}`, { context: { table: tableLabel(spec), rule } })
  if (new Set(properties).size < properties.length) throw refuse(`${properties.join(', ')} names a column twice.`)
  const columns = properties.map((property) => {
    const found = spec.columns.find((column) => column.property === property)
    if (!found) throw refuse(`there is no column "${property}". Its columns are ${spec.columns.map((column) => column.property).join(', ')}.`)
    return found
  })
  return columns as unknown as ColumnsOf<P> // one for each property
}

/** A value as the column holds it. */
export type RuleValue<T extends TableLike, K extends KeyOf<T>> = NonNullable<RowOf<T>[K & keyof RowOf<T>]>

/** The kinds whose values every engine can tell equal from different. */
export const comparableKinds: readonly LogicalKind[] = ['integer', 'bigint', 'text', 'boolean', 'decimal', 'float', 'date', 'timestamp', 'time', 'uuid']

/** Refuses a column whose values the rule could not compare. */
export function assertKind(rule: string, label: string, column: ColumnSpec, allowed: readonly LogicalKind[]): void {
  if (allowed.includes(column.type.kind)) return
  throw new VarveError('V1009', `The rule "${rule}" of ${label}: column "${column.name}" is ${typeText(column.type)}. Allowed are columns of ${allowed.join(', ')}.`, { context: { table: label, column: column.name } })
}

/** Columns in a message: `"a"`, or `("a", "b")`. */
export function quotedColumns(columns: readonly ColumnSpec[]): string {
  const quoted = columns.map((column) => `"${column.name}"`).join(', ')
  return columns.length === 1 ? quoted : `(${quoted})`
}

function namedColumns(label: string, columns: readonly ColumnSpec[]): string {
  if (columns.length === 0) return label
  const names = columns.map((column) => column.name).join(', ')
  return columns.length === 1 ? `${label}.${names}` : `${label} (${names})`
}
