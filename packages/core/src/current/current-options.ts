import type { FactTable, KeyOfKind } from '../fact/fact-options.js'
import type { KeyOf } from '../table/table-like.js'

/** How a table of current rows is loaded. */
export interface CurrentOptions<T extends FactTable> {
  /**
   * The columns that tell one row from all others. They may be NULL: two NULLs are the same then. The table gets a unique constraint on them, unless they
   * are its primary key or it declares one itself.
   */
  readonly key: readonly [KeyOf<T>, ...KeyOf<T>[]]
  /**
   * What says which of two states of a row is the later one: the higher wins, whatever the order of delivery, and NULL is lower than anything. Rows that
   * are older than what is stored change nothing and are counted as `late`. Without it the last delivery stands.
   */
  readonly sequence?: KeyOfKind<T, 'timestamp' | 'date' | 'integer' | 'bigint' | 'decimal'>
  /** `uuid` columns for the batch that wrote the row last, and for the one that wrote it first. */
  readonly batchId?: KeyOfKind<T, 'uuid'>
  readonly createdBatchId?: KeyOfKind<T, 'uuid'>
  /** `timestamp` columns for when the row was first and last written. */
  readonly createdAt?: KeyOfKind<T, 'timestamp'>
  readonly updatedAt?: KeyOfKind<T, 'timestamp'>
  /** Columns that are stored with a row, and whose changes alone are no change. */
  readonly ignore?: readonly KeyOf<T>[]
}

/** Options that say nothing else: a name that is not known does not compile. */
export type ExactCurrentOptions<T extends FactTable, O extends CurrentOptions<T>> = O & { readonly [P in Exclude<keyof O, keyof CurrentOptions<T>>]: never }
