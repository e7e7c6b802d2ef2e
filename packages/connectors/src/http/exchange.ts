import { asInterruption, errorMessage, redact, VarveError, type Logger } from '@varve/core'
import pLimit from 'p-limit'
import type { Credential } from './auth/auth.js'
import { readJson } from './body/read-json.js'
import { CircuitBreaker, type CircuitBreakerOptions } from './circuit-breaker.js'
import type { Clock } from './clock.js'
import { codeOf, connectionFailure } from './connection-failure.js'
import { failureText } from './failure-text.js'
import { fetchOptions, requestUrl, shownRequest, type HttpRequest } from './http-request.js'
import { RateBudget, type RateBudgetOptions } from './rate-budget.js'
import { retryAfterMs } from './retry-after.js'
import { isPassingStatus } from './retry-policy.js'
import { sourceFailure, type FailureKind } from './source-failure.js'

/** An answer whose body was read. */
export interface HttpAnswer<T = unknown> {
  readonly status: number
  readonly headers: Headers
  readonly body: T
}

/** What a source means by an answer, where its status does not say it. */
export interface Verdict {
  readonly kind: Extract<FailureKind, 'unauthorized' | 'forbidden' | 'throttled' | 'too-much' | 'server' | 'refused'>
  readonly text: string
}

/** Reads the body of a good answer. It may throw whatever the network does. */
export type ReadBody<T> = (response: Response) => Promise<T>

export interface ExchangeOptions {
  readonly source: string
  readonly baseUrl: string
  readonly headers: Readonly<Record<string, string>>
  readonly budget: RateBudgetOptions | undefined
  readonly breaker: CircuitBreakerOptions
  readonly timeoutMs: number
  readonly concurrency: number
  readonly attempts: number
  readonly judge: ((answer: HttpAnswer) => Verdict | undefined) | undefined
  readonly log: Logger
  readonly clock: Clock
}

/** Sends single requests: within the budget and the concurrency, past the circuit breaker, and every failure comes out with its kind. */
export class Exchange {
  readonly budget: RateBudget | undefined
  readonly #options: ExchangeOptions
  readonly #breaker: CircuitBreaker
  readonly #limit: ReturnType<typeof pLimit>

  constructor(options: ExchangeOptions) {
    this.#options = options
    this.budget = options.budget && new RateBudget(options.budget, options.clock)
    this.#breaker = new CircuitBreaker(options.breaker, options.clock)
    this.#limit = pLimit(options.concurrency)
  }

  send<T>(request: HttpRequest, credential: Credential | undefined, attempt: number, read: ReadBody<T>, signal: AbortSignal | undefined): Promise<HttpAnswer<T>> {
    return this.#limit(async () => {
      const { source, clock, log } = this.#options
      const url = requestUrl(this.#options.baseUrl, request, source)
      const shown = shownRequest(request, url)
      const fail = (kind: FailureKind, what: string, more: { status?: number; retryAfterMs?: number | undefined; cause?: unknown } = {}) =>
        sourceFailure(kind, { source, request: shown, attempt, attempts: this.#options.attempts, what, ...more })
      if (signal?.aborted) throw asInterruption(signal.reason)
      const openMs = this.#breaker.waitMs()
      if (openMs > 0) throw fail('circuit-open', `was not sent, as the source failed repeatedly; it is left alone for ${openMs} ms more`, { retryAfterMs: openMs })

      const timeoutMs = request.timeoutMs ?? this.#options.timeoutMs
      const timeout = new AbortController()
      const startedMs = performance.now()
      let stopTimeout = () => {}
      let release: (() => void) | undefined
      let status: number | undefined
      let isWell: boolean | undefined
      try {
        release = await this.budget?.take(signal)
        stopTimeout = clock.after(timeoutMs, () => timeout.abort())
        const response = await fetch(url, fetchOptions(request, { ...this.#options.headers, ...credential?.headers }, signal ? AbortSignal.any([signal, timeout.signal]) : timeout.signal))
        release?.()
        status = response.status
        const body = response.ok ? await read(response) : await readFailureBody(response)
        const verdict = this.#options.judge?.({ status, headers: response.headers, body }) ?? (response.ok ? undefined : { kind: kindOfStatus(status), text: failureText(body) })
        isWell = verdict?.kind !== 'server'
        // What was answered as T went through `read`; without a verdict it is good.
        if (verdict === undefined) return { status, headers: response.headers, body: body as T }
        if (verdict.kind === 'throttled') isWell = undefined // says nothing about how the source is
        throw fail(verdict.kind, `answered ${status}${verdict.text === '' ? '' : `: ${verdict.text}`}`, { status, retryAfterMs: retryAfterMs(response.headers, clock.now()) })
      } catch (error) {
        if (error instanceof VarveError) throw error
        if (signal?.aborted) throw asInterruption(signal.reason)
        isWell = false
        if (timeout.signal.aborted) throw fail('timeout', `took longer than ${timeoutMs} ms`)
        if (error instanceof NoWholeJson) throw fail('truncated', `answered ${error.message}`, { cause: error })
        const failure = connectionFailure(error, status !== undefined)
        if (failure) throw fail(failure.kind, failure.kind === 'truncated' ? `broke off in the middle of its answer (${failure.code || 'no code'})` : `got no answer (${failure.code})`, { cause: error })
        throw new VarveError('V3010', redact(`${source}: ${shown} could not be sent (${codeOf(error) || errorMessage(error)}). Check the address of the source, its name and its certificate.`), { cause: error, context: { source } })
      } finally {
        stopTimeout()
        release?.()
        if (isWell === undefined) this.#breaker.forget()
        else this.#breaker.record(isWell)
        log.debug({ source, request: shown, status, ms: Math.round(performance.now() - startedMs), attempt }, 'request')
      }
    })
  }
}

/** An answer that ended well as far as HTTP goes, and is cut off, or something else altogether. */
export class NoWholeJson extends Error {}

/** The whole body as JSON, with every digit. */
export async function readWholeJson(response: Response): Promise<unknown> {
  const text = await response.text()
  try {
    return readJson(text)
  } catch (error) {
    throw new NoWholeJson(notWhole(text), { cause: error })
  }
}

/** What to say of a body that is no whole JSON; one that does not even begin like it is shown. */
export function notWhole(beginning: string): string {
  const text = beginning.replace(/^\uFEFF/, '').trimStart()
  return text === '' || /^["[{]/.test(text) ? 'no whole JSON' : `no JSON, but "${failureText(text)}"`
}

/** As JSON where it is, else as text. */
async function readFailureBody(response: Response): Promise<unknown> {
  const text = await response.text()
  try {
    return JSON.parse(text) as unknown
  } catch {
    return text
  }
}

function kindOfStatus(status: number): FailureKind {
  if (status === 401) return 'unauthorized'
  if (status === 403) return 'forbidden'
  if (status === 429) return 'throttled'
  if (status >= 300 && status < 400) return 'redirected'
  return isPassingStatus(status) ? 'server' : 'refused'
}
