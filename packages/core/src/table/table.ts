import { sql, type SQL } from 'drizzle-orm'
import { VarveError } from '../error/varve-error.js'
import { drizzleMssqlTable, type MssqlTableOf } from '../engine/mssql/drizzle-table.js'
import { drizzlePgTable, type PgTableOf } from '../engine/postgres/drizzle-table.js'
import { checkedSpec } from './checked-spec.js'
import type { Column } from './column.js'
import { objectName } from './object-name.js'
import type { LogicalKind } from './logical-type.js'
import type { InputRow, InsertRow, NotNullKey, Row } from './row.js'
import { snakeCase } from './snake-case.js'
import type { CheckSpec, ColumnSpec, IndexSpec, PartitionSpec, TableSpec, UniqueSpec } from './table-spec.js'

/** The columns of a declaration by property. */
export type Columns = Readonly<Record<string, Column>>

/** The columns as pieces of SQL, for checks and predicates: quoted by whichever engine runs them. */
export type ColumnRefs<C extends Columns> = { readonly [K in keyof C]: SQL }

/** What a table has beside its columns. */
export interface TableOptions<C extends Columns> {
  readonly primaryKey?: readonly NotNullKey<C>[]
  readonly unique?: readonly {
    readonly columns: readonly (keyof C & string)[]
    readonly name?: string
    /** Makes it a partial unique index: it holds among the rows that meet the condition. */
    readonly where?: (columns: ColumnRefs<C>) => SQL
    /** Two NULLs count as the same value. @defaultValue false */
    readonly nullsEqual?: boolean
  }[]
  readonly indexes?: readonly { readonly columns: readonly (keyof C & string)[]; readonly name?: string; readonly where?: (columns: ColumnRefs<C>) => SQL }[]
  /** Conditions that every row meets, by name; the constraint is called `<table>_<name>`. */
  readonly checks?: Readonly<Record<string, (columns: ColumnRefs<C>) => SQL>>
  /** Cuts the table into partitions by the values of one column. Every key must hold that column. */
  readonly partitionBy?: { readonly list: keyof C & string } | { readonly range: keyof C & string }
}

/** A declared table: one source for the drizzle tables, the DDL, the row types, staging and evolution. */
export interface Table<Name extends string = string, C extends Columns = Columns> {
  readonly spec: TableSpec
  readonly columns: C
  /** The typed drizzle table for Postgres and the embedded engine. */
  readonly pg: PgTableOf<Name, C>
  /** The typed drizzle table for SQL Server. */
  readonly mssql: MssqlTableOf<Name, C>
  /** Type of a row as it is read. For types only: `typeof invoices.$row`. */
  readonly $row: Row<C>
  /** Type of a row as it is written. For types only. */
  readonly $insert: InsertRow<C>
  /** Type of a row as a load accepts it: other spellings of the values too. For types only. */
  readonly $input: InputRow<C>
}

/**
 * Declares a table once, for every engine.
 *
 * **Details**
 *
 * The name may carry a schema. Property names become snake case column names unless a column is `named`.
 *
 * @example
 * ```ts
 * import { sql } from 'drizzle-orm'
 * import { t, table } from '@varve/core'
 *
 * export const invoices = table('billing.fact_invoice', {
 *   invoiceId: t.integer().notNull(),
 *   issued: t.date().notNull(),
 *   total: t.decimal(12, 2).notNull().default('0.00'),
 * }, {
 *   primaryKey: ['invoiceId'],
 *   checks: { total_not_negative: (c) => sql`${c.total} >= 0` },
 * })
 * ```
 * @throws VarveError V1003 when some engine could not hold the table as declared: names that collide or are too long, a key
 * that names no column or may be NULL, a default that its column cannot hold.
 */
export function table<const Name extends string, const C extends Columns>(name: Name, columns: C, options: TableOptions<C> = {}): Table<Name, C> {
  // Widened to string keys: the names were checked by the compiler, and are once more at run time.
  return tableFromSpec<Name, C>(buildSpec(name, columns, options as unknown as AnyOptions), columns)
}

/**
 * The table of a spec that was derived from a declaration, typed by the name and the columns that it stands for.
 *
 * @example
 * ```ts
 * import { t, table, tableFromSpec } from '@varve/core'
 *
 * const sites = table('crm.dim_site', { siteId: t.integer().notNull() })
 * const archive = tableFromSpec<'crm.dim_site_archive', typeof sites.columns>({ ...sites.spec, name: 'dim_site_archive' }, sites.columns)
 * ```
 */
export function tableFromSpec<const Name extends string, const C extends Columns>(spec: TableSpec, columns: C): Table<Name, C> {
  let pg: unknown
  let mssql: unknown
  const declared: Omit<Table<Name, C>, '$row' | '$insert' | '$input'> = {
    spec,
    columns,
    get pg() {
      return (pg ??= drizzlePgTable(spec)) as PgTableOf<Name, C>
    },
    get mssql() {
      return (mssql ??= drizzleMssqlTable(spec)) as MssqlTableOf<Name, C>
    },
  }
  return declared as Table<Name, C> // the rest is there for the compiler only
}

type AnyOptions = TableOptions<Readonly<Record<string, Column<LogicalKind, true>>>>

function buildSpec(fullName: string, columns: Columns, options: AnyOptions): TableSpec {
  const [schema, name] = splitName(fullName)
  const specs = Object.entries(columns).map(([property, column]): ColumnSpec => {
    const { columnName, ...facts } = column.facts
    return { property, name: columnName ?? snakeCase(property), ...facts }
  })
  const nameOf = (property: string) => {
    const found = specs.find((spec) => spec.property === property)
    if (!found) throw new VarveError('V1003', `Table "${fullName}": there is no column "${property}". Its columns are ${specs.map((spec) => spec.property).join(', ')}.`)
    return found.name
  }
  const refs = Object.fromEntries(specs.map((spec) => [spec.property, sql`${sql.identifier(spec.name)}`]))
  const uniques: UniqueSpec[] = []
  const indexes: IndexSpec[] = []
  for (const option of options.unique ?? []) {
    const names = option.columns.map(nameOf)
    const facts = { name: option.name ?? objectName([name, ...names, 'key']), columns: names, nullsEqual: option.nullsEqual ?? false }
    if (option.where) indexes.push({ ...facts, unique: true, where: option.where(refs) })
    else uniques.push(facts)
  }
  for (const option of options.indexes ?? []) {
    const names = option.columns.map(nameOf)
    const index = { name: option.name ?? objectName([name, ...names, 'idx']), columns: names, unique: false }
    indexes.push(option.where ? { ...index, where: option.where(refs) } : index)
  }
  // Named after the table too: to some engines a check's name is taken for the whole schema.
  const checks = Object.entries(options.checks ?? {}).map(([check, condition]): CheckSpec => ({ name: objectName([name, check]), condition: condition(refs) }))
  const spec: TableSpec = { schema, name, columns: specs, primaryKey: (options.primaryKey ?? []).map(nameOf), uniques, indexes, checks }
  return checkedSpec(options.partitionBy ? { ...spec, partitionBy: partitionSpec(options.partitionBy, nameOf) } : spec)
}

function partitionSpec(option: NonNullable<AnyOptions['partitionBy']>, nameOf: (property: string) => string): PartitionSpec {
  return 'list' in option ? { by: 'list', column: nameOf(option.list) } : { by: 'range', column: nameOf(option.range) }
}

function splitName(fullName: string): [schema: string | undefined, name: string] {
  const parts = fullName.split('.')
  const [first, second] = parts
  if (parts.length > 2 || parts.some((part) => part === '')) {
    throw new VarveError('V1003', `"${fullName}" is not a table name. Write "table" or "schema.table".`)
  }
  return second === undefined ? [undefined, first as string] : [first, second]
}
