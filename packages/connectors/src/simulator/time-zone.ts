import { Temporal } from 'temporal-polyfill'
import { wallText, type Micros } from '../time/micros.js'

/** What a zone's clocks show, for the years around a simulated world. */
export class TimeZone {
  readonly name: string
  /** When the offset changes, and to what; the first holds from the beginning. */
  readonly #offsets: readonly { readonly from: Micros; readonly offset: Micros }[]

  constructor(name: string, years: { readonly from: number; readonly to: number }) {
    this.name = name
    let at = Temporal.ZonedDateTime.from({ timeZone: name, year: years.from, month: 1, day: 1 })
    const offsets = [{ from: -Infinity, offset: at.offsetNanoseconds / 1000 }]
    for (let next = at.getTimeZoneTransition('next'); next !== null && next.year <= years.to; next = at.getTimeZoneTransition('next')) {
      offsets.push({ from: next.epochMilliseconds * 1000, offset: next.offsetNanoseconds / 1000 })
      at = next
    }
    this.#offsets = offsets
  }

  /** When the clocks are changed. */
  get transitions(): readonly Micros[] {
    return this.#offsets.slice(1).map(({ from }) => from)
  }

  offsetAt(instant: Micros): Micros {
    return this.#offsets.findLast(({ from }) => from <= instant)?.offset ?? 0
  }

  /** What the clocks show, as if that were UTC. */
  toWall(instant: Micros): Micros {
    return instant + this.offsetAt(instant)
  }

  /** The instant at which the clocks show this; a skipped time is moved on by the gap, of a repeated one the earlier is taken. */
  toInstant(wall: Micros): Micros {
    const before = wall - this.offsetAt(wall - 86_400_000_000)
    if (this.toWall(before) === wall) return before
    const after = wall - this.offsetAt(wall + 86_400_000_000)
    return this.toWall(after) === wall ? after : before
  }

  /** Date, time and offset, as an API writes a local time. */
  text(instant: Micros): string {
    const minutes = this.offsetAt(instant) / 60_000_000
    const size = Math.abs(minutes)
    return `${wallText(this.toWall(instant))}${minutes < 0 ? '-' : '+'}${String(Math.floor(size / 60)).padStart(2, '0')}:${String(size % 60).padStart(2, '0')}`
  }

  /** The local day. */
  day(instant: Micros): string {
    return wallText(this.toWall(instant)).slice(0, 10)
  }
}
