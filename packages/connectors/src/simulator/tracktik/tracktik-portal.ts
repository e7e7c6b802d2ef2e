import type { SimulatedAnswer, SimulatedRequest, SimulatedSource } from '../loopback-server.js'
import type { SimulatorClock } from '../simulator-clock.js'
import { jsonText, renderRow } from './render.js'
import { RequestProblem } from '../request-problem.js'
import type { TokenDesk } from './token-desk.js'
import { listPage, readListRequest } from './tracktik-list.js'
import { tracktikResources, type TracktikResource } from './tracktik-records.js'
import type { TracktikWorld } from './tracktik-world.js'

/** A page that is about to be answered. */
export interface PageAsked {
  readonly resource: TracktikResource
  readonly limit: number
  readonly offset: number
  /** Pages of this resource that were asked for so far, this one included. */
  readonly number: number
  readonly query: URLSearchParams
}

export interface PortalOptions {
  readonly world: TracktikWorld
  readonly desk: TokenDesk
  readonly clock: SimulatorClock
  readonly quotaPerMinute: number
  readonly slowAbove: number
  /** Filters that are accepted and have no effect, such as `startsOn:between`. */
  readonly ignoredFilters: ReadonlySet<string>
  readonly beforePage: (page: PageAsked) => void
}

const tokenPaths = new Set(['/rest/oauth2/access_token', '/rest/v1/oauth2/access_token'])
const slowMs = 30_000

/** The REST API of a simulated portal: what it answers, without the network. */
export class TracktikPortal implements SimulatedSource {
  readonly #options: PortalOptions
  readonly #pages = new Map<TracktikResource, number>()
  #minute: number[] = []

  constructor(options: PortalOptions) {
    this.#options = options
  }

  isTokenPath(path: string): boolean {
    return tokenPaths.has(path)
  }

  expireTokens(): void {
    this.#options.desk.expireAll()
  }

  failure(status: number, text: string): SimulatedAnswer {
    return { status, body: JSON.stringify({ status, error: text }) }
  }

  async answer(request: SimulatedRequest): Promise<SimulatedAnswer> {
    const { desk, clock, quotaPerMinute } = this.#options
    if (this.isTokenPath(request.path)) return desk.answer(request)
    if (desk.isBlocked) return desk.blocked
    const now = clock.now()
    this.#minute = this.#minute.filter((at) => at > now - 60_000)
    const [oldest] = this.#minute
    if (oldest !== undefined && this.#minute.length >= quotaPerMinute) return { ...this.failure(429, 'Too many requests'), headers: { 'retry-after': String(Math.ceil((oldest + 60_000 - now) / 1000)) } }
    this.#minute.push(now)
    if (!desk.accepts(request.headers['authorization'])) return this.failure(401, 'The resource owner or authorization server denied the request')
    if (request.method !== 'GET') return this.failure(405, 'The simulator only reads')
    try {
      return await this.#read(request)
    } catch (error) {
      if (error instanceof RequestProblem) return this.failure(error.status, error.message)
      throw error
    }
  }

  async #read({ path, query, headers, signal }: SimulatedRequest): Promise<SimulatedAnswer> {
    const { world, clock, slowAbove, ignoredFilters, beforePage } = this.#options
    const [, name = '', id] = /^\/rest\/v1\/([a-z-]+)(?:\/(\d+))?$/.exec(path) ?? []
    const resource = tracktikResources.find((one) => one === name)
    if (!resource) throw new RequestProblem(404, `There is no ${path}`)
    const asked = readListRequest(resource, id === undefined ? query : withId(query, id), ignoredFilters)
    const meta = { request: [resource], debug: null, security: { granted: true, requested: `${resource}:view`, grantedBy: '*', scope: null } }
    if (id !== undefined) {
      const record = world.find(resource, Number(id))
      if (!record) throw new RequestProblem(404, `There is no ${resource} ${id}`)
      const row = renderRow(world, resource, record, asked.shown)
      return { status: 200, body: jsonText({ meta: { ...meta, resource }, data: row }, [row]) }
    }
    if (asked.weight > slowAbove) {
      await clock.hold(slowMs, signal)
      return { status: 504, body: '<html><body><h1>504 Gateway Time-out</h1></body></html>', headers: { 'content-type': 'text/html' } }
    }
    const number = (this.#pages.get(resource) ?? 0) + 1
    this.#pages.set(resource, number)
    beforePage({ resource, limit: asked.limit, offset: asked.offset, number, query })
    const { rows, count } = listPage(world, resource, asked, regionsOf(headers['ttc-region-filter']))
    return { status: 200, body: jsonText({ meta: { count, itemCount: rows.length, limit: asked.limit, offset: asked.offset, resource, ...meta }, data: rows }, rows) }
  }
}

function withId(query: URLSearchParams, id: string): URLSearchParams {
  const one = new URLSearchParams(query)
  one.set('id', id)
  return one
}

function regionsOf(header: string | undefined): ReadonlySet<number> | undefined {
  return header === undefined ? undefined : new Set(header.split(',').map((text) => Number(text.trim())))
}
