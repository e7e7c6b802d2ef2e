import type { Finding } from '../batch/ledger/finding-ledger.js'

/**
 * What became of the rows of a load. They add up: `read` = `rejected` + `duplicate` + `late` + `new` + `changed` + `moved` + `unchanged`.
 * What went away on top is in `deleted`.
 */
export interface FactCounts {
  readonly read: number
  /** Rows that could not be staged, or that no partition would take. */
  readonly rejected: number
  /** Rows that another row of the same load made needless: the same again, or an earlier state of the fact. */
  readonly duplicate: number
  /** Rows that are older than what is stored. */
  readonly late: number
  readonly new: number
  /** Facts that were written anew in their partition. */
  readonly changed: number
  /** Facts that went to another partition, changed or not. */
  readonly moved: number
  /** Facts that were not written. */
  readonly unchanged: number
  readonly deleted: number
  /** Placeholders that were made in dimensions. */
  readonly inferred: number
}

/** What a load of facts did. */
export interface FactResult {
  readonly counts: FactCounts
  /** They are with the batch, too. */
  readonly findings: readonly Finding[]
}

/** A guard that can be told to let a reload of periods pass. */
export type ReplaceGuard = 'incomplete' | 'vanishing'

/** Which members of a dimension have another history than before. */
export type ChangedMembers =
  /** Those of which the batch opened or closed a version. */
  | { readonly batchId: string }
  /** Those with these natural keys, each in the order of the dimension's key. */
  | { readonly keys: readonly (readonly unknown[])[] }
