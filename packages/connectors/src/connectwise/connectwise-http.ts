import { errorMessage, VarveError, type Logger } from '@varve/core'
import type { z } from 'zod'
import type { Auth } from '../http/auth/auth.js'
import { basicAuth } from '../http/auth/fixed-auth.js'
import { systemClock, type Clock } from '../http/clock.js'
import { codeOf } from '../http/connection-failure.js'
import type { HttpAnswer, Verdict } from '../http/exchange.js'
import { failureText } from '../http/failure-text.js'
import { HttpClient } from '../http/http-client.js'
import type { HttpRequest } from '../http/http-request.js'
import type { RetryPolicy } from '../http/retry-policy.js'
import { reveal } from '../http/secret-text.js'
import { failureKind } from '../http/source-failure.js'
import type { ConnectwiseSettings } from './connectwise-settings.js'

/** How a tenant is spoken to. */
export interface ConnectwiseHttpOptions {
  readonly log?: Logger | undefined
  readonly signal?: AbortSignal | undefined
  readonly retry?: Partial<RetryPolicy> | undefined
  /** Requests under way at once. @defaultValue 4 */
  readonly concurrency?: number | undefined
  readonly timeoutMs?: number | undefined
  readonly clock?: Clock | undefined
  readonly random?: (() => number) | undefined
}

/** What the network says of a connection that the other side closed. */
const dropped = new Set(['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET'])

/** Speaks to one tenant, within its budget, and tells wrong credentials from what they look like on the cloud. */
export class ConnectwiseHttp {
  readonly source: string
  readonly #http: HttpClient
  readonly #belongTogether: string
  /** Whether an answer was good; from then on the credentials are right. */
  #isKnown = false

  constructor(settings: ConnectwiseSettings, options: ConnectwiseHttpOptions) {
    const { tenant, url, version, requestsPerMinute = 200, burst = 50 } = settings
    this.source = `ConnectWise ${tenant}`
    this.#belongTogether = `company, public key, private key and client id of tenant "${tenant}" must belong together`
    this.#http = new HttpClient({
      source: this.source,
      baseUrl: url,
      auth: authOf(settings),
      headers: version === undefined ? {} : { accept: `application/vnd.connectwise.com+json; version=${version}` },
      budget: { perMinute: requestsPerMinute, burst },
      judge: (answer) => this.#judge(answer),
      ...options,
      clock: options.clock ?? systemClock,
    })
  }

  async json<T>(request: HttpRequest, schema: z.ZodType<T>): Promise<HttpAnswer<T>> {
    try {
      return await this.#http.json(request, schema)
    } catch (error) {
      throw this.#isKnown ? error : this.#explained(error)
    }
  }

  #judge({ status, body }: HttpAnswer): Verdict | undefined {
    if (status >= 200 && status < 300) this.#isKnown = true
    const isMasked = status === 404 && !this.#isKnown
    if (status !== 401 && !isMasked) return undefined
    const meaning = isMasked ? 'before any good answer, which is how the source shows wrong credentials, or a wrong codebase in the address' : failureText(body)
    return { kind: 'unauthorized', text: `${meaning}; ${this.#belongTogether}` }
  }

  #explained(error: unknown): unknown {
    if (!(error instanceof VarveError) || failureKind(error) !== 'connection' || !dropped.has(codeOf(error))) return error
    const { code, isRetryable, context } = error
    return new VarveError(code, `${errorMessage(error).replace(/^\[V\d+\] /, '')} No answer was good so far, and a dropped connection is also how the source shows wrong credentials: ${this.#belongTogether}.`, { cause: error, isRetryable, context })
  }
}

function authOf({ company, publicKey, privateKey, clientId }: ConnectwiseSettings): Auth {
  const basic = basicAuth(`${company}+${reveal(publicKey)}`, privateKey)
  return { credential: async (ask) => ({ headers: { ...(await basic.credential(ask)).headers, clientId: reveal(clientId) } }) }
}
