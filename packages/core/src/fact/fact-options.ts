import type { LogicalKind } from '../table/logical-type.js'
import type { PartitionBound } from '../table/partition-bound.js'
import type { KeyOf, NotNullKeyOf } from '../table/table-like.js'
import type { Table } from '../table/table.js'
import type { Calculators } from './calculators.js'
import type { DimensionShape } from './dimension-shape.js'

/** A table that a fact is declared over. */
export type FactTable = Pick<Table, 'spec' | 'columns'>

/** The properties of columns of some kinds. */
export type KeyOfKind<T extends FactTable, K extends LogicalKind> = { [P in keyof T['columns'] & string]: T['columns'][P]['_']['kind'] extends K ? P : never }[keyof T['columns'] & string]

/** The properties of columns that can hold an instant: a `timestamp`, or a `date`, which means its midnight in UTC. */
export type InstantKeyOf<T extends FactTable> = KeyOfKind<T, 'timestamp' | 'date'>

/** How a column of a fact gets the surrogate key of a dimension's version. */
export interface DimensionReference<T extends FactTable> {
  readonly dimension: DimensionShape
  /** The columns of the fact that hold the natural key, in the order of the dimension's key. */
  readonly by: readonly [KeyOf<T>, ...KeyOf<T>[]]
  /** The instant for which the version is looked up. @defaultValue the `eventTime` of the fact */
  readonly at?: InstantKeyOf<T>
  /**
   * What happens when the dimension does not have the member at all: `infer` makes a placeholder of it, which the next load of the dimension
   * that brings the member turns into the real one and which keeps its surrogate key; `find` leaves the column NULL and records a finding;
   * `{ unknown }` takes the surrogate key of a version that stands for all that are unknown, and records a finding.
   *
   * A fact without a natural key (one of its columns is NULL) refers to nothing: its surrogate key is NULL, or that of the unknown member.
   * @defaultValue 'find'
   */
  readonly missing?: 'infer' | 'find' | { readonly unknown: number | bigint }
  /** An event before the first version of its member takes that first version, or is a finding. @defaultValue 'first' */
  readonly early?: 'first' | 'find'
  /** An event while its member was deleted takes the version that came before, or is a finding. @defaultValue 'before' */
  readonly gone?: 'before' | 'find'
}

/** How a table of facts is loaded. */
export interface FactOptions<T extends FactTable> {
  /**
   * The grain: the columns that identify a fact in its source, whatever partition it is in. The primary key of the table is the partition column
   * with these.
   */
  readonly identity: readonly [NotNullKeyOf<T>, ...NotNullKeyOf<T>[]]
  /** The source's instant of change: of several deliveries of a fact the latest stands, whatever their order. Without it the last delivery stands. */
  readonly sequence?: InstantKeyOf<T> & NotNullKeyOf<T>
  /** When a fact happened: the instant that dimensions are looked up for. */
  readonly eventTime?: InstantKeyOf<T>
  /** The column of each surrogate key, with where it comes from. Rows do not bring these columns. */
  readonly dimensions?: { readonly [P in KeyOfKind<T, 'integer' | 'bigint'>]?: DimensionReference<T> }
  /** Measures that are computed from the row; see `calculators`. */
  readonly measures?: Calculators<T>
  /** A `uuid` column for the batch that wrote the row last. */
  readonly batchId?: KeyOfKind<T, 'uuid'>
  /** `timestamp` columns for when the row was first and last written. */
  readonly createdAt?: KeyOfKind<T, 'timestamp'>
  readonly updatedAt?: KeyOfKind<T, 'timestamp'>
  /** Columns that are stored with a fact, and whose changes alone are no change. */
  readonly ignore?: readonly KeyOf<T>[]
  /** Staged rows that no partition would take refuse the load, or are left out with a finding. @defaultValue 'refuse' */
  readonly homeless?: 'refuse' | 'find'
  /** The name of a partition. @defaultValue the name of the table and the value, or the first value of the range */
  readonly partitionName?: (bound: Exclude<PartitionBound, { readonly kind: 'other' }>) => string
}

/** Options that say nothing else: a name that is not known, or a dimension for a column that cannot hold its key, does not compile. */
export type ExactFactOptions<T extends FactTable, O extends FactOptions<T>> = O & { readonly [P in Exclude<keyof O, keyof FactOptions<T>>]: never } & {
  readonly dimensions?: { readonly [P in Exclude<keyof NonNullable<O['dimensions']>, KeyOfKind<T, 'integer' | 'bigint'>>]: never }
}
