import type { HttpRequest } from '../http-request.js'

/** What a request carries to prove who asks. */
export interface Credential {
  readonly headers: Readonly<Record<string, string>>
}

/** Sends a request for a token: without credentials of its own, within the same budget, with the same patience. */
export type TokenAsk = (request: HttpRequest) => Promise<unknown>

/**
 * How requests prove who asks. A strategy that can get a fresh credential has `renew`, and is asked for it once when a credential is refused.
 *
 * @example
 * ```ts
 * const auth: Auth = { credential: async () => ({ headers: { 'x-signature': await sign() } }) }
 * ```
 */
export interface Auth {
  credential(ask: TokenAsk): Promise<Credential>
  /** A fresh credential in place of a refused one. */
  renew?(refused: Credential, ask: TokenAsk): Promise<Credential>
  /** The source took this credential. */
  accepted?(credential: Credential): void
}
