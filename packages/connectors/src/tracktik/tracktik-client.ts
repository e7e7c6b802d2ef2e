import type { Logger } from '@varve/core'
import { FileTokenStore } from '../http/auth/file-token-store.js'
import { clientCredentialsGrant, passwordGrant } from '../http/auth/grants.js'
import { oauth2Auth } from '../http/auth/oauth2-auth.js'
import type { TokenStore } from '../http/auth/token-store.js'
import { systemClock, type Clock } from '../http/clock.js'
import type { HttpAnswer, Verdict } from '../http/exchange.js'
import { HttpClient } from '../http/http-client.js'
import type { RetryPolicy } from '../http/retry-policy.js'
import { utcText } from '../time/micros.js'
import { allRows, type RowQuery } from './all-rows.js'
import { countRows } from './count-rows.js'
import type { InvalidRow } from './read-rows.js'
import type { TracktikSettings } from './tracktik-settings.js'
import type { TracktikClientRow, TracktikEmployee, TracktikPosition, TracktikRegion, TracktikShift, TracktikWorkSession } from './tracktik-rows.js'
import { spanOf, windowedRows, type WindowQuery } from './windowed-rows.js'

/** What a client needs beside its settings. */
export interface TracktikClientOptions {
  readonly log?: Logger | undefined
  readonly signal?: AbortSignal | undefined
  /** Where tokens are kept, in place of the directory of the settings. */
  readonly tokenStore?: TokenStore | undefined
  readonly retry?: Partial<RetryPolicy> | undefined
  /** Windows of time that are read at once. @defaultValue 3 */
  readonly concurrency?: number | undefined
  readonly timeoutMs?: number | undefined
  /** Told of a row that does not fit, which is then left out. @defaultValue the crawl ends with V3010 */
  readonly onInvalid?: ((row: InvalidRow) => void) | undefined
  readonly clock?: Clock | undefined
  readonly random?: (() => number) | undefined
}

/** Which shifts: those that begin in a span of time, or were changed in it. */
export interface ShiftQuery extends Omit<WindowQuery, 'by'> {
  /** @defaultValue 'startsOn' */
  readonly by?: 'startsOn' | 'modifiedOn' | undefined
  /** Whether the summary is asked for: the billed figures as the source sums them up. @defaultValue true */
  readonly summary?: boolean | undefined
}

/** Which work sessions: those that begin in a span of time, or were changed in it. */
export interface WorkSessionQuery extends Omit<WindowQuery, 'by'> {
  /** @defaultValue 'startedOn' */
  readonly by?: 'startedOn' | 'updatedOn' | undefined
}

/**
 * Reads a TrackTik portal: every resource as rows that were checked, one by one, no faster than they are taken.
 *
 * **Details**
 *
 * The rules of the API are kept, and what it does not say aloud is found out: inactive rows are always asked for; spans of time are
 * cut into windows, smaller ones where the portal takes too long; returned rows are held against the window, since filters
 * are at times accepted and not heeded; and what was read is held against the portal's own count.
 *
 * @example
 * ```ts
 * const portal = new TracktikClient(tracktikSettings(process.env))
 * for await (const shift of portal.shifts({ from: '2025-03-01T00:00:00Z', to: '2025-04-01T00:00:00Z' })) console.log(shift.id, shift.approvedHours)
 * ```
 */
export class TracktikClient {
  readonly #http: HttpClient
  readonly #options: TracktikClientOptions

  constructor(settings: TracktikSettings, options: TracktikClientOptions = {}) {
    const { log, signal, timeoutMs, random, clock = systemClock } = options
    this.#options = options
    this.#http = new HttpClient({
      source: 'TrackTik',
      baseUrl: settings.url,
      auth: oauth2Auth({
        tokenPath: settings.tokenPath ?? '/rest/oauth2/access_token',
        clientId: settings.clientId,
        clientSecret: settings.clientSecret,
        // No scope goes along: the portal refuses the login then.
        grant: settings.user ? passwordGrant(settings.user.name, settings.user.password) : clientCredentialsGrant(),
        store: options.tokenStore ?? (settings.tokenDirectory === undefined ? undefined : new FileTokenStore(settings.tokenDirectory)),
        hint: 'Check TRACKTIK_CLIENT_ID, TRACKTIK_CLIENT_SECRET, TRACKTIK_USERNAME and TRACKTIK_PASSWORD, then start again.',
        clock,
      }),
      budget: { perMinute: settings.requestsPerMinute ?? 300, burst: settings.burst ?? 20 },
      retry: options.retry,
      judge,
      log,
      signal,
      timeoutMs,
      clock,
      random,
    })
  }

  /** Regions, all of them. */
  regions(query: RowQuery = {}): AsyncGenerator<TracktikRegion> {
    return allRows(this.#reading(), 'regions', query)
  }

  /** Employees, those who have left included. */
  employees(query: RowQuery = {}): AsyncGenerator<TracktikEmployee> {
    return allRows(this.#reading(), 'employees', query)
  }

  /** Customers and their sites; there is no resource of sites. */
  clients(query: RowQuery = {}): AsyncGenerator<TracktikClientRow> {
    return allRows(this.#reading(), 'clients', query)
  }

  /** Sites alone. */
  async *serviceLocations(query: RowQuery = {}): AsyncGenerator<TracktikClientRow> {
    for await (const row of allRows(this.#reading(), 'clients', query, { type: 'SERVICE_LOCATION' })) {
      // Heeded or not, what comes is sites.
      if (row.type === 'SERVICE_LOCATION') yield row
    }
  }

  /** Positions: what leads from a shift to its site. */
  positions(query: RowQuery = {}): AsyncGenerator<TracktikPosition> {
    return allRows(this.#reading(), 'positions', query)
  }

  /** Shifts with their hours, cancelled and vacant ones included; each at most once. */
  shifts(query: ShiftQuery): AsyncGenerator<TracktikShift> {
    const { summary = true, by = 'startsOn', ...rest } = query
    return windowedRows(this.#reading(), 'shifts', { ...rest, by }, summary ? [] : ['summary'])
  }

  /** How many shifts the portal counts in a span, for a reconciliation: none is read. Whole seconds count. */
  countShifts(query: Pick<ShiftQuery, 'from' | 'to' | 'by' | 'regions'>): Promise<number> {
    return countRows(this.#http, 'shifts', query.by ?? 'startsOn', spanOf(query), query.regions)
  }

  /** Certain shifts. */
  shiftsById(ids: readonly number[]): AsyncGenerator<TracktikShift> {
    return allRows(this.#reading(), 'shifts', { ids })
  }

  /** Work sessions: the clocked times of shifts. */
  workSessions(query: WorkSessionQuery): AsyncGenerator<TracktikWorkSession> {
    const { by = 'startedOn', ...rest } = query
    return windowedRows(this.#reading(), 'work-sessions', { ...rest, by }, [])
  }

  /**
   * What time it is for the portal. Taken before a crawl it is a safe watermark, whatever our own clock shows: what is changed during the
   * crawl is changed after it.
   */
  async serverTime(): Promise<string> {
    const { headers } = await this.#http.json({ path: '/rest/v1/regions', query: { limit: 1 }, isSmall: true })
    const date = Date.parse(headers.get('date') ?? '')
    return utcText((Number.isNaN(date) ? Math.floor((this.#options.clock ?? systemClock).now() / 1000) * 1000 : date) * 1000)
  }

  #reading() {
    const { log, onInvalid, concurrency } = this.#options
    return { http: this.#http, log, onInvalid, concurrency: concurrency ?? 3 }
  }
}

/** Two answers of a portal mean something else than elsewhere. */
function judge({ status, headers }: HttpAnswer): Verdict | undefined {
  if (status === 504) return { kind: 'too-much', text: 'the portal gives up after half a minute' }
  // The firewall in front of a portal answers for it: a right of the account is not the question then.
  if (status !== 403 || !(headers.get('server') ?? '').startsWith('awselb/')) return undefined
  return { kind: 'forbidden', text: 'the firewall in front of the portal blocks this address; after 40 failed logins within two minutes it does so for two hours' }
}
