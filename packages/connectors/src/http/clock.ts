import { setTimeout as wait } from 'node:timers/promises'

/**
 * Time, as everything here sees it: whoever wants to run a day in a second passes another clock.
 *
 * @example
 * ```ts
 * const clock: Clock = new VirtualClock('2025-03-01T00:00:00Z')
 * await clock.sleep(60_000) // returns at once; the clock shows a minute later
 * ```
 */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number
  /** Waits. @throws the signal's reason when it is aborted meanwhile. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>
  /** Calls `fire` once that much time has passed, unless the answer is called before. */
  after(ms: number, fire: () => void): () => void
}

/**
 * The clock of the machine. It never goes backwards, as the time of day may.
 *
 * @example
 * ```ts
 * const budget = new RateBudget({ perMinute: 300 }, systemClock)
 * ```
 */
export const systemClock: Clock = {
  now: () => performance.timeOrigin + performance.now(),
  sleep: async (ms, signal) => {
    try {
      await wait(ms, undefined, signal ? { signal } : {})
    } catch (error) {
      signal?.throwIfAborted()
      throw error
    }
  },
  after: (ms, fire) => {
    const timer = setTimeout(fire, ms)
    return () => clearTimeout(timer)
  },
}
