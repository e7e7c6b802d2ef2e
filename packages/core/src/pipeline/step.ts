import type { BatchOutcome } from '../batch/batch-outcome.js'
import type { BatchRunOptions } from '../batch/etl-batch.js'
import type { StepCounts } from '../batch/step-counts.js'
import type { Engine } from '../engine/engine.js'
import type { Logger } from '../log/logger.js'

/** What a function that is a step gets. It can be handed on as the options of a batch: `batch.run(context.engine, context)`. */
export interface StepContext extends BatchRunOptions {
  readonly engine: Engine
  readonly pipeline: string
  readonly step: string
  readonly runId: string
  /** Whether nothing may stay of what is done. */
  readonly dryRun: boolean
  /** Aborted when the run is cancelled: long work should listen. */
  readonly signal: AbortSignal
  readonly log: Logger
  /** Tells whoever watches the run how many rows were read, and of how many, where that is known. */
  readonly progress: (label: string, rowsRead: number, total?: number) => void
}

/** What a function that is a step may say of its work. */
export interface StepNote {
  readonly counts?: Partial<StepCounts>
  /** A sentence for people. */
  readonly note?: string
}

/** What a step that is done has to show. */
export type StepOutcome = BatchOutcome | StepNote

/** The work of a step that is a function. */
export type StepFunction = (context: StepContext) => Promise<StepOutcome | void> | StepOutcome | void

/** The work of a step that is a batch: an `EtlBatch` of any kind. */
export interface StepBatch {
  readonly pipeline: string
  run(engine: Engine, options: BatchRunOptions): Promise<BatchOutcome>
}

/** A part of a pipeline, and the parts that it comes after. */
export interface PipelineStep {
  readonly name: string
  readonly work: StepBatch | StepFunction
  readonly after: readonly string[]
  /** Of a function: whether it is run in a dry run too, and then leaves nothing behind. */
  readonly heedsDryRun: boolean
}

/**
 * Declares a step of a pipeline: a batch, or a function.
 *
 * @example
 * ```ts
 * step('contacts', new ContactBatch(), { after: ['people', 'companies'] })
 * step('report', async ({ engine }) => ({ note: `sent to ${await sendReport(engine)}` }), { after: ['contacts'] })
 * ```
 */
export function step(name: string, work: StepBatch | StepFunction, options: { readonly after?: readonly string[]; readonly heedsDryRun?: boolean } = {}): PipelineStep {
  return { name, work, after: [...new Set(options.after)], heedsDryRun: options.heedsDryRun ?? false }
}
