import { asInterruption, errorMessage, silentLogger, VarveError, type Logger } from '@varve/core'
import pRetry from 'p-retry'
import type { z } from 'zod'
import type { Auth, Credential, TokenAsk } from './auth/auth.js'
import { spool, type Download } from './body/download.js'
import { JsonOutline } from './body/json-outline.js'
import { validate } from './body/validate.js'
import type { CircuitBreakerOptions } from './circuit-breaker.js'
import { systemClock, type Clock } from './clock.js'
import { Exchange, NoWholeJson, notWhole, readWholeJson, type HttpAnswer, type ReadBody, type Verdict } from './exchange.js'
import { requestUrl, shownRequest, type HttpRequest } from './http-request.js'
import type { RateBudgetOptions } from './rate-budget.js'
import { defaultRetryPolicy, retryDelayMs, type RetryPolicy } from './retry-policy.js'
import { failureKind } from './source-failure.js'

/** So much of an answer that is no JSON is kept, to tell what it is. */
const shownLength = 400

/** How a source is spoken to. */
export interface HttpClientOptions {
  /** Its name, for messages and the log. */
  readonly source: string
  readonly baseUrl: string
  readonly auth?: Auth | undefined
  readonly headers?: Readonly<Record<string, string>> | undefined
  /** @defaultValue no limit on this side */
  readonly budget?: RateBudgetOptions | undefined
  readonly retry?: Partial<RetryPolicy> | undefined
  readonly breaker?: CircuitBreakerOptions | undefined
  /** How long one exchange may take, its body included. @defaultValue 60000 */
  readonly timeoutMs?: number | undefined
  /** Requests under way at once. @defaultValue 4 */
  readonly concurrency?: number | undefined
  /** Reads a failure out of an answer, for sources that say it in the body, or with an odd status. */
  readonly judge?: ((answer: HttpAnswer) => Verdict | undefined) | undefined
  readonly log?: Logger | undefined
  readonly clock?: Clock | undefined
  /** Chance, for the spread of waits. @defaultValue Math.random */
  readonly random?: (() => number) | undefined
  readonly signal?: AbortSignal | undefined
}

/**
 * Speaks to one source over HTTP: within its budget, with patience where patience helps, and never with the credentials in view.
 *
 * **Details**
 *
 * Sent again: dropped connections, timeouts, truncated bodies, 408, 425, 429, 5xx; `Retry-After` is honoured, for all requests of this client.
 * Never sent again: every other 4xx. A 401 renews the credential once. After several failures in a row the source is left alone for a while.
 * Each attempt is logged with method, path, status, duration and number; secrets are not.
 *
 * @example
 * ```ts
 * const http = new HttpClient({ source: 'CRM', baseUrl: 'https://crm.example.test/api', auth: basicAuth('varve', password), budget: { perMinute: 300, burst: 50 } })
 * const { body } = await http.json({ path: '/customers', query: { limit: 100 } }, z.object({ data: z.array(customer) }))
 * ```
 */
export class HttpClient {
  readonly source: string
  readonly #options: HttpClientOptions
  readonly #clock: Clock
  readonly #log: Logger
  readonly #retry: RetryPolicy
  readonly #exchange: Exchange
  readonly #ask: TokenAsk

  constructor(options: HttpClientOptions) {
    this.source = options.source
    this.#options = options
    this.#clock = options.clock ?? systemClock
    this.#log = options.log ?? silentLogger
    this.#retry = { ...defaultRetryPolicy, ...options.retry }
    this.#exchange = new Exchange({
      source: options.source,
      baseUrl: options.baseUrl,
      headers: options.headers ?? {},
      budget: options.budget,
      breaker: options.breaker ?? {},
      timeoutMs: options.timeoutMs ?? 60_000,
      concurrency: options.concurrency ?? 4,
      attempts: this.#retry.retries + 1,
      judge: options.judge,
      log: this.#log,
      clock: this.#clock,
    })
    this.#ask = async (request) => (await this.#patiently({ ...request, isSmall: true }, (attempt) => this.#send(request, undefined, attempt, readWholeJson))).body
  }

  /**
   * Asks for JSON, whole. With a schema, the answer is held against it.
   *
   * @throws VarveError `V3010` when the source fails or answers something else, `V3002` when it refuses the credentials, `V3003` a right.
   */
  async json(request: HttpRequest): Promise<HttpAnswer>
  async json<T>(request: HttpRequest, schema: z.ZodType<T>): Promise<HttpAnswer<T>>
  async json<T>(request: HttpRequest, schema?: z.ZodType<T>): Promise<HttpAnswer> {
    const answer = await this.#authorised(request, readWholeJson)
    return schema ? { ...answer, body: validate(schema, answer.body, `${this.source}: ${this.#shown(request)}`) } : answer
  }

  /** Fetches a large JSON body into a temporary file. It is tried again until it is whole, so its rows can be read once and for all. */
  async download(request: HttpRequest): Promise<Download> {
    const answer = await this.#authorised(request, async (response) => {
      const outline = new JsonOutline()
      let beginning = ''
      const body = await spool(response.body, (chunk) => {
        if (beginning.length < shownLength) beginning += Buffer.from(chunk.subarray(0, shownLength)).toString()
        outline.pass(chunk)
      })
      if (outline.isWhole) return body
      await body[Symbol.asyncDispose]()
      throw new NoWholeJson(notWhole(beginning))
    })
    return answer.body
  }

  #authorised<T>(request: HttpRequest, read: ReadBody<T>): Promise<HttpAnswer<T>> {
    const { auth } = this.#options
    return this.#patiently(request, async (attempt) => {
      const credential = await auth?.credential(this.#ask)
      try {
        return await this.#send(request, credential, attempt, read)
      } catch (error) {
        if (failureKind(error) !== 'unauthorized' || !auth?.renew || !credential) throw error
        this.#log.info({ source: this.source }, 'the credential was refused; renewing it once')
        return this.#send(request, await auth.renew(credential, this.#ask), attempt, read)
      }
    })
  }

  async #send<T>(request: HttpRequest, credential: Credential | undefined, attempt: number, read: ReadBody<T>): Promise<HttpAnswer<T>> {
    const answer = await this.#exchange.send(request, credential, attempt, read, this.#signalOf(request))
    if (credential) this.#options.auth?.accepted?.(credential)
    return answer
  }

  /** Attempts until it succeeds, it cannot help, or patience is at an end. */
  #patiently<T>(request: HttpRequest, attempt: (number: number) => Promise<T>): Promise<T> {
    const policy = this.#retry
    const startedAt = this.#clock.now()
    const signal = this.#signalOf(request)
    return pRetry(attempt, {
      retries: policy.retries,
      minTimeout: 0, // the waits are ours: they follow the source, and a clock that can be given
      shouldRetry: ({ error }) => isWorthAnother(error, request),
      onFailedAttempt: async ({ error, attemptNumber, retriesLeft }) => {
        if (!isWorthAnother(error, request) || retriesLeft === 0) return
        const waitMs = retryDelayMs(policy, attemptNumber, askedWaitMs(error) ?? (failureKind(error) === 'throttled' ? policy.throttledMs : undefined), this.#options.random ?? Math.random)
        if (this.#clock.now() - startedAt + waitMs > policy.totalMs) throw outOfPatience(error, waitMs, policy)
        if (failureKind(error) === 'throttled') this.#exchange.budget?.pauseFor(waitMs)
        this.#log.warn({ source: this.source, kind: failureKind(error), attempt: attemptNumber, waitMs }, `trying again: ${errorMessage(error)}`)
        await this.#clock.sleep(waitMs, signal).catch((reason: unknown) => {
          throw signal?.aborted ? asInterruption(signal.reason) : reason
        })
      },
    })
  }

  #shown(request: HttpRequest): string {
    return shownRequest(request, requestUrl(this.#options.baseUrl, request, this.source))
  }

  #signalOf(request: HttpRequest): AbortSignal | undefined {
    const { signal } = this.#options
    return signal && request.signal ? AbortSignal.any([signal, request.signal]) : (request.signal ?? signal)
  }
}

/** What was too much is made smaller by whoever asked, unless it cannot be. */
function isWorthAnother(error: unknown, request: HttpRequest): boolean {
  return error instanceof VarveError && error.isRetryable && (failureKind(error) !== 'too-much' || request.isSmall === true)
}

/** How long the source asked to be left alone. */
function askedWaitMs(error: unknown): number | undefined {
  const asked = error instanceof VarveError ? error.context['retryAfterMs'] : undefined
  return typeof asked === 'number' ? asked : undefined
}

function outOfPatience(error: Error, waitMs: number, policy: RetryPolicy): VarveError {
  const asked = askedWaitMs(error) === undefined ? '' : ', as the source asks,'
  return new VarveError('V3010', `${errorMessage(error).replace(/^\[V\d+\] /, '')} To wait ${waitMs} ms more${asked} would go beyond the ${policy.totalMs} ms that one request may take.`, {
    cause: error,
    isRetryable: true,
    ...(error instanceof VarveError && { context: error.context }),
  })
}
