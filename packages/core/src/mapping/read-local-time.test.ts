import fc from 'fast-check'
import { Temporal } from 'temporal-polyfill'
import { describe, expect, it } from 'vitest'
import { Rejection } from '../table/value/rejection.js'
import { localTimeReader } from './read-local-time.js'
import { ZoneClock } from './zone-clock.js'

const outcome = (answer: string | Rejection) => (answer instanceof Rejection ? answer.message : answer)
const dayFirst = (value: unknown, zone = 'Asia/Riyadh', as: 'instant' | 'date' = 'instant') => outcome(localTimeReader('dayFirst', { zone }, as)(value))
const iso = (value: unknown, zone = 'Asia/Riyadh', as: 'instant' | 'date' = 'instant') => outcome(localTimeReader('isoDateTime', { zone }, as)(value))

describe('a day-first date becomes an instant', () => {
  it.each([
    ['06/01/2026 17:40', '2026-01-06T14:40:00Z'],
    ['6/1/2026 7:40', '2026-01-06T04:40:00Z'],
    ['06.01.2026, 17:40:05', '2026-01-06T14:40:05Z'],
    ['06-01-2026T17:40:05.250', '2026-01-06T14:40:05.250Z'],
    [' 06/01/2026 ', '2026-01-05T21:00:00Z'],
    ['29/02/2024 00:30', '2024-02-28T21:30:00Z'],
    ['2026-01-05 08:14:02', '2026-01-05T05:14:02Z'],
    ['2026-01-05T08:14:02.123456', '2026-01-05T05:14:02.123456Z'],
    ['2026-01-05', '2026-01-04T21:00:00Z'],
    ['2026-01-05T08:14:02Z', '2026-01-05T08:14:02Z'],
    ['2026-01-05T08:14:02-05:00', '2026-01-05T13:14:02Z'],
    ['31/12/0099 12:00', '0099-12-31T08:53:08Z'],
  ])('%s', (text, expected) => {
    expect(dayFirst(text)).toBe(expected)
  })

  it.each<[unknown, string]>([
    ['31/02/2025', 'is a day that does not exist'],
    ['03/31/2025', 'is a day that does not exist'],
    ['00/01/2025', 'is a day that does not exist'],
    ['01/01/2025 24:00', 'is a time of day that does not exist'],
    ['01/01/2025 10:60', 'is a time of day that does not exist'],
    ['2026-13-01T10:00:00Z', 'is a day that does not exist'],
    ['01/01/0001', 'lies outside of the years 1 to 9999'],
    [20250331, 'is a number, not a date in text'],
  ])('but %s is refused', (value, why) => {
    expect(dayFirst(value)).toBe(why)
  })

  it.each(['', '1/2/25', '01/01-2025', '01/01/2025 10', '01/01/2025 10:00 PM', 'yesterday', '2025/01/01', '2025-1-1'])('nor is %j taken for one', (text) => {
    expect(dayFirst(text)).toMatch(/^is neither a day-first date/)
  })

  it('a Date is an instant already', () => {
    expect(dayFirst(new Date('2026-01-05T08:14:02Z'))).toBe('2026-01-05T08:14:02Z')
    expect(dayFirst(new Date(Number.NaN))).toBe('is an invalid date')
  })
})

describe('a local time becomes a day of the zone', () => {
  it.each([
    ['06/01/2026', '2026-01-06'],
    ['6.1.2026 23:59', '2026-01-06'],
    ['2026-01-06T22:30:00Z', '2026-01-07'],
    ['2026-01-06 22:30', '2026-01-06'],
  ])('%s', (text, expected) => {
    expect(dayFirst(text, 'Asia/Riyadh', 'date')).toBe(expected)
  })

  it('and a Date too', () => {
    expect(dayFirst(new Date('2026-01-06T22:30:00Z'), 'Asia/Riyadh', 'date')).toBe('2026-01-07')
  })
})

describe('an ISO time without an offset is in the zone', () => {
  it('while a day-first one is refused', () => {
    expect(iso('2026-01-05 08:14')).toBe('2026-01-05T05:14:00Z')
    expect(iso('2026-01-05T08:14+05:30')).toBe('2026-01-05T02:44:00Z')
    expect(iso('05/01/2026')).toMatch(/^is not an ISO date/)
  })
})

describe('where the clocks change', () => {
  const read = (text: string, zone: string, clockChange?: 'compatible' | 'reject') => outcome(localTimeReader('dayFirst', clockChange ? { zone, clockChange } : { zone }, 'instant')(text))

  it('a skipped time is read with the offset before the change', () => {
    expect(read('30/03/2025 02:30', 'Europe/Berlin')).toBe('2025-03-30T01:30:00Z')
    expect(read('30/03/2025 01:59:59', 'Europe/Berlin')).toBe('2025-03-30T00:59:59Z')
    expect(read('30/03/2025 03:00', 'Europe/Berlin')).toBe('2025-03-30T01:00:00Z')
  })

  it('a repeated time is the first of the two', () => {
    expect(read('26/10/2025 02:30', 'Europe/Berlin')).toBe('2025-10-26T00:30:00Z')
    expect(read('26/10/2025 03:00', 'Europe/Berlin')).toBe('2025-10-26T02:00:00Z')
    expect(read('05/04/2026 02:30', 'Australia/Sydney')).toBe('2026-04-04T15:30:00Z')
  })

  it('both are refused on demand, and nothing else is', () => {
    expect(read('30/03/2025 02:30', 'Europe/Berlin', 'reject')).toBe('is a time that Europe/Berlin skips, because its clocks change')
    expect(read('26/10/2025 02:30', 'Europe/Berlin', 'reject')).toBe('is a time that Europe/Berlin has twice, because its clocks change')
    expect(read('30/03/2025 01:59', 'Europe/Berlin', 'reject')).toBe('2025-03-30T00:59:00Z')
    expect(read('26/10/2025 03:00', 'Europe/Berlin', 'reject')).toBe('2025-10-26T02:00:00Z')
  })

  it('a day begins when its clocks do', () => {
    // Midnight of this day was skipped.
    expect(read('04/11/2018', 'America/Sao_Paulo', 'reject')).toBe('2018-11-04T03:00:00Z')
    expect(read('04/11/2018 00:00', 'America/Sao_Paulo', 'reject')).toBe('is a time that America/Sao_Paulo skips, because its clocks change')
  })

  it('a whole skipped day is read as well as can be', () => {
    expect(read('30/12/2011 12:00', 'Pacific/Apia')).toBe('2011-12-30T22:00:00Z')
  })
})

const zones = ['Asia/Riyadh', 'Europe/Berlin', 'Europe/Dublin', 'Australia/Sydney', 'Australia/Lord_Howe', 'America/Sao_Paulo', 'America/New_York', 'Africa/Casablanca', 'Asia/Kathmandu', 'Pacific/Apia', 'UTC', '+03:00']
const clocks = new Map(zones.map((zone) => [zone, new ZoneClock(zone)]))

// Half of the instants lie within two days of a change of the zone's clocks, where mistakes live.
const instantIn = (zone: string) =>
  fc.tuple(fc.integer({ min: Date.parse('1972-01-01') / 1000, max: Date.parse('2037-01-01') / 1000 }), fc.boolean(), fc.integer({ min: -172_800, max: 172_800 })).map(([second, isNear, distance]) => {
    const change = isNear ? Temporal.Instant.fromEpochMilliseconds(second * 1000).toZonedDateTimeISO(zone).getTimeZoneTransition('next') : null
    return change === null ? second * 1000 : change.epochMilliseconds + distance * 1000
  })
const zoned = fc.constantFrom(...zones).chain((zone) => fc.tuple(fc.constant(zone), instantIn(zone)))

describe('of every instant', () => {
  it('its day-first text leads back to it, or to the first instant with that text', () => {
    fc.assert(fc.property(zoned, ([zone, instant]) => {
      const there = Temporal.Instant.fromEpochMilliseconds(instant).toZonedDateTimeISO(zone)
      const two = (number: number) => String(number).padStart(2, '0')
      const text = `${two(there.day)}/${two(there.month)}/${there.year} ${two(there.hour)}:${two(there.minute)}:${two(there.second)}`
      const first = there.toPlainDateTime().toZonedDateTime(zone, { disambiguation: 'earlier' })
      expect(dayFirst(text, zone)).toBe(first.toInstant().toString())
    }))
  })

  it('any local time is read as Temporal reads it', () => {
    fc.assert(fc.property(zoned, ([zone, local]) => {
      const plain = Temporal.Instant.fromEpochMilliseconds(local).toZonedDateTimeISO('UTC').toPlainDateTime()
      expect(clocks.get(zone)?.toInstant(local, 'compatible')).toBe(plain.toZonedDateTime(zone).epochMilliseconds)
      const told = clocks.get(zone)?.toInstant(local, 'tell')
      const refused = (() => {
        try {
          return plain.toZonedDateTime(zone, { disambiguation: 'reject' }).epochMilliseconds
        } catch {
          return 'refused'
        }
      })()
      expect(typeof told === 'number' ? told : 'refused').toBe(refused)
    }))
  })
})
