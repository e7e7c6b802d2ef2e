import type { SimulatorClock } from './simulator-clock.js'

interface Timer {
  readonly at: number
  readonly number: number
  readonly kind: 'sleep' | 'hold' | 'watch'
  readonly fire: () => void
}

/**
 * Time that passes only when everybody waits for it: a client and a simulated source on one such clock live through hours in
 * milliseconds, and always in the same way.
 *
 * **Details**
 *
 * A sleep or a held answer moves the time on to its end. While a request is really under way (its timeout is set, and no simulator holds
 * its answer back), the time stands still, so a request never times out because the machine is busy; nor does it go on
 * from a timeout until that is called off, as whoever gives up may be about to wait.
 *
 * @example
 * ```ts
 * const clock = new VirtualClock('2025-03-10T00:00:00Z')
 * await clock.sleep(3_600_000)
 * new Date(clock.now()).toISOString() // '2025-03-10T01:00:00.000Z'
 * ```
 */
export class VirtualClock implements SimulatorClock {
  readonly #timers = new Set<Timer>()
  /** Timeouts that ran out and were not called off yet: whoever asked is busy giving up. */
  #runOut = 0
  #now: number
  #numbers = 0
  #isStepping = false

  constructor(start: string | number) {
    this.#now = typeof start === 'number' ? start : Date.parse(start)
  }

  now(): number {
    return this.#now
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return this.#wait('sleep', ms, signal)
  }

  hold(ms: number, signal?: AbortSignal): Promise<void> {
    return this.#wait('hold', ms, signal)
  }

  after(ms: number, fire: () => void): () => void {
    let hasRunOut = false
    const timer = this.#add('watch', ms, () => {
      hasRunOut = true
      this.#runOut++
      fire()
    })
    return () => {
      this.#timers.delete(timer)
      if (hasRunOut) this.#runOut--
      hasRunOut = false
      this.#step()
    }
  }

  advanceTo(ms: number): void {
    for (let due = this.#first(); due && due.at <= ms; due = this.#first()) this.#fire(due)
    this.#now = Math.max(this.#now, ms)
  }

  #wait(kind: 'sleep' | 'hold', ms: number, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted) return Promise.reject(reasonOf(signal))
    return new Promise((resolve, reject) => {
      const onAbort = () => {
        this.#timers.delete(timer)
        reject(reasonOf(signal))
        this.#step()
      }
      const timer = this.#add(kind, ms, () => {
        signal?.removeEventListener('abort', onAbort)
        resolve()
      })
      signal?.addEventListener('abort', onAbort, { once: true })
      this.#step()
    })
  }

  #add(kind: Timer['kind'], ms: number, fire: () => void): Timer {
    const timer = { at: this.#now + Math.max(0, ms), number: this.#numbers++, kind, fire }
    this.#timers.add(timer)
    return timer
  }

  /** One timer a turn of the event loop, so that whoever it woke acts before the next. */
  #step(): void {
    if (this.#isStepping || !this.#everybodyWaits()) return
    this.#isStepping = true
    setImmediate(() => {
      this.#isStepping = false
      if (!this.#everybodyWaits()) return
      const first = this.#first()
      if (first) this.#fire(first)
      this.#step()
    })
  }

  #everybodyWaits(): boolean {
    let held = 0
    let watched = 0
    let asleep = 0
    for (const { kind } of this.#timers) {
      if (kind === 'hold') held++
      else if (kind === 'watch') watched++
      else asleep++
    }
    return asleep + held > 0 && watched <= held && this.#runOut === 0
  }

  #first(): Timer | undefined {
    let first: Timer | undefined
    for (const timer of this.#timers) {
      if (!first || timer.at < first.at || (timer.at === first.at && timer.number < first.number)) first = timer
    }
    return first
  }

  #fire(timer: Timer): void {
    this.#timers.delete(timer)
    this.#now = Math.max(this.#now, timer.at)
    timer.fire()
  }
}

function reasonOf(signal: AbortSignal | undefined): Error {
  return signal?.reason instanceof Error ? signal.reason : new Error('aborted', { cause: signal?.reason })
}
