import fc from 'fast-check'
import { LosslessNumber } from 'lossless-json'
import { describe, expect, it } from 'vitest'
import { compareDecimals } from './compare-decimals.js'
import { compileRange } from './compile-range.js'
import type { ValueRange } from './rule.js'

const judge = (bounds: ValueRange, value: unknown) => compileRange(bounds, (what) => expect.fail(what))(value, {})

describe('a value lies in a range', () => {
  it.each<[ValueRange, unknown]>([
    [{ min: 0, max: 500 }, 0], [{ min: 0, max: 500 }, 500], [{ min: 0, max: 500 }, '500.00'], [{ min: 0, max: 500 }, 12n], [{ max: 500 }, -1e9], [{ min: 0.1 }, '0.1'], [{ min: '0.1' }, 0.1],
    [{ max: 500 }, new LosslessNumber('499.99999999999999999')], [{ max: '1e3' }, '1000'],
    [{ min: '2020-01-01' }, '2020-01-01'], [{ max: '2025-12-31T23:59:59Z' }, '2025-12-31T23:59:59.000+00:00'], [{ min: '2020-01-01' }, new Date('2020-01-01')],
  ])('%o holds %s', (bounds, value) => {
    expect(judge(bounds, value)).toBeUndefined()
  })

  it.each<[ValueRange, unknown, string]>([
    [{ min: 0 }, -0.01, 'is less than 0'],
    [{ max: 500 }, '500.00000000000000000001', 'is more than 500'],
    [{ max: '9007199254740992' }, 9007199254740993n, 'is more than 9007199254740992'],
    [{ min: '2020-01-01' }, '2019-12-31T23:59:59.999Z', 'is before 2020-01-01'],
    [{ max: '2025-12-31T23:59:59Z' }, '2025-12-31T23:59:59.1Z', 'is after 2025-12-31T23:59:59Z'],
    [{ min: 0 }, 'many', 'is not a number, so it lies in no range'],
    [{ min: 0 }, true, 'is not a number, so it lies in no range'],
    [{ min: 0 }, Number.NaN, 'is not a number, so it lies in no range'],
    [{ min: 0 }, '.', 'is not a number, so it lies in no range'],
    [{ min: '2020-01-01' }, 5, 'is not a date or an instant, so it lies in no range'],
  ])('%o does not hold %s', (bounds, value, why) => {
    expect(judge(bounds, value)).toBe(why)
  })

  it('digit by digit, however many there are', () => {
    const decimal = fc.tuple(fc.bigInt({ min: -(10n ** 25n), max: 10n ** 25n }), fc.integer({ min: 0, max: 20 }))
    const text = ([digits, places]: [bigint, number]) => {
      const padded = String(digits < 0n ? -digits : digits).padStart(places + 1, '0')
      return `${digits < 0n ? '-' : ''}${padded.slice(0, padded.length - places)}${places === 0 ? '' : `.${padded.slice(-places)}`}`
    }
    const close = decimal.chain((a) => fc.tuple(fc.constant(a), fc.oneof(decimal, fc.bigInt({ min: -2n, max: 2n }).map((step): [bigint, number] => [a[0] + step, a[1]]))))
    fc.assert(fc.property(close, ([a, b]) => {
      const exact = a[0] * 10n ** BigInt(b[1]) - b[0] * 10n ** BigInt(a[1])
      expect(compareDecimals(text(a), text(b))).toBe(exact < 0n ? -1 : exact > 0n ? 1 : 0)
    }))
  })
})
