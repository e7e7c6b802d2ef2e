import type { Finding } from '../batch/ledger/finding-ledger.js'

/**
 * What became of the rows of a load. They add up: `read` = `rejected` + `duplicate` + `late` + `new` + `changed` + `unchanged`.
 * What went away on top is in `deleted`.
 */
export interface CurrentCounts {
  readonly read: number
  /** Rows that could not be staged, or that the database refused. */
  readonly rejected: number
  /** Rows that another row of the same load with the same key made needless. */
  readonly duplicate: number
  /** Rows that are older than what is stored, by the sequence. They change nothing. */
  readonly late: number
  readonly new: number
  readonly changed: number
  /** Rows that are stored already as they came. They are not written. */
  readonly unchanged: number
  readonly deleted: number
}

/** What a load of current rows did. */
export interface CurrentResult {
  readonly counts: CurrentCounts
  /** They are with the batch, too. */
  readonly findings: readonly Finding[]
}
