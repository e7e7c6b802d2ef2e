import fc from 'fast-check'
import { parse } from 'lossless-json'
import { describe, expect, it } from 'vitest'
import { parseType } from '../logical-type.js'
import { Rejection, valueReader } from './value-reader.js'

const read = (type: string, value: unknown, form: 'value' | 'text' = 'value') => {
  const answer = valueReader(parseType(type), form)(value)
  return answer instanceof Rejection ? { rejected: answer.reason } : answer
}
const rejected = (reason: string) => ({ rejected: reason })

describe('a value becomes one neutral text, or is rejected with its reason', () => {
  it.each<[string, unknown, unknown]>([
    ['integer', 42, '42'], ['integer', -0, '0'], ['integer', '007', '7'], ['integer', ' -7 ', '-7'], ['integer', '1.0', '1'], ['integer', 2147483647n, '2147483647'],
    ['integer', 2147483648, rejected('range')], ['integer', '-2147483649', rejected('range')], ['integer', 1.5, rejected('type')], ['integer', 'x', rejected('type')], ['integer', '', rejected('type')],
    ['integer', true, rejected('type')], ['integer', Number.NaN, rejected('type')], ['integer', '-0', '0'],
    ['bigint', 2 ** 53, rejected('precision')], ['bigint', '9007199254740993', '9007199254740993'], ['bigint', parse('9007199254740993'), '9007199254740993'],
    ['bigint', '9223372036854775807', '9223372036854775807'], ['bigint', '9223372036854775808', rejected('range')], ['bigint', -9223372036854775808n, '-9223372036854775808'],
    ['decimal(10,2)', '10.5', '10.50'], ['decimal(10,2)', 10.5, '10.50'], ['decimal(10,2)', '+00010.500', '10.50'], ['decimal(10,2)', '10.555', rejected('precision')], ['decimal(10,2)', '-0.00', '0.00'],
    ['decimal(10,2)', '123456789', rejected('range')], ['decimal(10,2)', '1e2', '100.00'], ['decimal(10,2)', '125e-2', '1.25'], ['decimal(10,2)', '.5', '0.50'], ['decimal(10,2)', '5.', '5.00'], ['decimal(10,2)', '.', rejected('type')],
    ['decimal(10,2)', 0.1 + 0.2, rejected('precision')], ['decimal(38,0)', '12345678901234567890123456789012345678', '12345678901234567890123456789012345678'], ['decimal(10,2)', '1,5', rejected('type')],
    ['decimal(10,2)', parse('12345678.90'), '12345678.90'], ['decimal(10,2)', '1e999999', rejected('type')], ['decimal(10,2)', Infinity, rejected('type')], ['decimal(5,0)', 'NaN', rejected('type')],
    ['float', 1.5, '1.5'], ['float', '1e3', '1000'], ['float', Number.NaN, rejected('range')], ['float', 'Infinity', rejected('type')], ['float', -0, '0'], ['float', '1e999', rejected('range')],
    ['boolean', true, 'true'], ['boolean', 'F', 'false'], ['boolean', 1, 'true'], ['boolean', 'yes', rejected('type')], ['boolean', 2, rejected('type')],
    ['text', 'a', 'a'], ['text', '', ''], ['text', 12n, '12'], ['text', 'a\u0000b', rejected('encoding')], ['text', '\ud800', rejected('encoding')], ['text', {}, rejected('type')], ['text(3)', 'abcd', rejected('length')], ['text(3)', '😀😀😀', '😀😀😀'],
    ['date', '2024-02-29', '2024-02-29'], ['date', '2023-02-29', rejected('range')], ['date', '2025-13-01', rejected('range')], ['date', '31.03.2025', rejected('type')], ['date', new Date('2025-03-31'), '2025-03-31'], ['date', new Date('2025-03-31T01:00Z'), rejected('type')], ['date', '0000-01-01', rejected('range')],
    ['timestamp', '2025-03-31', '2025-03-31T00:00:00Z'], ['timestamp', '2025-03-31T10:00:00.123456Z', '2025-03-31T10:00:00.123456Z'], ['timestamp', '2025-03-31 10:00:00', '2025-03-31T10:00:00Z'],
    ['timestamp', '2025-03-31T10:00:00.100000+02:00', '2025-03-31T08:00:00.100Z'], ['timestamp', '2025-03-31T10:00:00.1-0530', '2025-03-31T15:30:00.100Z'], ['timestamp', '2025-12-31T23:30:00-01', '2026-01-01T00:30:00Z'],
    ['timestamp', '2025-03-31T10:00:00.1234567Z', '2025-03-31T10:00:00.123456Z'], ['timestamp', '2025-02-30T00:00:00Z', rejected('range')], ['timestamp', '2025-03-31T24:00:00Z', rejected('range')], ['timestamp', 1700000000, rejected('type')], ['timestamp', 'yesterday', rejected('type')],
    ['timestamp', new Date(Number.NaN), rejected('range')], ['timestamp', new Date(1700000000123), '2023-11-14T22:13:20.123Z'], ['timestamp', '0001-01-01T00:00:00+01:00', rejected('range')], ['timestamp', '2025-03-31T10:00', '2025-03-31T10:00:00Z'],
    ['time', '23:59', '23:59:00'], ['time', '23:59:59.500', '23:59:59.5'], ['time', '24:00', rejected('range')],
    ['json', { b: 1, a: [null] }, '{"b":1,"a":[null]}'], ['json', 'x', '"x"'], ['json', parse('{"n":12345678901234567890}'), '{"n":12345678901234567890}'], ['json', { n: 10n }, '{"n":10}'], ['json', '\u0000', rejected('encoding')], ['json', '😀', '"😀"'], ['json', () => 1, rejected('type')],
    ['uuid', '0195E7C2-0000-7000-8000-000000000001', '0195e7c2-0000-7000-8000-000000000001'], ['uuid', '{0195e7c200007000800000000000000f}', '0195e7c2-0000-7000-8000-00000000000f'], ['uuid', 'x', rejected('type')],
    ['binary', new Uint8Array([0, 255]), '\\x00ff'], ['binary', '0x00FF', '\\x00ff'], ['binary', 'AP8=', '\\x00ff'], ['binary', '???', rejected('type')],
  ])('%s of %o is %o', (type, value, expected) => {
    expect(read(type, value)).toEqual(expected)
  })

  it('reads JSON that arrives as text as it stands', () => {
    expect(read('json', '{"a":12345678901234567890}', 'text')).toBe('{"a":12345678901234567890}')
    expect(read('json', '{a}', 'text')).toEqual(rejected('malformed'))
    expect(read('json', String.raw`"\u0000"`, 'text')).toEqual(rejected('encoding'))
    expect(read('json', String.raw`"\\u0000"`, 'text')).toBe(String.raw`"\\u0000"`)
    expect(read('json', String.raw`"\ud83d\ude00"`, 'text')).toBe(String.raw`"\ud83d\ude00"`)
    expect(read('json', String.raw`"\ud83d"`, 'text')).toEqual(rejected('encoding'))
  })

  it('rejects what refers to itself', () => {
    const loop: Record<string, unknown> = {}
    loop['loop'] = loop
    expect(read('json', loop)).toEqual(rejected('type'))
  })

  it('gives one text to every spelling of one instant', () => {
    fc.assert(
      fc.property(fc.date({ min: new Date('0002-01-01'), max: new Date('9998-12-31'), noInvalidDate: true }), fc.integer({ min: 0, max: 999 }), fc.integer({ min: -14 * 60, max: 14 * 60 }), (moment, micros, offset) => {
        const local = new Date(moment.getTime() + offset * 60_000).toISOString().slice(0, 23)
        const sign = offset < 0 ? '-' : '+'
        const clock = `${String(Math.floor(Math.abs(offset) / 60)).padStart(2, '0')}:${String(Math.abs(offset) % 60).padStart(2, '0')}`
        const tail = String(micros).padStart(3, '0')
        expect(read('timestamp', `${local}${tail}${sign}${clock}`)).toBe(read('timestamp', `${moment.toISOString().slice(0, 23)}${tail}Z`))
      }),
    )
  })

  it('gives one text to every spelling of one decimal', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(10n ** 17n), max: 10n ** 17n }), fc.integer({ min: 0, max: 5 }), (cents, zeros) => {
        const sign = cents < 0n ? '-' : ''
        const digits = String(cents < 0n ? -cents : cents).padStart(3, '0')
        const plain = `${digits.slice(0, -2)}.${digits.slice(-2)}`
        const expected = cents === 0n ? '0.00' : sign + plain.replace(/^0+(?=\d)/, '')
        expect(read('decimal(20,2)', `${sign}${'0'.repeat(zeros)}${plain}${'0'.repeat(zeros)}`)).toBe(expected)
        expect(read('decimal(20,2)', `${String(cents)}e-2`)).toBe(expected)
      }),
    )
  })
})
