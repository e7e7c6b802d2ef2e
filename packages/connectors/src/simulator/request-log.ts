/** One request as a simulator saw it; credentials are not kept. */
export interface RequestEntry {
  /** From 1, over all requests. */
  readonly number: number
  readonly on: 'data' | 'token'
  /** Whose request it is, where the source tells accounts apart. */
  readonly account: string | undefined
  /** When it came in, by the simulator's clock, in milliseconds since 1970. */
  readonly at: number
  readonly method: string
  readonly path: string
  readonly query: Readonly<Record<string, string>>
  /** What was answered; undefined while it is under way, and for a dropped one. */
  status: number | undefined
  readonly fault: string | undefined
}

/**
 * What a simulator was asked, for assertions.
 *
 * @example
 * ```ts
 * expect(simulator.requests.maxPerMinute()).toBeLessThanOrEqual(300)
 * ```
 */
export class RequestLog {
  readonly #entries: RequestEntry[] = []

  add(entry: Omit<RequestEntry, 'number'>): RequestEntry {
    const numbered = { ...entry, number: this.#entries.length + 1 }
    this.#entries.push(numbered)
    return numbered
  }

  get entries(): readonly RequestEntry[] {
    return this.#entries
  }

  /** Requests for a token. */
  get tokenRequests(): readonly RequestEntry[] {
    return this.#entries.filter((entry) => entry.on === 'token')
  }

  /** Requests for data whose path ends so. */
  to(pathEnd: string): readonly RequestEntry[] {
    return this.#entries.filter((entry) => entry.on === 'data' && entry.path.endsWith(pathEnd))
  }

  /** The most requests that came in within any minute, of all or of one account. */
  maxPerMinute(account?: string): number {
    const entries = account === undefined ? this.#entries : this.#entries.filter((entry) => entry.account === account)
    let most = 0
    let first = 0
    for (const [last, entry] of entries.entries()) {
      while ((entries[first]?.at ?? Infinity) <= entry.at - 60_000) first++
      most = Math.max(most, last - first + 1)
    }
    return most
  }
}
