import { Temporal } from 'temporal-polyfill'

/** A moment of a local clock, in milliseconds as if the clock showed UTC. */
export type LocalMillis = number

/** What a change of a zone's clocks did to a local time. */
export type ClockChange = 'skipped' | 'repeated'

const dayMillis = 86_400_000
const knownDays = 40_000

/**
 * The clock of a zone. Around a change of the clocks, each time is worked out for itself; of all other days the offset is
 * worked out once and remembered, which is about a hundred times faster.
 */
export class ZoneClock {
  readonly #zone: string
  /** By day of the local calendar: its offset, or `undefined` where the clocks change within a day of it. */
  readonly #offsets = new Map<number, number | undefined>()

  /** @throws RangeError when there is no such zone. */
  constructor(zone: string) {
    this.#zone = new Temporal.ZonedDateTime(0n, zone).timeZoneId
  }

  /** The instant of a local time in milliseconds since 1970, or what the change of the clocks did to it when that is to be told. */
  toInstant(local: LocalMillis, onChange: 'compatible' | 'tell'): number | ClockChange {
    const offset = this.#offsetOfDay(Math.floor(local / dayMillis))
    if (offset !== undefined) return local - offset
    const plain = plainDateTime(local)
    const earlier = plain.toZonedDateTime(this.#zone, { disambiguation: 'earlier' })
    const later = plain.toZonedDateTime(this.#zone, { disambiguation: 'later' })
    if (earlier.epochMilliseconds === later.epochMilliseconds) return earlier.epochMilliseconds
    const isRepeated = earlier.toPlainDateTime().equals(plain)
    if (onChange === 'tell') return isRepeated ? 'repeated' : 'skipped'
    return (isRepeated ? earlier : later).epochMilliseconds
  }

  /** The local time at an instant. */
  toLocal(instant: number): LocalMillis {
    return instant + this.#at(instant).offsetNanoseconds / 1e6
  }

  #offsetOfDay(day: number): number | undefined {
    if (this.#offsets.has(day)) return this.#offsets.get(day)
    const eve = plainDateTime((day - 1) * dayMillis).toZonedDateTime(this.#zone)
    const change = eve.getTimeZoneTransition('next')
    const isSteady = change === null || change.epochMilliseconds > eve.epochMilliseconds + 3 * dayMillis
    if (this.#offsets.size >= knownDays) this.#offsets.clear()
    const offset = isSteady ? eve.offsetNanoseconds / 1e6 : undefined
    this.#offsets.set(day, offset)
    return offset
  }

  #at(instant: number): Temporal.ZonedDateTime {
    return Temporal.Instant.fromEpochMilliseconds(instant).toZonedDateTimeISO(this.#zone)
  }
}

function plainDateTime(local: LocalMillis): Temporal.PlainDateTime {
  return Temporal.Instant.fromEpochMilliseconds(local).toZonedDateTimeISO('UTC').toPlainDateTime()
}
