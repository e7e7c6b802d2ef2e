import type { SimulatedAnswer, SimulatedRequest, SimulatedSource } from '../loopback-server.js'
import { RequestProblem } from '../request-problem.js'
import type { SimulatorClock } from '../simulator-clock.js'
import { apiPath, readAddress } from './connectwise-address.js'
import { listPage, matching, project, readListRequest } from './connectwise-list.js'
import type { ConnectwiseTable } from './connectwise-records.js'
import type { ConnectwiseWorld } from './connectwise-world.js'

/** Who reads a tenant. */
export interface TenantCredentials {
  readonly company: string
  readonly publicKey: string
  readonly privateKey: string
  readonly clientId: string
}

/** A tenant of the simulated source. */
export interface SimulatedTenant {
  readonly name: string
  readonly credentials: TenantCredentials
  /** Made when it is first needed. */
  readonly world: ConnectwiseWorld
}

/** A page that is about to be answered. */
export interface ConnectwisePageAsked {
  readonly tenant: string
  readonly table: ConnectwiseTable | 'notes'
  readonly isForwardOnly: boolean
  /** Pages of this table that this tenant was asked for so far, this one included. */
  readonly number: number
  readonly query: URLSearchParams
}

export interface ConnectwiseApiOptions {
  readonly tenants: readonly SimulatedTenant[]
  readonly clock: SimulatorClock
  readonly quotaPerMinute: number
  /** Wrong credentials are answered with 404, as on the cloud. */
  readonly hidesUnauthorized: boolean
  readonly forwardOnly: 'known' | 'ignored' | 'refused'
  readonly beforePage: (page: ConnectwisePageAsked) => void
}

/** The REST API of a simulated source: what it answers, without the network. */
export class ConnectwiseApi implements SimulatedSource {
  readonly #options: ConnectwiseApiOptions
  readonly #pages = new Map<string, number>()
  readonly #minutes = new Map<SimulatedTenant, number[]>()

  constructor(options: ConnectwiseApiOptions) {
    this.#options = options
  }

  isTokenPath(): boolean {
    return false
  }

  expireTokens(): void {
    // there are none
  }

  /** Whose request this is, right or wrong: the budget is counted by company. */
  accountOf(headers: SimulatedRequest['headers']): string | undefined {
    const company = loginOf(headers)?.split('+')[0]
    return this.#options.tenants.find(({ credentials }) => credentials.company === company)?.name
  }

  failure(status: number, message: string): SimulatedAnswer {
    return answerOf(status, { code: codes[status] ?? 'ConnectWiseApi', message, errors: [] })
  }

  answer(request: SimulatedRequest): SimulatedAnswer {
    const answer = this.#answer(request)
    return { ...answer, headers: { 'x-cw-request-id': `simulated-${request.number}`, 'api-current-version': '2025.16', ...answer.headers } }
  }

  #answer(request: SimulatedRequest): SimulatedAnswer {
    const tenant = this.#tenantOf(request)
    if (!tenant) return this.#options.hidesUnauthorized ? this.failure(404, 'The resource cannot be found') : this.failure(401, 'The credentials are not valid')
    const waitSeconds = this.#waitSeconds(tenant)
    if (waitSeconds > 0) return { ...this.failure(429, 'Too many requests'), headers: { 'retry-after': String(waitSeconds) } }
    try {
      return this.#read(tenant, request)
    } catch (error) {
      if (!(error instanceof RequestProblem)) throw error
      if (error.status !== 400) return this.failure(error.status, error.message)
      const [field = ''] = error.message.split(':')
      return answerOf(400, { code: 'InvalidObject', message: 'The request is invalid', errors: [{ code: 'InvalidField', message: error.message, resource: 'request', field }] })
    }
  }

  #read(tenant: SimulatedTenant, request: SimulatedRequest): SimulatedAnswer {
    const { method, path, query } = request
    const { table, rows, id, isCount } = readAddress(tenant.world, path)
    const isSearch = method === 'POST' && path === `${apiPath}/service/tickets/search`
    if (method !== 'GET' && !isSearch) throw new RequestProblem(405, 'The simulator only reads')
    const conditions = isSearch ? searchConditions(request.body) : (query.get('conditions') ?? undefined)
    if (isCount) return answerOf(200, { count: rows.rows.filter(matching(rows, conditions)).length })
    if (id !== undefined) {
      const row = rows.find(id)
      if (!row) throw new RequestProblem(404, `${table} ${id} was not found`)
      const fields = query.get('fields')
      return answerOf(200, fields === null ? row : project(row, fields.split(',').map((name) => name.split('/'))))
    }
    const isForwardOnly = request.headers['pagination-type']?.toLowerCase() === 'forward-only' && this.#options.forwardOnly !== 'ignored'
    if (isForwardOnly && this.#options.forwardOnly === 'refused') throw new RequestProblem(400, 'pagination-type: forward-only is not supported here')
    const asked = readListRequest(rows, query, conditions, isForwardOnly)
    const counter = `${tenant.name} ${table}`
    const number = (this.#pages.get(counter) ?? 0) + 1
    this.#pages.set(counter, number)
    this.#options.beforePage({ tenant: tenant.name, table, isForwardOnly, number, query })
    const page = listPage(rows, asked)
    const links = Object.entries(page.links).map(([rel, { name, value }]) => `<${withParameter(request, name, value)}>; rel="${rel}"`)
    return answerOf(200, page.rows, links.length > 0 ? { link: links.join(', ') } : {})
  }

  #tenantOf({ headers }: SimulatedRequest): SimulatedTenant | undefined {
    const login = loginOf(headers)
    return this.#options.tenants.find(({ credentials: { company, publicKey, privateKey, clientId } }) => login === `${company}+${publicKey}:${privateKey}` && headers['clientid'] === clientId)
  }

  /** How long the tenant has to wait; else the request is counted. */
  #waitSeconds(tenant: SimulatedTenant): number {
    const now = this.#options.clock.now()
    const minute = (this.#minutes.get(tenant) ?? []).filter((at) => at > now - 60_000)
    const [oldest] = minute
    if (oldest !== undefined && minute.length >= this.#options.quotaPerMinute) return Math.ceil((oldest + 60_000 - now) / 1000)
    this.#minutes.set(tenant, [...minute, now])
    return 0
  }
}

const codes: Readonly<Record<number, string>> = { 401: 'Unauthorized', 403: 'Security', 404: 'NotFound', 405: 'MethodNotAllowed', 429: 'TooManyRequests' }

function searchConditions(body: string): string | undefined {
  try {
    const { conditions } = JSON.parse(body) as { conditions?: unknown } // looked at before it is used
    if (conditions === undefined || typeof conditions === 'string') return conditions
  } catch {
    // told below
  }
  throw new RequestProblem(400, 'conditions: the body is { "conditions": "…" }')
}

function loginOf(headers: SimulatedRequest['headers']): string | undefined {
  const [, encoded] = /^Basic (.+)$/i.exec(headers['authorization'] ?? '') ?? []
  return encoded === undefined ? undefined : Buffer.from(encoded, 'base64').toString()
}

function withParameter({ path, query, headers }: SimulatedRequest, name: string, value: number): string {
  const url = new URL(`http://${headers['host'] ?? 'localhost'}${path}`)
  for (const [own, text] of query) url.searchParams.append(own, text)
  url.searchParams.set(name, String(value))
  return url.href
}

function answerOf(status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): SimulatedAnswer {
  return { status, body: JSON.stringify(body), headers }
}
