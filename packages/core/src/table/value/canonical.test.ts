import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseType } from '../logical-type.js'
import { valueReader } from './value-reader.js'

const digits = (least: number, most: number) => fc.stringMatching(new RegExp(`^[0-9]{${least},${most}}$`))
const two = fc.integer({ min: 0, max: 65 }).map((value) => String(value).padStart(2, '0'))
const joined = (...parts: (fc.Arbitrary<string> | string)[]) => fc.tuple(...parts.map((part) => (typeof part === 'string' ? fc.constant(part) : part))).map((texts) => texts.join(''))
const day = joined(fc.oneof(digits(4, 4), fc.constantFrom('2024', '1900', '0000')), fc.constantFrom('-', '-', '-', '/'), fc.constantFrom('02', '12', '00', '13'), '-', fc.constantFrom('01', '28', '29', '30', '31', '32', '00'))
const instant = joined(day, fc.constantFrom('T', 'T', ' ', 'x'), fc.constantFrom('00', '23', '24'), ':', two, ':', two, fc.oneof(fc.constant(''), fc.constantFrom('.120', '.000', '.123456', '.123000', '.000000', '.000001', ',5'), digits(1, 7).map((fraction) => `.${fraction}`)), fc.constantFrom('Z', 'Z', 'Z', '', 'z', '+01:00'))
const decimal = joined(fc.constantFrom('', '-', '+'), digits(0, 12), fc.oneof(fc.constantFrom('', '.', '.00', '.5'), digits(0, 6).map((fraction) => `.${fraction}`)))

describe('a value in its canonical spelling is read as any other spelling of it', () => {
  // A space before it makes the reader take the long way.
  it.each<[string, fc.Arbitrary<string>]>([
    ['date', day], ['timestamp', instant], ['timestamp', day], ['decimal(10,2)', decimal], ['decimal(3,3)', decimal], ['decimal(5,0)', decimal], ['integer', decimal], ['bigint', joined(fc.constantFrom('', '-'), digits(1, 20))],
  ])('%s', (type, texts) => {
    const read = valueReader(parseType(type))
    fc.assert(fc.property(texts, (text) => {
      expect(read(text)).toEqual(read(` ${text}`))
    }), { numRuns: 3000 })
  })

  const numbers = fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.integer(), fc.maxSafeInteger(), fc.integer({ min: -100_000, max: 100_000 }).map((cents) => cents / 100), fc.float({ noNaN: true, noDefaultInfinity: true }), fc.constantFrom(0, -0, 0.1 + 0.2, 1e21, 1e-7, 9_999_999.99, 999_999_999, 1_000_000_000, 1.005, 0.285))

  it.each(['decimal(10,2)', 'decimal(3,3)', 'decimal(5,0)', 'decimal(38,6)', 'decimal(20,7)', 'integer', 'bigint'])('%s of a number is that of its text', (type) => {
    const read = valueReader(parseType(type))
    fc.assert(fc.property(numbers, (number) => {
      const answer = read(number)
      // Of a number with too many digits it cannot be told what was meant; its text says it.
      const isUntold = typeof answer !== 'string' && answer.reason === 'precision'
      expect(isUntold || JSON.stringify(answer) === JSON.stringify(read(String(number)))).toBe(true)
    }), { numRuns: 5000 })
  })

  it('no number of fifteen digits is too long for a decimal that holds it', () => {
    const read = valueReader(parseType('decimal(15,2)'))
    fc.assert(fc.property(fc.maxSafeInteger().filter((units) => Math.abs(units) < 1e15), (units) => {
      expect(read(units / 100)).toBe(read(`${units < 0 ? '-' : ''}${String(Math.abs(units)).padStart(3, '0').replace(/(..)$/, '.$1')}`))
    }), { numRuns: 3000 })
  })
})
