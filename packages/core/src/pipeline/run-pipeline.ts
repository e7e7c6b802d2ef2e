import { setMaxListeners } from 'node:events'
import pLimit from 'p-limit'
import { v7 as uuidv7 } from 'uuid'
import type { BatchRunOptions } from '../batch/etl-batch.js'
import { traced } from '../batch/tracing.js'
import type { Engine } from '../engine/engine.js'
import type { Lock } from '../engine/lock.js'
import { silentLogger, type Logger } from '../log/logger.js'
import { scopedLogger } from '../log/scoped-logger.js'
import { chosenSteps } from './chosen-steps.js'
import { eventTeller, type PipelineEvent } from './pipeline-event.js'
import type { PipelineResult, StepResult } from './pipeline-result.js'
import type { Pipeline } from './pipeline.js'
import { runStep, type StepSetting } from './run-step.js'
import type { PipelineStep } from './step.js'

/** How a pipeline is run. */
export interface PipelineRunOptions {
  /** Cancels the run: steps that run are told, others are not started. */
  readonly signal?: AbortSignal | undefined
  readonly log?: Logger | undefined
  /** What to do when another run of the pipeline, or another batch of the same name, is under way. @defaultValue 'wait' */
  readonly wait?: BatchRunOptions['wait']
  /** Told of what happens, while it happens. What it throws breaks nothing. */
  readonly progress?: ((event: PipelineEvent) => void) | undefined
  /**
   * Tries each step on the warehouse as it is, and takes it back. A function is run only where its step is declared to heed a dry run.
   * @defaultValue false
   */
  readonly dryRun?: boolean | undefined
  /** Runs these steps only. What they come after is taken to be done. */
  readonly only?: readonly string[] | undefined
}

/**
 * Runs a pipeline: steps that are independent of each other side by side, up to its limit; what comes after a failed step is not started, and
 * everything else goes on.
 *
 * **Details**
 *
 * A failed step is part of the result, not thrown; {@link failureOf} makes the error of it. One run of a pipeline at a time: a second one waits
 * or is refused before it does anything, as `wait` says, unless the pipeline allows several. Running it again is as safe as its steps are, and batches are.
 *
 * @example
 * ```ts
 * const result = await runPipeline(crm, engine, { progress: (event) => console.log(event.kind, event.step) })
 * const failure = failureOf(result)
 * if (failure) throw failure
 * ```
 * @throws VarveError V4001 when another run holds the pipeline and `wait` ends, V1009 when `only` names what is no step.
 */
export async function runPipeline(pipeline: Pipeline, engine: Engine, options: PipelineRunOptions = {}): Promise<PipelineResult> {
  const startedMs = performance.now()
  const runId = uuidv7()
  const steps = chosenSteps(pipeline, options.only)
  const log = scopedLogger(options.log ?? silentLogger, { run: runId })
  const tell = eventTeller(options.progress, log)
  const wait = options.wait ?? 'wait'
  const finish = (results: readonly StepResult[]): PipelineResult => {
    const isDone = results.every((result) => result.status === 'done')
    const wasCut = options.signal?.aborted === true && results.some((result) => (result.status === 'failed' ? result.error.code === 'V5001' : result.status === 'not started' && result.because === interrupted))
    const status = isDone ? 'done' : wasCut ? 'interrupted' : 'failed'
    log.info({ pipeline: pipeline.name, status }, 'run ended')
    return { runId, pipeline: pipeline.name, dryRun: options.dryRun ?? false, status, steps: inDeclaredOrder(pipeline, results), durationMs: performance.now() - startedMs }
  }

  return traced('varve.pipeline', { 'varve.pipeline': pipeline.name, 'varve.run_id': runId }, async () => {
    const lock = pipeline.severalRuns ? noLock() : await engine.lock(`run ${pipeline.name}`, { wait, signal: options.signal }).catch((error: unknown) => {
      if (!options.signal?.aborted) throw error
      return undefined
    })
    await using _held = lock
    if (!lock) return finish(steps.map((step) => skip(step, interrupted, tell)))
    log.info({ pipeline: pipeline.name, steps: steps.map((step) => step.name) }, 'run started')
    const signal = AbortSignal.any([lock.lost, ...(options.signal ? [options.signal] : [])])
    setMaxListeners(0, signal) // every step listens, and there may be many
    return finish(await runSteps(steps, pipeline.concurrency, { engine, pipeline: pipeline.name, runId, signal, log, wait, dryRun: options.dryRun ?? false, tell }, () => (options.signal?.aborted ? interrupted : lockLost)))
  })
}

const interrupted = 'the run was interrupted'
const lockLost = 'the lock of the run was lost'

/** For runs that may be under way at once. A signal of its own for each: one that lives on would remember all runs of a service. */
function noLock(): Pick<Lock, 'lost'> & AsyncDisposable {
  return { lost: new AbortController().signal, [Symbol.asyncDispose]: () => Promise.resolve() }
}

// Side by side also on an engine with one session: statements then wait for each other's transactions, but no batch waits for another inside its
// own, so none waits for ever, and their sources are read at the same time.
function runSteps(steps: readonly PipelineStep[], concurrency: number, setting: StepSetting, whyStopped: () => string): Promise<StepResult[]> {
  const slot = pLimit(concurrency)
  const turns = new Map<unknown, ReturnType<typeof pLimit>>()
  // Batches of one pipeline name lock each other out: here they take turns, and neither hold a slot meanwhile nor are refused by their own run.
  const turnOf = (step: PipelineStep) => {
    const key = typeof step.work === 'function' ? step : step.work.pipeline
    const turn = turns.get(key) ?? pLimit(1)
    turns.set(key, turn)
    return turn
  }
  const results = new Map<string, Promise<StepResult>>()
  const finished = async (step: PipelineStep): Promise<StepResult> => {
    const earlier = await Promise.all(step.after.flatMap((name) => results.get(name) ?? []))
    const missing = earlier.filter((result) => result.status !== 'done')
    if (missing.length > 0) return skip(step, `it comes after ${missing.map((result) => `"${result.name}", which ${result.status === 'failed' ? 'failed' : 'was not started'}`).join(', and ')}`, setting.tell)
    return turnOf(step)(() => slot(async () => (setting.signal.aborted ? skip(step, whyStopped(), setting.tell) : runStep(step, setting))))
  }
  // Each after those that it waits for, so that their results are there to be waited for.
  for (const step of steps) results.set(step.name, finished(step))
  return Promise.all(results.values())
}

function skip(step: PipelineStep, because: string, tell: (event: PipelineEvent) => void): StepResult {
  tell({ kind: 'step-skipped', step: step.name, because })
  return { name: step.name, status: 'not started', because }
}

function inDeclaredOrder(pipeline: Pipeline, results: readonly StepResult[]): StepResult[] {
  return pipeline.steps.flatMap((step) => results.filter((result) => result.name === step.name))
}
