import { describe, expect, it } from 'vitest'
import { defaultRetryPolicy, isPassingStatus, retryDelayMs } from './retry-policy.js'

describe('waits between attempts', () => {
  it('double up to the longest, with half left to chance', () => {
    const waits = (random: number) => [1, 2, 3, 4, 5, 6, 7, 8].map((attempt) => retryDelayMs(defaultRetryPolicy, attempt, undefined, () => random))
    expect(waits(0)).toEqual([250, 500, 1000, 2000, 4000, 8000, 15_000, 15_000])
    expect(waits(1)).toEqual([500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000])
  })

  it('are as long as agreed where nothing is left to chance', () => {
    const agreed = { ...defaultRetryPolicy, firstDelayMs: 10_000, longestDelayMs: 50_000, spread: 0 }
    expect([1, 2, 3, 4, 5].map((attempt) => retryDelayMs(agreed, attempt, undefined, () => 1))).toEqual([10_000, 20_000, 40_000, 50_000, 50_000])
    expect(retryDelayMs({ ...agreed, spread: 0.2 }, 1, undefined, () => 0)).toBe(8000)
  })

  it('are never shorter than the source asks', () => {
    expect(retryDelayMs(defaultRetryPolicy, 1, 45_000, () => 0)).toBe(45_000)
    expect(retryDelayMs(defaultRetryPolicy, 1, 45_000, () => 1)).toBe(46_000)
    expect(retryDelayMs(defaultRetryPolicy, 1, 0, () => 1)).toBe(0)
  })
})

it('a status is worth another try when it passes by itself', () => {
  expect([200, 301, 400, 401, 403, 404, 409, 415, 422, 501, 505].filter(isPassingStatus)).toEqual([])
  expect([408, 425, 429, 500, 502, 503, 504].filter(isPassingStatus)).toEqual([408, 425, 429, 500, 502, 503, 504])
})
