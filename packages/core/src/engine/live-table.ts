import type { LogicalType } from '../table/logical-type.js'
import type { PartitionBound } from '../table/partition-bound.js'

/** A column as the engine knows it. */
export interface LiveColumn {
  readonly name: string
  /** The engine's own spelling of the type. */
  readonly nativeType: string
  /** The logical type, where there is one that stands for exactly this. */
  readonly type: LogicalType | undefined
  readonly notNull: boolean
  /** Whether a row may come without it although it is not null. */
  readonly hasDefault: boolean
  readonly identity: boolean
  /** Whether the engine computes it from other columns. */
  readonly generated: boolean
}

/** An index as the engine knows it, those behind keys included. */
export interface LiveIndex {
  readonly name: string
  /** The columns in order; an expression as its text. */
  readonly columns: readonly string[]
  readonly unique: boolean
  /** Whether two NULLs are the same value to it. */
  readonly nullsEqual: boolean
  /** Whether it covers only the rows that meet a condition. */
  readonly partial: boolean
}

/** How the engine has cut a table into partitions. */
export interface LivePartitioning {
  readonly by: 'list' | 'range' | 'hash'
  /** The columns in order; an expression as its text. */
  readonly columns: readonly string[]
}

/** A partition as the engine knows it: a table of its own, and which rows of the whole it holds, in the engine's spelling. */
export interface LivePartition {
  readonly schema: string
  readonly name: string
  readonly bound: PartitionBound
}

/** A table as the engine knows it. */
export interface LiveTable {
  readonly schema: string | undefined
  readonly name: string
  /** `table`, or what else bears the name: only a table is described further, and of a view its columns and its mark. */
  readonly kind: 'table' | 'view' | 'materialized view' | 'foreign table' | 'sequence' | 'index' | 'type'
  readonly columns: readonly LiveColumn[]
  /** What a view that was made here was made from; see `viewMark`. */
  readonly viewMark?: string
  readonly primaryKey: readonly string[]
  /** Names of unique constraints, checks and exclusion constraints. */
  readonly constraints: readonly string[]
  readonly indexes: readonly LiveIndex[]
  readonly partitionedBy: LivePartitioning | undefined
  /** Whether the table holds at least one row. */
  readonly hasRows: boolean
}
