import { VarveError } from '../error/varve-error.js'

/** A length of time; the parts add up. A day has 24 hours. */
export interface Duration {
  readonly days?: number
  readonly hours?: number
  readonly minutes?: number
}

const minuteMs = 60_000
const hourMs = 60 * minuteMs
const dayMs = 24 * hourMs

/**
 * A duration in milliseconds.
 *
 * @throws VarveError V1009 for one that is not longer than nothing.
 */
export function durationMs({ days = 0, hours = 0, minutes = 0 }: Duration): number {
  const parts = [days, hours, minutes]
  const length = days * dayMs + hours * hourMs + minutes * minuteMs
  if (parts.every((part) => part >= 0) && Number.isFinite(length) && length > 0) return length
  throw new VarveError('V1009', `A duration of ${days} days, ${hours} hours and ${minutes} minutes is none. Give parts that are not negative and add up to more than nothing, such as { hours: 36 }.`)
}

/** A length of time in the largest unit of which there are two, for people: `36 hours`, `5 days`. */
export function durationText(lengthMs: number): string {
  const [unit, name] = lengthMs >= 2 * dayMs ? [dayMs, 'day'] : lengthMs >= 2 * hourMs ? [hourMs, 'hour'] : [minuteMs, 'minute']
  const amount = Math.floor((lengthMs / unit) * 10) / 10
  return `${amount} ${name}${amount === 1 ? '' : 's'}`
}
