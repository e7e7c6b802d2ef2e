import { redact, VarveError, type ErrorCode } from '@varve/core'

/** How a request failed. */
export type FailureKind =
  | 'connection'
  | 'timeout'
  | 'truncated'
  | 'throttled'
  | 'server'
  | 'too-much'
  | 'circuit-open'
  | 'unauthorized'
  | 'forbidden'
  | 'redirected'
  | 'refused'

const kinds: Readonly<Record<FailureKind, { readonly code: ErrorCode; readonly isRetryable: boolean; readonly advice: string }>> = {
  connection: { code: 'V3010', isRetryable: true, advice: 'Check that the source is up and that its address is right; then run it again.' },
  timeout: { code: 'V3010', isRetryable: true, advice: 'Run it again later, or ask for less at once.' },
  truncated: { code: 'V3010', isRetryable: true, advice: 'Nothing of the answer was used. Run it again later.' },
  throttled: { code: 'V3010', isRetryable: true, advice: 'Lower the rate budget, or run it again later.' },
  server: { code: 'V3010', isRetryable: true, advice: 'The source is in trouble: run it again later.' },
  'too-much': { code: 'V3010', isRetryable: true, advice: 'It was too much for the source: ask for less at once.' },
  'circuit-open': { code: 'V3010', isRetryable: true, advice: 'The source failed several times in a row and is left alone for a while: run it again later.' },
  unauthorized: { code: 'V3002', isRetryable: false, advice: 'Check the credentials; they are not tried again.' },
  forbidden: { code: 'V3003', isRetryable: false, advice: 'Give the account this right, or ask for less.' },
  redirected: { code: 'V3010', isRetryable: false, advice: 'Redirects are not followed: put the new address into the configuration.' },
  refused: { code: 'V3010', isRetryable: false, advice: 'The request itself is wrong for this source: it is not sent again.' },
}

/** The facts of a failed request. */
export interface FailureFacts {
  readonly source: string
  /** As {@link shownRequest} shows it. */
  readonly request: string
  readonly attempt: number
  readonly attempts: number
  /** What happened, in a few words. */
  readonly what: string
  readonly status?: number | undefined
  /** How long the source asked to be left alone. */
  readonly retryAfterMs?: number | undefined
  readonly cause?: unknown
}

/** A failed request as an error of ours; {@link failureKind} tells the kind again. */
export function sourceFailure(kind: FailureKind, facts: FailureFacts): VarveError {
  const { code, isRetryable, advice } = kinds[kind]
  const tries = facts.attempt > 1 ? ` (attempt ${facts.attempt} of ${facts.attempts})` : ''
  return new VarveError(code, redact(`${facts.source}: ${facts.request} ${facts.what}${tries}. ${advice}`), {
    isRetryable,
    cause: facts.cause,
    context: { source: facts.source, kind, request: facts.request, status: facts.status, retryAfterMs: facts.retryAfterMs, attempt: facts.attempt },
  })
}

/**
 * The kind of a failed request, or undefined for any other error.
 *
 * @example
 * ```ts
 * if (failureKind(error) === 'timeout') askForLess()
 * ```
 */
export function failureKind(error: unknown): FailureKind | undefined {
  const kind = error instanceof VarveError ? error.context['kind'] : undefined
  return typeof kind === 'string' && kind in kinds ? (kind as FailureKind) : undefined // just checked
}

/**
 * The HTTP status behind a failed request, where one was answered.
 *
 * @example
 * ```ts
 * if (failureStatus(error) === 504) halveTheWindow()
 * ```
 */
export function failureStatus(error: unknown): number | undefined {
  const status = error instanceof VarveError ? error.context['status'] : undefined
  return typeof status === 'number' ? status : undefined
}
