import { describe, expect, it } from 'vitest'
import { microsOf, utcText, wallText } from '../time/micros.js'
import { TimeZone } from './time-zone.js'

const years = { from: 2024, to: 2026 }
const instant = (zone: string, wall: string) => utcText(new TimeZone(zone, years).toInstant(microsOf(`${wall}Z`) ?? NaN))

describe('the clocks of a zone', () => {
  it.each([
    ['America/New_York', '2025-03-09T01:59:59', '2025-03-09T06:59:59+00:00'],
    ['America/New_York', '2025-03-09T02:30:00', '2025-03-09T07:30:00+00:00'], // skipped: moved on by the gap
    ['America/New_York', '2025-03-09T03:00:00', '2025-03-09T07:00:00+00:00'],
    ['America/New_York', '2025-11-02T01:30:00', '2025-11-02T05:30:00+00:00'], // twice: the earlier
    ['Europe/London', '2025-03-30T01:30:00', '2025-03-30T01:30:00+00:00'],
    ['Australia/Sydney', '2025-04-06T02:30:00', '2025-04-05T15:30:00+00:00'],
    ['America/St_Johns', '2025-01-01T00:00:00', '2025-01-01T03:30:00+00:00'],
  ])('of %s show %s at %s', (zone, wall, expected) => {
    expect(instant(zone, wall)).toBe(expected)
  })

  it('are written with their offset, microseconds included', () => {
    const at = microsOf('2025-03-09T07:30:00.000250Z') ?? NaN
    expect(new TimeZone('America/New_York', years).text(at)).toBe('2025-03-09T03:30:00.000250-04:00')
    expect(new TimeZone('America/St_Johns', years).text(at)).toBe('2025-03-09T05:00:00.000250-02:30')
    expect(new TimeZone('Australia/Sydney', years).day(microsOf('2025-03-08T13:00:00Z') ?? NaN)).toBe('2025-03-09')
  })
})

describe('an instant in microseconds', () => {
  it.each([
    ['2025-03-10T00:00:00.123456+00:00', '2025-03-10T00:00:00.123456'],
    ['2025-03-10T00:00:00.1Z', '2025-03-10T00:00:00.100000'],
    ['2025-03-09T19:00:00-05:00', '2025-03-10T00:00:00'],
    ['1969-12-31T23:59:59.999999Z', '1969-12-31T23:59:59.999999'],
    ['2025-03-10', '2025-03-10T00:00:00'],
  ])('is read from %s', (text, expected) => {
    expect(wallText(microsOf(text) ?? NaN)).toBe(expected)
  })

  it.each(['', 'tomorrow', '2025-13-01', '10/03/2025', '2025-03-10T25:00:00Z'])('is not read from "%s"', (text) => {
    expect(microsOf(text)).toBeUndefined()
  })
})
