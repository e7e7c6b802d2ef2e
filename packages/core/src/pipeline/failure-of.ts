import { VarveError } from '../error/varve-error.js'
import type { PipelineResult, StepResult } from './pipeline-result.js'

/**
 * The error of a run that did not end well, or nothing. It names the steps that failed, were not started and are done, and what to do next.
 *
 * **Details**
 *
 * Its code is that of the failed step, or of all that failed where they failed alike, so that the exit code tells what was wrong; V3011 where
 * they failed differently, and V5001 where the run was interrupted.
 *
 * @param again The command that runs it again, where that is not `varve run`.
 * @example
 * ```ts
 * const failure = failureOf(await runPipeline(crm, engine))
 * process.exitCode = failure?.exitCode ?? 0
 * ```
 */
export function failureOf(result: PipelineResult, again = `varve run ${/^[\w.-]+$/.test(result.pipeline) ? result.pipeline : JSON.stringify(result.pipeline)}`): VarveError | undefined {
  if (result.status === 'done') return undefined
  const failed = result.steps.filter((step) => step.status === 'failed')
  const [only, another] = failed
  const skipped = result.steps.filter((step) => step.status === 'not started')
  const done = result.steps.filter((step) => step.status === 'done')
  const isInterrupted = result.status === 'interrupted'
  const single = only && another === undefined ? only.error : undefined
  const codes = new Set(failed.map(({ error }) => error.code))
  const alike = codes.size === 1 ? [...codes][0] : undefined
  const message = [
    `${headline(result, failed.length)}.`,
    ...failed.map(({ name, error }) => (isInterrupted && error.code === 'V5001' ? `Stopped: "${name}".` : `Failed: "${name}": ${sentence(error.message.replace(/^\[V\d+\] /, another ? '$&' : ''))}`)),
    ...skipped.map(({ name, because }) => `Not started: "${name}", because ${because}.`),
    result.dryRun
      ? 'This was a dry run: nothing was kept. Each step was tried on the warehouse as it is, without what the steps before it would have written.'
      : `${done.length > 0 ? `Done, and kept: ${done.map(doneText).join(', ')}.` : 'No step was done.'} ${failed.length > 0 ? 'A batch that failed left nothing but its reason in the ledger. ' : ''}It is safe to run all of it again: ${again}`,
  ].join(' ')
  return new VarveError(isInterrupted ? 'V5001' : (alike ?? 'V3011'), message, {
    cause: single ?? (failed.length > 0 ? new AggregateError(failed.map(({ error }) => error), 'several steps failed') : undefined),
    isRetryable: !isInterrupted && failed.length > 0 && failed.every(({ error }) => error.isRetryable),
    context: {
      ...single?.context,
      pipeline: result.pipeline,
      runId: result.runId,
      failed: failed.map(({ name, error }) => ({ step: name, code: error.code })),
      notStarted: skipped.map(({ name, because }) => ({ step: name, because })),
      done: done.map(({ name }) => name),
    },
  })
}

function headline({ pipeline, status, steps }: PipelineResult, failures: number): string {
  if (status === 'interrupted') return `Pipeline "${pipeline}" was interrupted`
  return failures === 0 ? `Pipeline "${pipeline}" was stopped` : `Pipeline "${pipeline}": ${failures} of ${steps.length} ${steps.length === 1 ? 'step' : 'steps'} failed`
}

function doneText(step: Extract<StepResult, { status: 'done' }>): string {
  return step.outcome && 'batchId' in step.outcome ? `"${step.name}" (batch ${step.outcome.batchId})` : `"${step.name}"`
}

function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`
}
