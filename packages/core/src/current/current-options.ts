import type { KeyOfKind } from '../fact/fact-options.js'
import type { KeyOf } from '../table/table-like.js'
import type { Table } from '../table/table.js'

/** A table that current rows are kept in. */
export type CurrentTableLike = Pick<Table, 'spec' | 'columns'>

/** How current rows are kept. */
export interface CurrentOptions<T extends CurrentTableLike> {
  /**
   * The columns that tell one row from all others. They may hold NULL, and two NULLs are the same. The table gets a unique constraint on them, unless they
   * are its primary key or it declares one itself.
   */
  readonly key: readonly [KeyOf<T>, ...KeyOf<T>[]]
  /**
   * The source's word on which of two states of a row is the later: the higher stands, whatever the order of delivery, and NULL is lower than anything. A row
   * that is older than the stored one changes nothing. Without it, or where it is the same, the last delivery stands.
   */
  readonly sequence?: KeyOfKind<T, 'timestamp' | 'date' | 'integer' | 'bigint' | 'decimal'>
  /** `uuid` columns for the batch that wrote the row last, and the one that wrote it first. */
  readonly batchId?: KeyOfKind<T, 'uuid'>
  readonly createdBatchId?: KeyOfKind<T, 'uuid'>
  /** `timestamp` columns for when the row was first and last written. */
  readonly createdAt?: KeyOfKind<T, 'timestamp'>
  readonly updatedAt?: KeyOfKind<T, 'timestamp'>
  /** Columns that are stored with a row, and whose changes alone are no change. */
  readonly ignore?: readonly KeyOf<T>[]
}

/** Options that say nothing else: a name that is not known does not compile. */
export type ExactCurrentOptions<T extends CurrentTableLike, O extends CurrentOptions<T>> = O & { readonly [P in Exclude<keyof O, keyof CurrentOptions<T>>]: never }
