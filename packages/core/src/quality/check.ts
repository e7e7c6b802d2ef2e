import type { Session } from '../engine/engine.js'
import type { Phrases } from '../engine/phrases.js'
import type { CheckRecord } from '../batch/ledger/finding-ledger.js'

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
  /** How many rows offend; 0 where the rule is about the table as a whole. */
  readonly offending: number
  /** What was measured, where the rule measures something: kept with the result, for later runs to compare with. */
  readonly measured?: number | undefined
  /** A sentence for people. */
  readonly message: string
  /** Some of the rows that offend. */
  readonly samples: readonly CheckSample[]
}

/** A row that offends. */
export interface CheckSample {
  /** The column that offends, where it is one. */
  readonly column?: string | undefined
  /** The row as JSON, its key first. */
  readonly raw: string
}

/** The result of one check, with samples of the rows that offend. */
export interface CheckResult extends CheckRecord {
  readonly samples: readonly CheckSample[]
}

/** A rule that the data must meet, run inside the data transaction, before it commits. */
export interface DataQualityCheck {
  readonly name: string
  readonly severity: Severity
  /** The table it looks at, for people. */
  readonly table: string | undefined
  run(context: CheckContext): Promise<CheckOutcome>
}
