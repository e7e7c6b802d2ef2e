import type { Clock } from './clock.js'

/** When a failing source is left alone, and when it is trusted again. */
export interface CircuitBreakerOptions {
  /** So many failures in a row open the circuit. @defaultValue 8 */
  readonly failures?: number | undefined
  /** How long it stays open. @defaultValue 60000 */
  readonly openMs?: number | undefined
  /** So many good probes close it. @defaultValue 1 */
  readonly probes?: number | undefined
}

// While a probe is under way there is nothing to do but look again a little later.
const probeWaitMs = 1000

/**
 * Leaves a source alone that has failed several times in a row, and lets single probes through after a while. Only failures of the
 * source count: a refused request shows that it works.
 *
 * @example
 * ```ts
 * const breaker = new CircuitBreaker({ failures: 3, openMs: 600_000, probes: 2 }, systemClock)
 * if (breaker.waitMs() === 0) breaker.record(await isWell())
 * ```
 */
export class CircuitBreaker {
  readonly #options: Required<{ [K in keyof CircuitBreakerOptions]: number }>
  readonly #clock: Clock
  #failures = 0
  #openUntil: number | undefined
  #goodProbes = 0
  #isProbing = false

  constructor(options: CircuitBreakerOptions, clock: Clock) {
    this.#options = { failures: options.failures ?? 8, openMs: options.openMs ?? 60_000, probes: options.probes ?? 1 }
    this.#clock = clock
  }

  /** 0 when a request may go out now, else how long to wait. After a 0, {@link record} or {@link forget} must follow. */
  waitMs(): number {
    if (this.#openUntil === undefined) return 0
    const left = this.#openUntil - this.#clock.now()
    if (left > 0) return Math.ceil(left)
    if (this.#isProbing) return probeWaitMs
    this.#isProbing = true
    return 0
  }

  record(isWell: boolean): void {
    this.#isProbing = false
    if (this.#openUntil !== undefined && this.#clock.now() < this.#openUntil) return // sent before it opened
    if (isWell) {
      this.#failures = 0
      if (this.#openUntil === undefined || ++this.#goodProbes < this.#options.probes) return
      this.#openUntil = undefined
    } else if (this.#openUntil !== undefined || ++this.#failures >= this.#options.failures) {
      this.#openUntil = this.#clock.now() + this.#options.openMs
    } else return
    this.#failures = 0
    this.#goodProbes = 0
  }

  /** The request told nothing about the source: it was interrupted, or throttled. */
  forget(): void {
    this.#isProbing = false
  }
}
