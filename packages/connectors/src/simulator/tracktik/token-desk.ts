import type { SimulatedAnswer, SimulatedRequest } from '../loopback-server.js'
import type { Random } from '../random.js'
import type { SimulatorClock } from '../simulator-clock.js'

/** What the simulated portal lets in. */
export interface TracktikCredentials {
  readonly clientId: string
  readonly clientSecret: string
  readonly username: string
  readonly password: string
}

const failuresAllowed = 40
const failureWindowMs = 2 * 60_000
const blockMs = 2 * 3_600_000

/** Gives out tokens by three grants, takes each refresh token once, and shuts out an address that fails too often. */
export class TokenDesk {
  readonly #credentials: TracktikCredentials
  readonly #clock: SimulatorClock
  readonly #lifetimeSeconds: number
  readonly #random: Random
  readonly #access = new Map<string, number>()
  /** Which access token came with a refresh token; undefined once that is used up. */
  readonly #refresh = new Map<string, string | undefined>()
  #failures: number[] = []
  #blockedUntil = 0

  constructor(options: { readonly credentials: TracktikCredentials; readonly clock: SimulatorClock; readonly lifetimeSeconds: number; readonly random: Random }) {
    this.#credentials = options.credentials
    this.#clock = options.clock
    this.#lifetimeSeconds = options.lifetimeSeconds
    this.#random = options.random
  }

  /** How many logins failed in the last two minutes. */
  get failures(): number {
    return this.#failures.length
  }

  get isBlocked(): boolean {
    return this.#clock.now() < this.#blockedUntil
  }

  /** The answer to every request of an address that is shut out. */
  readonly blocked: SimulatedAnswer = { status: 403, body: '<html><body><h1>403 Forbidden</h1></body></html>', headers: { server: 'awselb/2.0', 'content-type': 'text/html' } }

  answer(request: SimulatedRequest): SimulatedAnswer {
    if (this.isBlocked) return this.blocked
    if (request.method !== 'POST') return oauthProblem(405, 'invalid_request', 'The token endpoint takes POST')
    if (!(request.headers['content-type'] ?? '').startsWith('application/x-www-form-urlencoded')) return oauthProblem(400, 'invalid_request', 'The body must be a form')
    const form = new URLSearchParams(request.body)
    if (form.has('scope')) return oauthProblem(400, 'invalid_scope', 'The requested scope is invalid, unknown, or malformed')
    if (form.get('client_id') !== this.#credentials.clientId || form.get('client_secret') !== this.#credentials.clientSecret) return this.#fail('invalid_client', 'Client authentication failed')
    switch (form.get('grant_type')) {
      case 'password':
        if (form.get('username') !== this.#credentials.username || form.get('password') !== this.#credentials.password) return this.#fail('invalid_grant', 'The user credentials were incorrect')
        return this.#issue()
      case 'client_credentials':
        return this.#issue()
      case 'refresh_token': {
        const token = form.get('refresh_token') ?? ''
        const access = this.#refresh.get(token)
        if (access === undefined) return this.#fail('invalid_grant', this.#refresh.has(token) ? 'Token has been revoked' : 'Cannot decrypt the refresh token')
        this.#refresh.set(token, undefined)
        this.#access.delete(access)
        return this.#issue()
      }
      default:
        return oauthProblem(400, 'unsupported_grant_type', 'The authorization grant type is not supported')
    }
  }

  accepts(authorization: string | undefined): boolean {
    const token = /^Bearer (.+)$/.exec(authorization ?? '')?.[1]
    return token !== undefined && (this.#access.get(token) ?? 0) > this.#clock.now()
  }

  expireAll(): void {
    this.#access.clear()
  }

  #issue(): SimulatedAnswer {
    const access = `eyJ0eXAiOiJKV1QiLCJhbGciOiJSUzI1NiJ9.${this.#letters(40)}.${this.#letters(20)}`
    const refresh = `def50200${this.#letters(60)}`
    this.#access.set(access, this.#clock.now() + this.#lifetimeSeconds * 1000)
    this.#refresh.set(refresh, access)
    return { status: 200, body: JSON.stringify({ token_type: 'Bearer', expires_in: this.#lifetimeSeconds, access_token: access, refresh_token: refresh }) }
  }

  #fail(error: string, hint: string): SimulatedAnswer {
    const now = this.#clock.now()
    this.#failures = [...this.#failures.filter((at) => at > now - failureWindowMs), now]
    if (this.#failures.length >= failuresAllowed) this.#blockedUntil = now + blockMs
    return oauthProblem(401, error, hint)
  }

  #letters(count: number): string {
    let text = ''
    while (text.length < count) text += this.#random.int(0, 15).toString(16)
    return text
  }
}

function oauthProblem(status: number, error: string, hint: string): SimulatedAnswer {
  return { status, body: JSON.stringify({ error, error_description: hint, hint, message: hint }) }
}
