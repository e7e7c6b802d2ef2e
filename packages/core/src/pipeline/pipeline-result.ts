import type { VarveError } from '../error/varve-error.js'
import type { StepOutcome } from './step.js'

/** How a step of a run ended. */
export type StepResult =
  | {
      readonly name: string
      readonly status: 'done'
      /** What the step has to show: of a batch its outcome, of a function what it answered. */
      readonly outcome?: StepOutcome | undefined
      readonly durationMs: number
    }
  | { readonly name: string; readonly status: 'failed'; readonly error: VarveError; readonly durationMs: number }
  | {
      readonly name: string
      readonly status: 'not started'
      /** Why not, in words. */
      readonly because: string
    }

/** How a run of a pipeline ended. `done` means that every step is. */
export interface PipelineResult {
  /** Batches of the run carry it in the ledger, as `run_id`. */
  readonly runId: string
  readonly pipeline: string
  /** Whether all of it was taken back. */
  readonly dryRun: boolean
  readonly status: 'done' | 'failed' | 'interrupted'
  /** The steps of the run in the order of their declaration. */
  readonly steps: readonly StepResult[]
  readonly durationMs: number
}
