import { errorMessage, VarveError, type Secret } from '@varve/core'
import { z } from 'zod'
import { systemClock, type Clock } from '../clock.js'
import type { HttpRequest } from '../http-request.js'
import { asSecret, type SecretText } from '../secret-text.js'
import { failureStatus } from '../source-failure.js'
import type { Auth, Credential, TokenAsk } from './auth.js'
import type { Grant } from './grants.js'
import { MemoryTokenStore, type StoredToken, type TokenStore } from './token-store.js'

/** How to log in with OAuth2. */
export interface OAuth2Options {
  /** Where tokens are given out: a path under the client's base url, or a whole url of its origin. */
  readonly tokenPath: string
  readonly clientId: string
  readonly clientSecret?: SecretText | undefined
  readonly grant: Grant
  /** Where client id and secret go. @defaultValue 'form' */
  readonly clientIn?: 'form' | 'basic' | undefined
  /** @defaultValue in memory: every process logs in */
  readonly store?: TokenStore | undefined
  /** A token is renewed that long before it expires. @defaultValue 60000 */
  readonly marginMs?: number | undefined
  /** What to say about where the credentials come from, when they are refused. */
  readonly hint?: string | undefined
  readonly clock?: Clock | undefined
}

const tokenAnswer = z.object({ access_token: z.string().min(1), expires_in: z.coerce.number().positive().default(3600), refresh_token: z.string().min(1).nullish() })

/**
 * OAuth2: logs in once, refreshes before the token expires, and renews it once when it is refused.
 *
 * **Details**
 *
 * One caller at a time logs in or refreshes, the others wait and take its token; with a store that processes share, this holds between
 * them too. A rotated refresh token is stored before the access token that came with it is used. A refresh that is refused falls back to
 * one login where the grant allows it. A login that is refused is never tried again by this object: sources block an address for it.
 *
 * @throws VarveError `V3002` when the credentials are refused.
 *
 * @example
 * ```ts
 * const http = new HttpClient({
 *   source: 'Portal',
 *   baseUrl: 'https://portal.example.test/api',
 *   auth: oauth2Auth({ tokenPath: '/oauth2/token', clientId: 'varve', clientSecret, grant: passwordGrant('etl', password) }),
 * })
 * ```
 */
export function oauth2Auth(options: OAuth2Options): Auth {
  return new OAuth2(options)
}

class OAuth2 implements Auth {
  readonly #options: OAuth2Options
  readonly #store: TokenStore
  readonly #clock: Clock
  readonly #key: string
  readonly #clientSecret: Secret | undefined
  #current: StoredToken | undefined
  /** A token of ours that the source has not taken yet: when it is refused, another one would be as well. */
  #untried: string | undefined
  #refused: VarveError | undefined

  constructor(options: OAuth2Options) {
    this.#options = options
    this.#store = options.store ?? new MemoryTokenStore()
    this.#clock = options.clock ?? systemClock
    this.#clientSecret = options.clientSecret === undefined ? undefined : asSecret(options.clientSecret)
    this.#key = `${options.tokenPath} ${options.clientId} ${options.grant.who}`
  }

  async credential(ask: TokenAsk): Promise<Credential> {
    if (this.#current && this.#isFresh(this.#current)) return bearer(this.#current)
    return bearer(await this.#exclusively(() => this.#freshToken(undefined, ask)))
  }

  async renew(refused: Credential, ask: TokenAsk): Promise<Credential> {
    const token = refused.headers['authorization']?.slice('Bearer '.length)
    if (token !== undefined && token === this.#untried) {
      throw this.#refuse('a token that it had just given out was refused', undefined)
    }
    return bearer(await this.#exclusively(() => this.#freshToken(token, ask)))
  }

  accepted(credential: Credential): void {
    if (this.#untried !== undefined && credential.headers['authorization'] === `Bearer ${this.#untried}`) this.#untried = undefined
  }

  #exclusively(work: () => Promise<StoredToken>): Promise<StoredToken> {
    return this.#store.exclusively(this.#key, () => {
      if (this.#refused) throw this.#refused
      return work()
    })
  }

  /** The stored token if it is another than the refused one and fresh; else one by refresh, else by login. */
  async #freshToken(refused: string | undefined, ask: TokenAsk): Promise<StoredToken> {
    const stored = await this.#store.read(this.#key)
    if (stored && stored.accessToken !== refused && this.#isFresh(stored)) return (this.#current = stored)
    const refreshed = stored?.refreshToken === undefined ? undefined : await this.#refresh(stored.refreshToken, ask)
    const token = refreshed ?? (await this.#login(stored, ask))
    await this.#store.write(this.#key, token)
    this.#untried = token.accessToken
    return (this.#current = token)
  }

  async #refresh(refreshToken: string, ask: TokenAsk): Promise<StoredToken | undefined> {
    try {
      const token = await this.#ask({ grant_type: 'refresh_token', refresh_token: refreshToken }, ask)
      return { ...token, refreshToken: token.refreshToken ?? refreshToken }
    } catch (error) {
      if (!isRefusal(error)) throw error
      if (this.#options.grant.isRepeatable) return undefined // it was used or revoked: one login, and it is settled
      throw this.#refuse('the refresh token was refused: it is used up or revoked, and somebody has to authorise this program anew', error)
    }
  }

  async #login(stored: StoredToken | undefined, ask: TokenAsk): Promise<StoredToken> {
    if (stored && !this.#options.grant.isRepeatable) throw this.#refuse('the token has expired and there is none to refresh it with; somebody has to authorise this program anew', undefined)
    try {
      return await this.#ask(this.#options.grant.fields, ask)
    } catch (error) {
      throw isRefusal(error) ? this.#refuse('the login was refused', error) : error
    }
  }

  async #ask(fields: Readonly<Record<string, SecretText>>, ask: TokenAsk): Promise<StoredToken> {
    const { clientId, clientIn = 'form', tokenPath } = this.#options
    const clientSecret = this.#clientSecret
    const request: HttpRequest = {
      method: 'POST',
      path: tokenPath,
      form: clientIn === 'form' ? { client_id: clientId, ...(clientSecret !== undefined && { client_secret: clientSecret }), ...fields } : fields,
      ...(clientIn === 'basic' && { headers: { authorization: `Basic ${Buffer.from(`${clientId}:${clientSecret?.reveal() ?? ''}`).toString('base64')}` } }),
    }
    const askedAt = this.#clock.now()
    const answer = readToken(await ask(request), tokenPath)
    return { accessToken: answer.access_token, refreshToken: answer.refresh_token ?? undefined, expiresAt: askedAt + answer.expires_in * 1000 }
  }

  #isFresh(token: StoredToken): boolean {
    return token.expiresAt - (this.#options.marginMs ?? 60_000) > this.#clock.now()
  }

  #refuse(what: string, cause: unknown): VarveError {
    const told = cause === undefined ? '' : ` The source said: ${errorMessage(cause)}`
    this.#refused = new VarveError('V3002', `Credentials for ${this.#options.tokenPath} do not work: ${what}. Nothing more is tried, since sources block an address after repeated failures. ${this.#options.hint ?? 'Check the credentials and start again.'}${told}`, {
      cause,
      context: { tokenPath: this.#options.tokenPath, clientId: this.#options.clientId },
    })
    return this.#refused
  }
}

/** 400 to 403: the source understood, and said no. All else says nothing about the credentials. */
function isRefusal(error: unknown): boolean {
  const status = failureStatus(error)
  return status !== undefined && status >= 400 && status <= 403
}

/** A problem with this answer must not show what is in it: only the names of its fields are told. */
function readToken(answer: unknown, tokenPath: string): z.infer<typeof tokenAnswer> {
  const read = tokenAnswer.safeParse(answer)
  if (read.success) return read.data
  const fields = typeof answer === 'object' && answer !== null ? Object.keys(answer).join(', ') : `a ${typeof answer}`
  throw new VarveError('V3010', `The token path ${tokenPath} answered no token: expected access_token and expires_in, there is ${fields || 'nothing'}. Check the path.`)
}

function bearer(token: StoredToken): Credential {
  return { headers: { authorization: `Bearer ${token.accessToken}` } }
}
