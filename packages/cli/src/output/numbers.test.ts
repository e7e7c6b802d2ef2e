import { describe, expect, it } from 'vitest'
import { countText, durationText, instantText, plural } from './numbers.js'

describe('numbers for people', () => {
  it.each([[0, '0'], [999, '999'], [1000, '1,000'], [1_234_567, '1,234,567'], [999.6, '1,000']])('the count %d is %s', (count, text) => expect(countText(count)).toBe(text))
  it.each([[0, '0.0 s'], [449, '0.4 s'], [9949, '9.9 s'], [9950, '10 s'], [59_499, '59 s'], [59_500, '1 min 0 s'], [3_599_000, '59 min 59 s'], [12_000_000, '3 h 20 min']])('%d ms are %s', (ms, text) => expect(durationText(ms)).toBe(text))
  it('an instant is shown to the second', () => expect(instantText('2025-03-31T10:00:00.123456Z')).toBe('2025-03-31 10:00:00Z'))
  it('a noun follows its count', () => expect([plural(1, 'row'), plural(0, 'row'), plural(1000, 'batch', 'batches')]).toEqual(['1 row', '0 rows', '1,000 batches']))
})
