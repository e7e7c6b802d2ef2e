import type { SQL } from 'drizzle-orm'
import type { ColumnDefault } from './column.js'
import type { LogicalType } from './logical-type.js'

/** A column of a table, with its place settled. */
export interface ColumnSpec {
  /** The key of this column in a row object. */
  readonly property: string
  /** The name of this column in the database. */
  readonly name: string
  readonly type: LogicalType
  readonly notNull: boolean
  /** Numbered by the engine; never sent. */
  readonly identity: boolean
  /** How an identity column counts, where it does not count from 1 by 1. */
  readonly numbering?: { readonly start: string; readonly step: string }
  /** Computed by the engine from other columns; never sent. Only tables written by hand have such columns. */
  readonly generated?: { readonly expression: SQL; readonly stored: boolean }
  readonly default?: ColumnDefault
  /** Turns what an engine reads into the type that a table written by hand gives the column. */
  readonly decode?: (value: unknown) => unknown
}

/** A unique constraint over column names. */
export interface UniqueSpec {
  readonly name: string
  readonly columns: readonly string[]
  /** Whether two NULLs are the same value to this constraint. */
  readonly nullsEqual: boolean
}

/** An index over column names; a unique one with a predicate is a partial unique index. */
export interface IndexSpec {
  readonly name: string
  readonly columns: readonly string[]
  readonly unique: boolean
  readonly where?: SQL
  /** Whether two NULLs are the same value to a unique index. @defaultValue false */
  readonly nullsEqual?: boolean
  /** What follows the table's name, in the words of one engine, where a list of columns does not say it all. Only tables written by hand have it. */
  readonly definition?: string
}

/** A condition that every row meets. */
export interface CheckSpec {
  readonly name: string
  readonly condition: SQL
}

/** How a table is cut into partitions. */
export interface PartitionSpec {
  readonly by: 'list' | 'range'
  readonly column: string
}

/** A table as data: what engines, staging and evolution work from, whichever way it was declared. */
export interface TableSpec {
  readonly schema: string | undefined
  readonly name: string
  readonly columns: readonly ColumnSpec[]
  readonly primaryKey: readonly string[]
  readonly uniques: readonly UniqueSpec[]
  readonly indexes: readonly IndexSpec[]
  readonly checks: readonly CheckSpec[]
  readonly partitionBy?: PartitionSpec
}

/** The name of a table for people: `crm.dim_site`. */
export function tableLabel(table: Pick<TableSpec, 'schema' | 'name'>): string {
  return table.schema === undefined ? table.name : `${table.schema}.${table.name}`
}

/** Those of the named columns that may hold NULL. */
export function nullableOf(table: Pick<TableSpec, 'columns'>, names: readonly string[]): string[] {
  return names.filter((name) => table.columns.some((column) => column.name === name && !column.notNull))
}
