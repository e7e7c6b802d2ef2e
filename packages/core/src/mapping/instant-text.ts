import { Rejection } from '../table/value/rejection.js'

const dayMillis = 86_400_000
const twoDigits = Array.from({ length: 60 }, (_, number) => String(number).padStart(2, '0'))
const firstMillis = Date.parse('0001-01-01T00:00:00Z')
const lastMillis = Date.parse('9999-12-31T23:59:59.999Z')

// Rows crowd on few days, and writing a day out is what takes the time.
const dayTexts = new Map<number, string>()
const knownDays = 40_000

/** An instant of whole seconds, given in milliseconds since 1970, in ISO form; the fraction is added as it was written. */
export function instantText(millis: number, fraction = ''): string | Rejection {
  if (millis < firstMillis || millis > lastMillis) return new Rejection('range', 'lies outside of the years 1 to 9999')
  const day = Math.floor(millis / dayMillis)
  const second = (millis - day * dayMillis) / 1000
  const time = `${twoDigits[Math.floor(second / 3600)]}:${twoDigits[Math.floor(second / 60) % 60]}:${twoDigits[second % 60]}`
  return `${dayText(day)}T${time}${fraction === '' ? '' : `.${fraction}`}Z`
}

/** A day, counted from 1970, in ISO form. */
export function dayText(day: number): string {
  const known = dayTexts.get(day)
  if (known !== undefined) return known
  if (dayTexts.size >= knownDays) dayTexts.clear()
  const text = new Date(day * dayMillis).toISOString().slice(0, 10)
  dayTexts.set(day, text)
  return text
}
