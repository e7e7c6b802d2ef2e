/** Tokens as they were issued. */
export interface StoredToken {
  readonly accessToken: string
  readonly refreshToken: string | undefined
  /** Milliseconds since 1970. */
  readonly expiresAt: number
}

/**
 * Keeps tokens between uses. A refresh token that rotates is good for one use: whoever loses the new one has to log in again, so a
 * store has written when `write` resolves.
 *
 * @example
 * ```ts
 * const store: TokenStore = new FileTokenStore('.varve/tokens')
 * ```
 */
export interface TokenStore {
  read(key: string): Promise<StoredToken | undefined>
  write(key: string, token: StoredToken): Promise<void>
  /** Runs the work while nobody else does so for this key, as far as the store reaches. */
  exclusively<T>(key: string, work: () => Promise<T>): Promise<T>
}

/**
 * Keeps tokens as long as the process lives.
 *
 * @example
 * ```ts
 * const auth = oauth2Auth({ tokenPath: '/oauth/token', clientId, grant: clientCredentialsGrant(), clientSecret, store: new MemoryTokenStore() })
 * ```
 */
export class MemoryTokenStore implements TokenStore {
  readonly #tokens = new Map<string, StoredToken>()
  readonly #lines = new Map<string, Promise<unknown>>()

  read(key: string): Promise<StoredToken | undefined> {
    return Promise.resolve(this.#tokens.get(key))
  }

  write(key: string, token: StoredToken): Promise<void> {
    this.#tokens.set(key, token)
    return Promise.resolve()
  }

  exclusively<T>(key: string, work: () => Promise<T>): Promise<T> {
    const turn = (this.#lines.get(key) ?? Promise.resolve()).then(work)
    this.#lines.set(key, turn.catch(() => undefined))
    return turn
  }
}
