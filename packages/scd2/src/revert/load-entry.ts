/** A load of a dimension as the ledger has it. */
export interface LoadEntry {
  readonly number: number
  readonly batchId: string
  readonly complete: boolean
  /** How many of its rows changed nothing; null where nobody counted. */
  readonly unchanged: number | null
  /** The keys that it had rows for, where they were few enough to be kept. */
  readonly members: readonly (readonly string[])[] | null
  /** How many members it wrote down before it changed them; null where it wrote none down. */
  readonly journalled: number | null
}
