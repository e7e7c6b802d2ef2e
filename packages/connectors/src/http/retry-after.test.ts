import { describe, expect, it } from 'vitest'
import { retryAfterMs } from './retry-after.js'

const now = Date.parse('2025-03-10T00:00:00Z')

describe('Retry-After', () => {
  it.each([
    [{}, undefined],
    [{ 'retry-after': '' }, undefined],
    [{ 'retry-after': 'soon' }, undefined],
    [{ 'retry-after': '0' }, 0],
    [{ 'retry-after': '60' }, 60_000],
    [{ 'retry-after': 'Mon, 10 Mar 2025 00:00:30 GMT' }, 30_000],
    [{ 'retry-after': 'Sun, 09 Mar 2025 23:00:00 GMT' }, 0],
  ])('is read from %o as %s', (headers, expected) => {
    expect(retryAfterMs(new Headers(headers as Record<string, string>), now)).toBe(expected)
  })

  it('takes a date against the clock of the source, not against ours', () => {
    expect(retryAfterMs(new Headers({ date: 'Mon, 10 Mar 2025 11:59:50 GMT', 'retry-after': 'Mon, 10 Mar 2025 12:00:00 GMT' }), now)).toBe(10_000)
  })
})
