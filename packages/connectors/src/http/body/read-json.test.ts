import { LosslessNumber, stringify } from 'lossless-json'
import { describe, expect, it } from 'vitest'
import { decimalText } from './decimal-text.js'
import { readJson } from './read-json.js'

describe('numbers of JSON', () => {
  it('keep digits that a JavaScript number would lose', () => {
    const text = '{"hours":8.50,"rate":31.123456789012345678,"id":9007199254740993,"tiny":1e-7,"list":[0.1,12345678901234567890]}'
    const value = readJson(text) as Record<string, unknown>
    expect(value['hours']).toBe(8.5)
    expect(value['rate']).toEqual(new LosslessNumber('31.123456789012345678'))
    expect(value['id']).toEqual(new LosslessNumber('9007199254740993'))
    expect(stringify(value['list'])).toBe('[0.1,12345678901234567890]')
  })

  it.each(['{"a":1', '', '{"a":12345678901234567890', '[1e5'])('are not read from %s, which is no whole JSON', (text) => {
    expect(() => readJson(text)).toThrow(SyntaxError)
  })
})

describe('a decimal as text', () => {
  it.each([
    [8.5, '8.5'],
    [0, '0'],
    [-0.25, '-0.25'],
    [1e-7, '0.0000001'],
    [1e21, '1000000000000000000000'],
    [new LosslessNumber('31.123456789012345678'), '31.123456789012345678'],
    [new LosslessNumber('12.5e-3'), '0.0125'],
    [new LosslessNumber('1.25e2'), '125'],
    [new LosslessNumber('1.25e1'), '12.5'],
    [' 252.00 ', '252.00'],
    ['', undefined],
    ['1,5', undefined],
    [true, undefined],
    [NaN, undefined],
    [{}, undefined],
  ])('of %o is %s', (value, expected) => {
    expect(decimalText(value)).toBe(expected)
  })
})
