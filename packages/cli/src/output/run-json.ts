import type { PipelineResult } from '@varve/core'

/** A run as JSON: what a program may want of it, with errors as data. */
export function runJson(result: PipelineResult): object {
  return {
    ...result,
    durationMs: Math.round(result.durationMs),
    steps: result.steps.map((step) => {
      if (step.status === 'not started') return step
      const durationMs = Math.round(step.durationMs)
      if (step.status === 'done') return { ...step, durationMs }
      const { code, message, isRetryable, context } = step.error
      return { ...step, durationMs, error: { code, message, isRetryable, context } }
    }),
  }
}
