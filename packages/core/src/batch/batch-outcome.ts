import type { CheckRecord, Finding } from './ledger/finding-ledger.js'
import type { StepRecord } from './ledger/batch-ledger.js'

/** What a batch did. */
export interface BatchOutcome {
  readonly batchId: string
  readonly pipeline: string
  readonly type: string
  readonly steps: readonly StepRecord[]
  readonly checks: readonly CheckRecord[]
  /** How many times the transaction was tried. */
  readonly attempts: number
  /** Batches of dead processes: rolled back (`abandoned`), or committed and only now closed (`completed`). */
  readonly takenOver: { readonly abandoned: readonly string[]; readonly completed: readonly string[] }
  readonly durationMs: number
  /** Of a dry run: all of it was taken back, and here is the first of what it noticed. */
  readonly dryRun?: { readonly findings: readonly Finding[] }
}
