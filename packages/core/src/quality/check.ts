import type { Session } from '../engine/engine.js'
import type { Phrases } from '../engine/phrases.js'

/** How much a failed check weighs: `error` refuses the batch before anything is committed. */
export type Severity = 'info' | 'warn' | 'error'

/** What a check sees: the data as it will be when the batch commits. */
export interface CheckContext {
  readonly session: Session
  readonly phrases: Phrases
}

/** What a check found. */
export interface CheckOutcome {
  readonly passed: boolean
  /** How many rows offend. */
  readonly offending: number
  /** A sentence for people. */
  readonly message: string
  /** Some of the rows that offend. */
  readonly samples: readonly { readonly column?: string | undefined; readonly raw: string }[]
}

/** A rule that the data must meet, run inside the data transaction, before it commits. */
export interface DataQualityCheck {
  readonly name: string
  readonly severity: Severity
  /** The table it looks at, for people. */
  readonly table: string | undefined
  run(context: CheckContext): Promise<CheckOutcome>
}
