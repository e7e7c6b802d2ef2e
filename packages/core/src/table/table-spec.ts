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
  readonly identity: boolean
  readonly default?: ColumnDefault
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
