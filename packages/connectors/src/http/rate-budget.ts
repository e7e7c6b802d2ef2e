import type { Clock } from './clock.js'

/** How much may be asked of a source. */
export interface RateBudgetOptions {
  /** Requests in any minute, as the source counts them. */
  readonly perMinute: number
  /** Requests that may go out at once after a pause. @defaultValue a sixth of a minute's, at least one */
  readonly burst?: number | undefined
}

// A tenth of a second is left for two clocks that do not run alike.
const windowMs = 60_100

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
  readonly #clock: Clock
  /** When the answers of the last minute came in. */
  readonly #answered: number[] = []
  #underWay = 0
  #bucket: number
  #bucketAt: number
  #pausedUntil = 0
  #line: Promise<unknown> = Promise.resolve()
  #onRelease: (() => void) | undefined

  constructor(options: RateBudgetOptions, clock: Clock) {
    this.#perMinute = Math.max(1, Math.floor(options.perMinute))
    this.#burst = Math.max(1, Math.floor(options.burst ?? this.#perMinute / 6))
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
      while (this.#answered[0] !== undefined && this.#answered[0] + windowMs <= now) this.#answered.shift()
      this.#bucket = Math.min(this.#burst, this.#bucket + ((now - this.#bucketAt) * this.#perMinute) / 60_000)
      this.#bucketAt = now
      const isFull = this.#answered.length + this.#underWay >= this.#perMinute
      const forBucket = this.#bucket >= 1 ? 0 : ((1 - this.#bucket) * 60_000) / this.#perMinute
      const waitMs = Math.max(this.#pausedUntil - now, forBucket, isFull && this.#answered[0] !== undefined ? this.#answered[0] + windowMs - now : 0)
      if (waitMs > 0) await this.#clock.sleep(Math.ceil(waitMs), signal)
      else if (isFull) await new Promise<void>((resolve) => (this.#onRelease = resolve))
      else break
    }
    this.#bucket -= 1
    this.#underWay++
  }
}
