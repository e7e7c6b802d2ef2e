/** What became of the rows of a load. They add up: `read` = `rejected` + `duplicate` + `late` + `new` + `changed` + `unchanged`. */
export interface CurrentCounts {
  readonly read: number
  /** Rows that could not be staged, or that the database refused. */
  readonly rejected: number
  /** Rows that another row of the same load with the same key made needless. */
  readonly duplicate: number
  readonly new: number
  readonly changed: number
  /** Rows that are stored as they came. They are not written. */
  readonly unchanged: number
  /** Rows that are older than the stored one, by the sequence. They change nothing. */
  readonly late: number
}

/** What became of keys that were to be removed. They add up: `read` = `rejected` + `duplicate` + `deleted` + `unchanged`. */
export interface RemovalCounts {
  readonly read: number
  readonly rejected: number
  readonly duplicate: number
  readonly deleted: number
  /** Keys that no row has. */
  readonly unchanged: number
}
