import type { VarveError } from '../error/varve-error.js'
import { errorMessage } from '../error/error-message.js'
import type { Logger } from '../log/logger.js'
import { redact } from '../log/redact.js'
import type { StepOutcome } from './step.js'

/** What happens in a run, while it happens. */
export type PipelineEvent =
  | { readonly kind: 'step-started'; readonly step: string }
  | {
      readonly kind: 'rows'
      readonly step: string
      /** What the rows are: a table, or the label that the batch gave them. */
      readonly label: string
      readonly rowsRead: number
      /** How many there are, where that is known. */
      readonly total?: number
    }
  | { readonly kind: 'step-done'; readonly step: string; readonly outcome: StepOutcome | undefined; readonly durationMs: number }
  | { readonly kind: 'step-failed'; readonly step: string; readonly error: VarveError; readonly durationMs: number }
  | { readonly kind: 'step-skipped'; readonly step: string; readonly because: string }

/** Tells a watcher of events. A watcher that throws, or answers a promise that is refused, is complained of once in the log and breaks nothing. */
export function eventTeller(watch: ((event: PipelineEvent) => unknown) | undefined, log: Logger): (event: PipelineEvent) => void {
  let complained = false
  const complain = (error: unknown) => {
    if (!complained) log.warn({}, `whoever watches the run failed, and the run goes on: ${redact(errorMessage(error))}`)
    complained = true
  }
  return (event) => {
    try {
      const answer = watch?.(event)
      if (answer instanceof Promise) answer.catch(complain)
    } catch (error) {
      complain(error)
    }
  }
}
