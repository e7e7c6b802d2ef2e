import fc from 'fast-check'
import { LosslessNumber } from 'lossless-json'
import { describe, expect, it } from 'vitest'
import { Rejection } from '../table/value/rejection.js'
import { readCommaDecimal } from './read-comma-decimal.js'
import type { CommaDecimalOptions } from './transform.js'

const read = (value: unknown, options: CommaDecimalOptions = {}) => {
  const answer = readCommaDecimal(value, options)
  return answer instanceof Rejection ? 'refused' : answer
}

describe('a decimal with a comma becomes a decimal in text', () => {
  it.each<[unknown, string]>([
    ['1.234,56', '1234.56'], ['1234,5', '1234.5'], ['7,50', '7.50'], ['7', '7'], ['-1,5', '-1.5'], ['+1,5', '1.5'], [',5', '0.5'], [' 1,5 ', '1.5'],
    ['1 234 567,89', '1234567.89'], ['1\u00a0234,5', '1234.5'], ['1\u202f234,5', '1234.5'], ["1'234,5", '1234.5'], ['1.234.567', '1234567'],
    ['1.5', '1.5'], ['7.50', '7.50'], ['0.125', '0.125'], ['1234.567', '1234.567'], ['12345678901234567890,12345', '12345678901234567890.12345'],
    [1.5, '1.5'], [0, '0'], [12n, '12'], [new LosslessNumber('1.50'), '1.50'],
  ])('%s', (value, expected) => {
    expect(read(value)).toBe(expected)
  })

  it.each<unknown>(['', ',', '-', '1,', '1,2,3', '1,234.56', '1.23,4', '1.2345,6', '1.234 567,8', '1..234', '0.123,4', '1e3', '--1', 'x', 'NaN', Number.NaN, Infinity, 0.1 + 0.2, true, {}])('but %o is refused', (value) => {
    expect(read(value)).toBe('refused')
  })

  it('a lone point before three digits is a question, until the mapping answers it', () => {
    expect(read('1.234')).toBe('refused')
    expect(read('1.234', { lonePoint: 'thousands' })).toBe('1234')
    expect(read('1.234', { lonePoint: 'decimals' })).toBe('1.234')
    expect(read('1.5', { lonePoint: 'thousands' })).toBe('refused')
    expect(read('1.234.567', { lonePoint: 'decimals' })).toBe('1234567')
    expect(read('1.234,5', { lonePoint: 'decimals' })).toBe('1234.5')
  })

  it('whatever its digits, grouped or not', () => {
    const separators = fc.constantFrom('', '.', ' ', "'", '\u00a0', '\u202f')
    fc.assert(fc.property(fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n }), fc.stringMatching(/^\d{1,12}$/), separators, (whole, fraction, separator) => {
      const written = `${String(whole).replace(/\B(?=(\d{3})+$)/g, separator)},${fraction}`
      expect(read(written)).toBe(`${whole}.${fraction}`)
    }))
  })
})
