import type { Clock } from './clock.js'

/** How much may be asked of a source: in a minute, in an hour, one request after another, or all of these. */
export interface RateBudgetOptions {
  /** Requests in any minute, as the source counts them. @defaultValue any number */
  readonly perMinute?: number | undefined
  /** Requests that may go out at once after a pause, where there is a number a minute. @defaultValue a sixth of a minute's, at least one */
  readonly burst?: number | undefined
  /** Requests in any hour. @defaultValue any number */
  readonly perHour?: number | undefined
  /** The least time from an answer to the next request. @defaultValue 0 */
  readonly spacingMs?: number | undefined
}

// A tenth of a second is left for two clocks that do not run alike.
const toleranceMs = 100

/**
 * Keeps the requests of one credential within a budget, on this side: a source that has to say 429 has been asked too much already.
 *
 * **Details**
 *
 * A place in the minute is taken when a request goes out, and its minute begins when the answer is in. The source counted it
 * somewhere between the two, so whatever the latency, it never sees more than the budget in any minute. The burst is a bucket that
 * fills at the rate of the budget.
 *
 * @example
 * ```ts
 * const budget = new RateBudget({ perMinute: 300, burst: 50 }, systemClock)
 * const release = await budget.take()
 * try { await fetch(url) } finally { release() }
 * ```
 */
export class RateBudget {
  readonly #perMinute: number
  readonly #burst: number
  readonly #spacingMs: number
  /** The shorter one first. */
  readonly #windows: readonly { readonly most: number; readonly ms: number }[]
  readonly #clock: Clock
  /** When the answers of the longest window came in, and at least the last one. */
  readonly #answered: number[] = []
  #underWay = 0
  #bucket: number
  #bucketAt: number
  #pausedUntil = 0
  #line: Promise<unknown> = Promise.resolve()
  #onRelease: (() => void) | undefined

  constructor(options: RateBudgetOptions, clock: Clock) {
    const { perMinute = Infinity, perHour = Infinity } = options
    this.#perMinute = Math.max(1, Math.floor(perMinute))
    this.#burst = Math.max(1, Math.floor(options.burst ?? this.#perMinute / 6))
    this.#spacingMs = options.spacingMs ?? 0
    this.#windows = [{ most: this.#perMinute, ms: 60_000 + toleranceMs }, { most: Math.max(1, Math.floor(perHour)), ms: 3_600_000 + toleranceMs }].filter(({ most }) => most < Infinity)
    this.#clock = clock
    this.#bucket = this.#burst
    this.#bucketAt = clock.now()
  }

  /** Waits for a place, first come first served. Call the answer when the source has answered, or has not. */
  async take(signal?: AbortSignal): Promise<() => void> {
    const turn = this.#line.then(() => this.#wait(signal))
    this.#line = turn.catch(() => undefined)
    await turn
    let isReleased = false
    return () => {
      if (isReleased) return
      isReleased = true
      this.#underWay--
      this.#answered.push(this.#clock.now())
      this.#onRelease?.()
    }
  }

  /** Nothing goes out before then: the source asked to be left alone. */
  pauseFor(ms: number): void {
    this.#pausedUntil = Math.max(this.#pausedUntil, this.#clock.now() + ms)
  }

  async #wait(signal?: AbortSignal): Promise<void> {
    for (;;) {
      signal?.throwIfAborted()
      const now = this.#clock.now()
      this.#forgetBefore(now)
      if (this.#perMinute < Infinity) this.#bucket = Math.min(this.#burst, this.#bucket + ((now - this.#bucketAt) * this.#perMinute) / 60_000)
      this.#bucketAt = now
      const forBucket = this.#bucket >= 1 ? 0 : ((1 - this.#bucket) * 60_000) / this.#perMinute
      const last = this.#answered.at(-1)
      const forSpace = last === undefined ? 0 : last + this.#spacingMs - now
      const full = this.#windows.map((window) => this.#fullFor(window, now))
      const waitMs = Math.max(this.#pausedUntil - now, forBucket, forSpace, ...full.map((ms) => (ms === Infinity ? 0 : ms)))
      if (waitMs > 0) await this.#clock.sleep(Math.ceil(waitMs), signal)
      else if (full.includes(Infinity) || (this.#spacingMs > 0 && this.#underWay > 0)) await new Promise<void>((resolve) => (this.#onRelease = resolve))
      else break
    }
    this.#bucket -= 1
    this.#underWay++
  }

  /** How long until a place in the window is free: 0 where one is, and Infinity where all belong to requests that are under way. */
  #fullFor({ most, ms }: { readonly most: number; readonly ms: number }, now: number): number {
    const first = this.#answered.findIndex((at) => at + ms > now)
    const inWindow = first === -1 ? 0 : this.#answered.length - first
    if (inWindow + this.#underWay < most) return 0
    return inWindow === 0 ? Infinity : (this.#answered[first] ?? now) + ms - now
  }

  #forgetBefore(now: number): void {
    const ms = this.#windows.at(-1)?.ms ?? 0
    while (this.#answered.length > 1 && (this.#answered[0] ?? Infinity) + ms <= now) this.#answered.shift()
  }
}
