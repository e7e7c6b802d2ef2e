import { describe, expect, it } from 'vitest'
import { parseType } from '../logical-type.js'
import { neutralValue } from './neutral-value.js'
import { valueReader } from './value-reader.js'

describe('a neutral text becomes the value that engines answer', () => {
  it.each<[string, unknown, unknown]>([
    ['integer', '007', 7], ['bigint', '9007199254740993', 9007199254740993n], ['float', 1.5, 1.5], ['boolean', 'f', false], ['boolean', 1, true], ['decimal(10,2)', 10.5, '10.50'],
    ['text', 'a', 'a'], ['date', '2025-03-31', '2025-03-31'], ['timestamp', '2025-03-31T10:00:00.1+02:00', '2025-03-31T08:00:00.100Z'], ['time', '10:00', '10:00:00'],
    ['json', { a: [1, null] }, { a: [1, null] }], ['uuid', '0195E7C2-0000-7000-8000-000000000001', '0195e7c2-0000-7000-8000-000000000001'], ['binary', '0xff00', Buffer.from([255, 0])],
  ])('%s: %j', (type, value, expected) => {
    const text = valueReader(parseType(type))(value)
    expect(neutralValue(parseType(type))(text as string)).toEqual(expected)
  })
})
