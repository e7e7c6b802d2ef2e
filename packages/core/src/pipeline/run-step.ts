import type { BatchRunOptions } from '../batch/etl-batch.js'
import { traced } from '../batch/tracing.js'
import type { Engine } from '../engine/engine.js'
import { errorMessage } from '../error/error-message.js'
import { asInterruption } from '../error/interruption.js'
import { VarveError } from '../error/varve-error.js'
import type { Logger } from '../log/logger.js'
import { redact } from '../log/redact.js'
import { scopedLogger } from '../log/scoped-logger.js'
import type { PipelineEvent } from './pipeline-event.js'
import type { StepResult } from './pipeline-result.js'
import type { PipelineStep, StepContext } from './step.js'

/** What all steps of a run share. */
export interface StepSetting {
  readonly engine: Engine
  readonly pipeline: string
  readonly runId: string
  readonly signal: AbortSignal
  readonly log: Logger
  readonly wait: BatchRunOptions['wait']
  readonly dryRun: boolean
  readonly tell: (event: PipelineEvent) => void
}

/** Runs one step to its end, whatever that is. */
export async function runStep({ name, work, heedsDryRun }: PipelineStep, { tell, ...setting }: StepSetting): Promise<StepResult> {
  const { signal } = setting
  const log = scopedLogger(setting.log, { pipelineStep: name })
  const startedMs = performance.now()
  const context: StepContext = { ...setting, step: name, log, progress: (label, rowsRead, total) => tell({ kind: 'rows', step: name, label, rowsRead, ...(total === undefined ? {} : { total }) }) }
  tell({ kind: 'step-started', step: name })
  try {
    const outcome = await traced('varve.step', { 'varve.pipeline': setting.pipeline, 'varve.step': name, 'varve.run_id': setting.runId }, async () => {
      if (typeof work !== 'function') return work.run(setting.engine, context)
      if (setting.dryRun && !heedsDryRun) return { note: 'not run: what a function does cannot be taken back' }
      return (await work(context)) ?? undefined
    })
    const durationMs = performance.now() - startedMs
    tell({ kind: 'step-done', step: name, outcome, durationMs })
    return { name, status: 'done', outcome, durationMs }
  } catch (thrown) {
    const error = signal.aborted ? asInterruption(signal.reason) : stepError(name, thrown)
    const durationMs = performance.now() - startedMs
    log.error({ code: error.code }, redact(error.message))
    tell({ kind: 'step-failed', step: name, error, durationMs })
    return { name, status: 'failed', error, durationMs }
  }
}

function stepError(name: string, thrown: unknown): VarveError {
  if (thrown instanceof VarveError) return thrown
  return new VarveError('V3011', `Step "${name}" failed: ${redact(errorMessage(thrown))}`, { cause: thrown, context: { step: name } })
}
