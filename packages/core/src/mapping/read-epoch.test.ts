import fc from 'fast-check'
import { LosslessNumber } from 'lossless-json'
import { describe, expect, it } from 'vitest'
import { Rejection } from '../table/value/rejection.js'
import { readEpoch } from './read-epoch.js'

const read = (value: unknown, unit: 'seconds' | 'millis') => {
  const answer = readEpoch(value, unit)
  return answer instanceof Rejection ? answer.message : answer
}

describe('a time since 1970 becomes an instant', () => {
  it.each<[unknown, 'seconds' | 'millis', string]>([
    [0, 'seconds', '1970-01-01T00:00:00Z'],
    [1700000000, 'seconds', '2023-11-14T22:13:20Z'],
    ['1700000000', 'seconds', '2023-11-14T22:13:20Z'],
    ['1700000000.123456789', 'seconds', '2023-11-14T22:13:20.123456Z'],
    [new LosslessNumber('1700000000.5'), 'seconds', '2023-11-14T22:13:20.500000Z'],
    [-1.5, 'seconds', '1969-12-31T23:59:58.500000Z'],
    [1700000000123, 'millis', '2023-11-14T22:13:20.123000Z'],
    [1700000000123n, 'millis', '2023-11-14T22:13:20.123000Z'],
    [-1, 'millis', '1969-12-31T23:59:59.999000Z'],
    [1700000000123, 'seconds', 'lies outside of the years 1 to 9999 when it is read as seconds'],
    ['soon', 'seconds', 'is not a number of seconds since 1970'],
    ['', 'millis', 'is not a number of milliseconds since 1970'],
    [Number.NaN, 'seconds', 'is not a number of seconds since 1970'],
    [true, 'millis', 'is a truth value, not milliseconds since 1970'],
  ])('%s as %s', (value, unit, expected) => {
    expect(read(value, unit)).toBe(expected)
  })

  it('as a Date tells it', () => {
    fc.assert(fc.property(fc.date({ min: new Date('0001-01-01T00:00:00Z'), max: new Date('9999-12-31T23:59:59.999Z'), noInvalidDate: true }), (moment) => {
      expect(Date.parse(read(moment.getTime(), 'millis'))).toBe(moment.getTime())
    }))
  })
})
