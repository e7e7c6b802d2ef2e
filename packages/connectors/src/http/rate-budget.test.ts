import { describe, expect, it } from 'vitest'
import { Random } from '../simulator/random.js'
import { VirtualClock } from '../simulator/virtual-clock.js'
import { RateBudget } from './rate-budget.js'

describe('a rate budget', () => {
  it('lets a burst go at once and the rest at the rate of the budget', async () => {
    const clock = new VirtualClock(0)
    const budget = new RateBudget({ perMinute: 60, burst: 3 }, clock)
    const sentAt: number[] = []
    for (let i = 0; i < 6; i++) {
      const release = await budget.take()
      sentAt.push(clock.now())
      release()
    }
    expect(sentAt).toEqual([0, 0, 0, 1000, 2000, 3000])
  })

  it.each([1, 7, 30])('is never exceeded as the source counts, whatever the latency, at %s a minute', async (perMinute) => {
    const clock = new VirtualClock(0)
    const budget = new RateBudget({ perMinute, burst: perMinute }, clock)
    const random = new Random(`budget ${perMinute}`)
    const arrivals: number[] = []
    const exchange = async () => {
      const release = await budget.take()
      await clock.sleep(random.int(0, 20_000))
      arrivals.push(clock.now())
      await clock.sleep(random.int(0, 20_000))
      release()
    }
    await Promise.all(Array.from({ length: perMinute * 6 }, exchange))
    arrivals.sort((a, b) => a - b)
    const most = Math.max(...arrivals.map((from) => arrivals.filter((at) => at >= from && at < from + 60_000).length))
    expect(most).toBeLessThanOrEqual(perMinute)
    expect(arrivals).toHaveLength(perMinute * 6)
  })

  it('leaves time from an answer to the next request, also for those that ask at once', async () => {
    const clock = new VirtualClock(0)
    const budget = new RateBudget({ spacingMs: 5000 }, clock)
    const sentAt: number[] = []
    const exchange = async () => {
      const release = await budget.take()
      sentAt.push(clock.now())
      await clock.sleep(300)
      release()
    }
    await Promise.all(Array.from({ length: 4 }, exchange))
    expect(sentAt).toEqual([0, 5300, 10_600, 15_900])
  })

  it('counts by the hour, beside the minute', async () => {
    const clock = new VirtualClock(0)
    const budget = new RateBudget({ perHour: 10, perMinute: 4, burst: 4 }, clock)
    const sentAt: number[] = []
    for (let request = 0; request < 21; request++) {
      const release = await budget.take()
      sentAt.push(Math.floor(clock.now() / 60_000))
      release()
    }
    const within = (ms: number) => Math.max(...sentAt.map((from) => sentAt.filter((at) => at >= from && at < from + ms / 60_000).length))
    expect(within(3_600_000)).toBe(10)
    expect(within(60_000)).toBe(4)
    expect([sentAt[9], sentAt[10], sentAt[20]]).toEqual([2, 60, 120])
  })

  it('is given out in the order in which it was asked for', async () => {
    const clock = new VirtualClock(0)
    const budget = new RateBudget({ perMinute: 6, burst: 1 }, clock)
    const order: number[] = []
    await Promise.all([1, 2, 3, 4].map(async (number) => {
      const release = await budget.take()
      order.push(number)
      release()
    }))
    expect(order).toEqual([1, 2, 3, 4])
  })

  it('holds everything back for as long as the source asks', async () => {
    const clock = new VirtualClock(0)
    const budget = new RateBudget({ perMinute: 600, burst: 100 }, clock)
    budget.pauseFor(42_000)
    await budget.take()
    expect(clock.now()).toBe(42_000)
  })

  it('is not waited for any longer when the work is interrupted', async () => {
    const clock = new VirtualClock(0)
    const budget = new RateBudget({ perMinute: 1 }, clock)
    ;(await budget.take())()
    const interruption = new AbortController()
    const waiting = budget.take(interruption.signal)
    interruption.abort(new Error('enough'))
    await expect(waiting).rejects.toThrow('enough')
  })
})
