import type { RejectionReason } from '../table/value/rejection.js'

/** A row that cannot be staged, on its way to quarantine. */
export interface RejectedRow {
  /** Its place in the source, counting data rows from 1. */
  readonly rowNumber: number
  readonly reason: RejectionReason | 'rule'
  /** The column, where one is to blame. */
  readonly column: string | undefined
  /** A sentence for people: every problem of the row. */
  readonly message: string
  /** The row as it came. */
  readonly raw: string
  /** The row by its fields, where it could be read as such. */
  readonly row?: Readonly<Record<string, unknown>>
}
