import { asInterruption, redact, silentLogger, VarveError, type Logger } from '@varve/core'
import { basicAuth } from '../http/auth/fixed-auth.js'
import type { Download } from '../http/body/download.js'
import { jsonElements } from '../http/body/json-elements.js'
import { CircuitBreaker } from '../http/circuit-breaker.js'
import { systemClock, type Clock } from '../http/clock.js'
import type { HttpAnswer, Verdict } from '../http/exchange.js'
import { failureText } from '../http/failure-text.js'
import { HttpClient } from '../http/http-client.js'
import { failureKind, sourceFailure } from '../http/source-failure.js'
import type { OtcManners } from './otc-manners.js'
import type { OtcSettings } from './otc-settings.js'
import { otcViews, type OtcRow, type OtcView } from './otc-view.js'

/** What a client needs beside its settings. */
export interface OtcClientOptions {
  readonly log?: Logger | undefined
  readonly signal?: AbortSignal | undefined
  readonly clock?: Clock | undefined
  readonly random?: (() => number) | undefined
}

const source = 'OTC'
/** Where the rows are; it depends on the view, and nobody says which has which. */
const places = ['message.data', 'data', '']

/**
 * Reads the views of a service desk: the rows of each, one by one, no faster than they are taken, and as they are.
 *
 * **Details**
 *
 * A view comes whole or not at all: it is fetched into a temporary file until it is, and then read row by row, so memory stays flat and what broke off
 * never passes for the end. One call at a time goes out, at the pace of the {@link OtcManners}; keep one client for all views, since it is the client that counts.
 * Values are for a mapping to read: dates in several spellings, decimal commas, empty texts, and the two families of names that comments come with.
 *
 * @example
 * ```ts
 * const desk = new OtcClient(otcSettings(process.env))
 * for await (const row of desk.rows('tickets')) console.log(row['TKT-Ticket ID'], row['TKT-Status'])
 * ```
 */
export class OtcClient {
  readonly #settings: OtcSettings
  readonly #http: HttpClient
  readonly #breaker: CircuitBreaker
  readonly #clock: Clock
  readonly #log: Logger
  readonly #signal: AbortSignal | undefined
  #line: Promise<unknown> = Promise.resolve()
  /** The view that was fetched last, and when it was in. */
  #last: { readonly view: OtcView; readonly at: number } | undefined

  constructor(settings: OtcSettings, options: OtcClientOptions = {}) {
    const { log = silentLogger, signal, random, clock = systemClock } = options
    const { manners } = settings
    this.#settings = settings
    this.#clock = clock
    this.#log = log
    this.#signal = signal
    this.#breaker = new CircuitBreaker({ failures: manners.circuitFailures, openMs: manners.circuitSeconds * 1000, probes: manners.circuitProbes }, clock)
    this.#http = new HttpClient({
      source,
      baseUrl: settings.url,
      auth: basicAuth(settings.username, settings.password),
      budget: { perHour: manners.callsPerHour, spacingMs: manners.secondsBetweenCalls * 1000 },
      retry: {
        retries: manners.retries,
        firstDelayMs: manners.firstDelaySeconds * 1000,
        longestDelayMs: manners.longestDelaySeconds * 1000,
        throttledMs: manners.throttledSeconds * 1000,
        spread: 0, // one client, and its waits are agreed
        totalMs: patienceMs(manners),
      },
      // A view is one call: failures are counted by views, with their retries behind them.
      breaker: { failures: Infinity },
      timeoutMs: manners.timeoutSeconds * 1000,
      concurrency: 1,
      judge,
      log,
      signal,
      clock,
      random,
    })
  }

  /**
   * The rows of a view, all of them: a row that is not among them may exist all the same, since views are windows.
   *
   * @throws VarveError `V3010` when the source fails, or answers something else than rows, `V3002` and `V3003` when it refuses the account.
   */
  async *rows(view: OtcView): AsyncGenerator<OtcRow> {
    const body = await this.#fetch(view)
    let count = 0
    try {
      for await (const row of elementsOf(view, body)) {
        if (typeof row !== 'object' || row === null || Array.isArray(row)) throw new VarveError('V3010', `OTC: row ${count + 1} of the view "${view}" is ${excerpt(row)}, where an object of columns is expected. Use nothing of the view: the source has changed, or the view is another one.`)
        count++
        yield row as OtcRow // an object was just checked for, and its values are unknown
      }
    } finally {
      await body[Symbol.asyncDispose]()
    }
    this.#log.info({ source, view, rows: count, bytes: body.size }, 'the view was read')
  }

  /** One view after another, also where several are asked for at once. */
  #fetch(view: OtcView): Promise<Download> {
    const turn = this.#line.then(() => this.#fetchNow(view))
    this.#line = turn.catch(() => undefined)
    return turn
  }

  async #fetchNow(view: OtcView): Promise<Download> {
    const id = this.#settings.views[view]
    if (id === undefined) throw new VarveError('V1009', `There is no view "${view as string}". The views are ${otcViews.join(', ')}.`)
    await this.#waitForTurn(view)
    const openMs = this.#breaker.waitMs()
    if (openMs > 0) throw circuitOpen(view, this.#settings.manners.circuitFailures, openMs)
    let isWell: boolean | undefined
    try {
      const body = await this.#http.download({ path: '/OTC/Data/View/data', query: { id } })
      isWell = true
      return body
    } catch (error) {
      if (isTrouble(error)) isWell = false
      throw error
    } finally {
      if (isWell === undefined) this.#breaker.forget()
      else this.#breaker.record(isWell)
      this.#last = { view, at: this.#clock.now() }
    }
  }

  /** Some time passes between two views. */
  async #waitForTurn(view: OtcView): Promise<void> {
    if (this.#last === undefined || this.#last.view === view) return
    const waitMs = this.#last.at + this.#settings.manners.secondsBetweenViews * 1000 - this.#clock.now()
    if (waitMs <= 0) return
    this.#log.debug({ source, view, waitMs }, 'waiting between two views')
    await this.#clock.sleep(Math.ceil(waitMs), this.#signal).catch((error: unknown) => {
      throw this.#signal?.aborted ? asInterruption(this.#signal.reason) : error
    })
  }
}

/** All attempts may take their time, and all waits be the longest; what a source asks for beyond that is too long. */
function patienceMs({ timeoutSeconds, retries, longestDelaySeconds }: OtcManners): number {
  return 1000 * ((retries + 1) * timeoutSeconds + retries * longestDelaySeconds)
}

/** The source says no more than a status; what to look at is known here. */
function judge({ status, body }: HttpAnswer): Verdict | undefined {
  const said = failureText(body)
  const words = said === '' ? '' : `${said}; `
  if (status === 401) return { kind: 'unauthorized', text: `${words}OTC_USERNAME and OTC_PASSWORD must belong together` }
  if (status === 403) return { kind: 'forbidden', text: `${words}the account may not read this view` }
  if (status === 404) return { kind: 'refused', text: `${words}there is no such view, or OTC_URL is not the address in front of /OTC/Data/View/data` }
  return undefined
}

/** Failures that tell how the source is; refusals show that it works, and an interruption is ours. */
function isTrouble(error: unknown): boolean {
  const kind = failureKind(error)
  return kind === 'connection' || kind === 'timeout' || kind === 'truncated' || kind === 'server'
}

function circuitOpen(view: OtcView, failures: number, openMs: number): VarveError {
  return sourceFailure('circuit-open', { source, request: `the view "${view}"`, attempt: 1, attempts: 1, what: `was not asked for, as ${failures} views failed in a row; the source is left alone for ${openMs} ms more`, retryAfterMs: openMs })
}

/** The rows of a body; what is wrong with it is said of the view. */
async function* elementsOf(view: OtcView, body: Download): AsyncGenerator {
  try {
    yield* jsonElements(body.bytes(), places)
  } catch (error) {
    if (!(error instanceof VarveError)) throw error
    throw new VarveError(error.code, `OTC: the view "${view}": ${error.message.replace(/^\[V\d+\] /, '')}`, { cause: error, context: error.context, isRetryable: error.isRetryable })
  }
}

function excerpt(value: unknown): string {
  const text = JSON.stringify(value)
  return redact(text.length > 60 ? `${text.slice(0, 60)}…` : text)
}
