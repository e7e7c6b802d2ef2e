import { systemClock, type Clock } from '../http/clock.js'

/** The time in a simulated source. */
export interface SimulatorClock extends Clock {
  /** Keeps an answer back for that long. */
  hold(ms: number, signal?: AbortSignal): Promise<void>
  /** Moves the time on; it never goes back. */
  advanceTo(ms: number): void
}

/**
 * Time that runs as the machine's does, and began when the simulated world did: for a simulator that others talk to from outside.
 *
 * @example
 * ```ts
 * const clock = new RunningClock(Date.parse('2025-03-10T00:00:00Z'))
 * ```
 */
export class RunningClock implements SimulatorClock {
  #offset: number

  constructor(startMs: number) {
    this.#offset = startMs - systemClock.now()
  }

  now(): number {
    return systemClock.now() + this.#offset
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return systemClock.sleep(ms, signal)
  }

  hold(ms: number, signal?: AbortSignal): Promise<void> {
    return systemClock.sleep(ms, signal)
  }

  after(ms: number, fire: () => void): () => void {
    return systemClock.after(ms, fire)
  }

  advanceTo(ms: number): void {
    this.#offset += Math.max(0, ms - this.now())
  }
}
