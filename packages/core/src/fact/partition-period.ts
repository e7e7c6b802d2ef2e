import type { PartitionBound } from '../table/partition-bound.js'

/** A value of the partition column, in any spelling that the column takes. */
export type PartitionValue = string | number | bigint | boolean | Date

/**
 * A stretch of the partition column: one value where a table is cut by list, and a half-open range (`to` is the first value that is not in it) where
 * it is cut by range.
 *
 * @example
 * ```ts
 * import type { Period } from '@varve/core'
 *
 * const byList: Period = '2025_05'
 * const byRange: Period = { from: '2025-05-01', to: '2025-06-01' }
 * ```
 */
export type Period = PartitionValue | { readonly from: PartitionValue; readonly to: PartitionValue }

/** A partition of a fact. */
export interface FactPartition {
  readonly name: string
  /** Which rows it holds, in the neutral text of the partition column. */
  readonly bound: PartitionBound
}

/** What came of a demand for partitions. */
export interface EnsuredPartitions {
  /** The names of the partitions that were made. */
  readonly created: readonly string[]
  /** Those that were there. */
  readonly existing: readonly string[]
  /** Rows that had come to the partition for all others, and were moved to one of their own. */
  readonly adopted: number
}

/** Which partitions a fact has, measured against those that it should have. */
export interface PartitionCoverage {
  /** Every partition with its rows, in the order of their bounds. */
  readonly partitions: readonly (FactPartition & { readonly rows: number })[]
  /** The wanted periods that have no partition: rows of theirs would be refused, or land in the partition for all others. */
  readonly missing: readonly Period[]
  /** The rows in the partition for all others, by the value of the partition column; at most a hundred values. */
  readonly elsewhere: readonly { readonly value: string; readonly rows: number }[]
  /** The staged rows that no partition would take, likewise. Only where staged rows were handed over. */
  readonly homeless: readonly { readonly value: string; readonly rows: number }[]
}

/** What is to become of partitions that are too old. */
export interface RetentionRule {
  /** Partitions that hold nothing from this value on are too old. Values of a list are compared as their column orders them. */
  readonly before: PartitionValue
  /** `detach` leaves the rows in a table of their own, `drop` does not. */
  readonly action: 'detach' | 'drop'
}

/** What a rule of retention would do. Nothing is done until the plan is handed to `retain`. */
export interface RetentionPlan extends RetentionRule {
  readonly partitions: readonly (FactPartition & { readonly rows: number })[]
}
