import { isDay } from '../table/value/canonical.js'
import { readInstant } from '../table/value/read-instant.js'
import { nameOf } from '../table/value/read-number.js'
import { Rejection } from '../table/value/rejection.js'
import { dayText, instantText } from './instant-text.js'
import type { LocalTimeOptions } from './transform.js'
import { ZoneClock } from './zone-clock.js'

const timeOfDay = '(?:(?:[Tt]| +|, *)(\\d{1,2}):(\\d\\d)(?::(\\d\\d)(?:[.,](\\d+))?)?)?'
// Both forms answer year, month and day at the places below, and the time of day in the four after them.
const forms = {
  dayFirst: { text: new RegExp(`^(\\d{1,2})([/.-])(\\d{1,2})\\2(\\d{4})${timeOfDay}$`), year: 4, month: 3, day: 1, time: 5 },
  iso: { text: new RegExp(`^(\\d{4})-(\\d\\d)-(\\d\\d)${timeOfDay}$`), year: 1, month: 2, day: 3, time: 4 },
} as const
const dayMillis = 86_400_000
const offsetAtEnd = /:\d\d.*(?:[Zz]|[+-]\d\d(?::?\d\d)?)$/

/** Makes the reader of a transform that reads local dates and times. @throws RangeError when there is no such zone. */
export function localTimeReader(form: 'dayFirst' | 'isoDateTime', options: LocalTimeOptions, as: 'instant' | 'date'): (value: unknown) => string | Rejection {
  const clock = new ZoneClock(options.zone)
  const onChange = options.clockChange === 'reject' ? 'tell' : 'compatible'
  const wanted = form === 'dayFirst' ? 'neither a day-first date such as 31/03/2025 or 31/03/2025 17:40, nor an ISO one' : 'not an ISO date or time such as 2025-03-31 or 2025-03-31T17:40:00'

  return (value) => {
    if (value instanceof Date) return fromInstant(value, clock, as)
    if (typeof value !== 'string') return new Rejection('type', `is ${nameOf(value)}, not a date in text`)
    const text = value.trim()
    let used: (typeof forms)[keyof typeof forms] = form === 'dayFirst' ? forms.dayFirst : forms.iso
    let match = used.text.exec(text)
    if (match === null && form === 'dayFirst') {
      used = forms.iso
      match = used.text.exec(text)
    }
    if (match === null) return offsetAtEnd.test(text) ? fromInstant(text, clock, as) : new Rejection('type', `is ${wanted}`)
    const [year, month, day] = [Number(match[used.year]), Number(match[used.month]), Number(match[used.day])]
    if (!isDay(year, month, day)) return new Rejection('range', 'is a day that does not exist')
    const hasTime = match[used.time] !== undefined
    const [hour, minute, second] = [Number(match[used.time] ?? 0), Number(match[used.time + 1] ?? 0), Number(match[used.time + 2] ?? 0)]
    if (hour > 23 || minute > 59 || second > 59) return new Rejection('range', 'is a time of day that does not exist')
    const local = localMillis(year, month, day, hour, minute, second)
    if (as === 'date') return dayText(Math.floor(local / dayMillis))

    // A day without a time means its first moment, also where the clocks skip midnight.
    const instant = clock.toInstant(local, hasTime ? onChange : 'compatible')
    if (typeof instant === 'string') return new Rejection('range', `is a time that ${options.zone} ${instant === 'skipped' ? 'skips' : 'has twice'}, because its clocks change`)
    return instantText(instant, match[used.time + 3])
  }
}

function localMillis(year: number, month: number, day: number, hour: number, minute: number, second: number): number {
  const millis = Date.UTC(year, month - 1, day, hour, minute, second)
  // Date.UTC takes the years 0 to 99 for the 20th century.
  return year < 100 ? new Date(millis).setUTCFullYear(year, month - 1, day) : millis
}

function fromInstant(value: Date | string, clock: ZoneClock, as: 'instant' | 'date'): string | Rejection {
  const instant = readInstant(value)
  if (as === 'instant' || typeof instant !== 'string') return instant
  return dayText(Math.floor(clock.toLocal(Date.parse(instant)) / dayMillis))
}
