import { isCanonicalDay, isCanonicalInstant, isDay } from './canonical.js'
import { nameOf } from './read-number.js'
import { Rejection } from './rejection.js'

const instantForm = /^(\d{4})-(\d\d)-(\d\d)(?:[Tt ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d+))?)?)?(?: ?([Zz]|[+-]\d\d(?::?\d\d)?))?$/
const dateForm = /^(\d{4})-(\d\d)-(\d\d)$/
const timeForm = /^(\d\d):(\d\d)(?::(\d\d)(?:\.(\d+))?)?$/

/**
 * Reads an instant: ISO 8601 with any offset, a `Date`, or a bare day, which means its midnight in UTC. What has no offset is UTC.
 * The answer is ISO with `Z` and the shortest of no fraction, milliseconds or microseconds that loses nothing, so equal
 * instants have equal texts. Digits beyond microseconds are cut off, as no engine keeps them.
 */
export function readInstant(value: unknown): string | Rejection {
  if (typeof value === 'string' && isCanonicalInstant(value)) return value
  if (value instanceof Date) {
    if (Number.isNaN(value.getTime())) return new Rejection('range', 'is an invalid date')
    const text = value.toISOString()
    return text.length === 24 ? shorten(text.slice(0, 19), `${text.slice(20, 23)}000`) : new Rejection('range', 'lies outside of the years 1 to 9999')
  }
  if (typeof value !== 'string') return new Rejection('type', `is ${nameOf(value)}, not an instant such as 2025-03-31T10:00:00Z`)
  const match = instantForm.exec(value.trim())
  if (!match) return new Rejection('type', 'is not an instant such as 2025-03-31T10:00:00Z')
  const [, year = '', month = '', day = '', hour = '00', minute = '00', second = '00', fraction = '', offset] = match
  if (!isDay(Number(year), Number(month), Number(day))) return new Rejection('range', 'is a day that does not exist')
  if (hour > '23' || minute > '59' || second > '59') return new Rejection('range', 'is a time of day that does not exist')
  const micros = fraction.length > 6 ? fraction.slice(0, 6) : fraction.padEnd(6, '0')
  if (offset === undefined || offset === 'Z' || offset === 'z') return shorten(`${year}-${month}-${day}T${hour}:${minute}:${second}`, micros)
  const offsetHours = Number(offset.slice(1, 3))
  const offsetMinutes = Number(offset.slice(3).replace(':', '') || 0)
  if (offsetHours > 15 || offsetMinutes > 59) return new Rejection('range', 'has an offset that does not exist')
  const shift = (offset[0] === '-' ? 1 : -1) * (offsetHours * 60 + offsetMinutes)
  // Whole seconds only pass through Date, which holds them exactly; the fraction stays aside.
  const moment = new Date(0)
  moment.setUTCFullYear(Number(year), Number(month) - 1, Number(day))
  moment.setUTCHours(Number(hour), Number(minute) + shift, Number(second), 0)
  const shifted = moment.toISOString()
  if (shifted.length !== 24 || shifted.startsWith('0000')) return new Rejection('range', 'lies outside of the years 1 to 9999')
  return shorten(shifted.slice(0, 19), micros)
}

function shorten(seconds: string, micros: string): string {
  if (micros === '000000') return `${seconds}Z`
  return micros.endsWith('000') ? `${seconds}.${micros.slice(0, 3)}Z` : `${seconds}.${micros}Z`
}

/** Reads a day; a `Date` must be a midnight in UTC, or its day could not be told. */
export function readDate(value: unknown): string | Rejection {
  if (typeof value === 'string' && isCanonicalDay(value)) return value
  if (value instanceof Date) {
    const instant = readInstant(value)
    if (typeof instant !== 'string') return instant
    return instant.endsWith('T00:00:00Z') ? instant.slice(0, 10) : new Rejection('type', 'has a time of day, which a date cannot hold')
  }
  if (typeof value !== 'string') return new Rejection('type', `is ${nameOf(value)}, not a day such as 2025-03-31`)
  const text = value.trim()
  const match = dateForm.exec(text)
  if (!match) return new Rejection('type', 'is not a day such as 2025-03-31')
  return isDay(Number(match[1]), Number(match[2]), Number(match[3])) ? text : new Rejection('range', 'is a day that does not exist')
}

/** Reads a time of day, to microseconds. */
export function readTime(value: unknown): string | Rejection {
  if (typeof value !== 'string') return new Rejection('type', `is ${nameOf(value)}, not a time such as 23:59:59`)
  const match = timeForm.exec(value.trim())
  if (!match) return new Rejection('type', 'is not a time such as 23:59:59')
  const [, hour = '', minute = '', second = '00', fraction = ''] = match
  if (hour > '23' || minute > '59' || second > '59') return new Rejection('range', 'is a time of day that does not exist')
  const kept = fraction.slice(0, 6).replace(/0+$/, '')
  return `${hour}:${minute}:${second}${kept === '' ? '' : `.${kept}`}`
}
