import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseType, typeText, type LogicalType } from './logical-type.js'
import { valueReader } from './value/value-reader.js'
import { isLosslessWidening } from './widening.js'

const lossless = [
  ['integer', 'bigint'], ['integer', 'float'], ['integer', 'decimal(10,0)'], ['integer', 'decimal(12,2)'],
  ['bigint', 'decimal(19,0)'], ['bigint', 'decimal(38,19)'],
  ['text(10)', 'text(11)'], ['text(10)', 'text(10)'], ['text(4000)', 'text'], ['text', 'text'],
  ['decimal(10,2)', 'decimal(11,2)'], ['decimal(10,2)', 'decimal(12,4)'], ['decimal(10,2)', 'decimal(10,2)'], ['decimal(38,0)', 'decimal(38,0)'],
] as const

const lossy = [
  ['bigint', 'integer'], ['integer', 'decimal(9,0)'], ['integer', 'decimal(12,3)'], ['bigint', 'decimal(18,0)'], ['bigint', 'float'],
  ['text', 'text(4000)'], ['text(11)', 'text(10)'],
  ['decimal(10,2)', 'decimal(10,3)'], ['decimal(10,2)', 'decimal(12,1)'], ['decimal(10,2)', 'decimal(9,2)'], ['decimal(10,2)', 'float'], ['decimal(9,0)', 'integer'],
  ['float', 'decimal(38,10)'], ['float', 'integer'], ['integer', 'text'], ['text', 'integer'], ['integer', 'boolean'], ['boolean', 'integer'],
  ['date', 'timestamp'], ['timestamp', 'date'], ['timestamp', 'time'], ['json', 'text'], ['text', 'json'], ['uuid', 'text'], ['binary', 'text'],
] as const

const wholeKinds = ['integer', 'bigint', 'float', 'text', 'boolean', 'date', 'timestamp', 'time', 'json', 'uuid', 'binary'] as const
const anyType: fc.Arbitrary<LogicalType> = fc.oneof(
  fc.constantFrom(...wholeKinds).map((kind): LogicalType => ({ kind })),
  fc.integer({ min: 1, max: 30 }).map((length): LogicalType => ({ kind: 'text', length })),
  fc.integer({ min: 1, max: 38 }).chain((precision) => fc.integer({ min: 0, max: precision }).map((scale): LogicalType => ({ kind: 'decimal', precision, scale }))),
)

// A value of the type, its outermost ones often, in the text that the type gives it.
function valueOf(type: LogicalType): fc.Arbitrary<string> {
  switch (type.kind) {
    case 'integer':
      return fc.oneof(fc.constantFrom(-2147483648, 2147483647), fc.integer()).map(String)
    case 'bigint':
      return fc.oneof(fc.constantFrom(-(2n ** 63n), 2n ** 63n - 1n), fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })).map(String)
    case 'decimal': {
      const limit = 10n ** BigInt(type.precision) - 1n
      return fc.oneof(fc.constantFrom(limit, -limit), fc.bigInt({ min: -limit, max: limit })).map((digits) => {
        const text = String(digits < 0n ? -digits : digits).padStart(type.scale + 1, '0')
        return `${digits < 0n ? '-' : ''}${text.slice(0, text.length - type.scale)}.${text.slice(text.length - type.scale)}`
      })
    }
    default:
      return fc.string({ unit: 'grapheme', maxLength: type.kind === 'text' ? Math.min(type.length ?? 40, 40) : 40 }).filter((text) => !text.includes('\0') && (type.kind !== 'text' || type.length === undefined || [...text].length <= type.length))
  }
}

// Trailing zeros of a fraction are no part of a number's value.
function plainNumber(text: string): string {
  return text.includes('.') ? text.replace(/0+$/, '').replace(/\.$/, '') : text
}

describe('isLosslessWidening', () => {
  it.each(lossless)('%s can become %s', (from, to) => expect(isLosslessWidening(parseType(from), parseType(to))).toBe(true))

  it.each(lossy)('%s cannot become %s', (from, to) => expect(isLosslessWidening(parseType(from), parseType(to))).toBe(false))

  it('keeps every value of the narrower type as it is', () => {
    const isNumber = (type: LogicalType) => type.kind !== 'text'
    const pairs = fc.tuple(anyType, anyType).filter(([from, to]) => isLosslessWidening(from, to))
    fc.assert(
      fc.property(pairs.chain(([from, to]) => fc.tuple(fc.constant(from), fc.constant(to), valueOf(from))), ([from, to, value]) => {
        const before = valueReader(from)(value)
        const after = valueReader(to)(before)
        expect([typeof before, typeof after], `${typeText(from)} → ${typeText(to)}: ${value}`).toEqual(['string', 'string'])
        expect(isNumber(from) ? plainNumber(String(after)) : after).toBe(isNumber(from) ? plainNumber(String(before)) : before)
      }),
      { numRuns: 500 },
    )
  })

  it('is never both ways between two types that differ', () => {
    fc.assert(
      fc.property(anyType, anyType, (a, b) => {
        fc.pre(typeText(a) !== typeText(b))
        expect(isLosslessWidening(a, b) && isLosslessWidening(b, a)).toBe(false)
      }),
    )
  })
})
