import { describe, expect, it } from 'vitest'
import { VirtualClock } from '../simulator/virtual-clock.js'
import { CircuitBreaker } from './circuit-breaker.js'

describe('a circuit breaker', () => {
  it('opens after failures in a row, and a good answer between them counts anew', () => {
    const breaker = new CircuitBreaker({ failures: 3, openMs: 60_000 }, new VirtualClock(0))
    for (const isWell of [false, false, true, false, false]) {
      expect(breaker.waitMs()).toBe(0)
      breaker.record(isWell)
    }
    expect(breaker.waitMs()).toBe(0)
    breaker.record(false)
    expect(breaker.waitMs()).toBe(60_000)
  })

  it('lets one probe through at a time, and closes after enough good ones', () => {
    const clock = new VirtualClock(0)
    const breaker = new CircuitBreaker({ failures: 1, openMs: 600_000, probes: 2 }, clock)
    breaker.record(false)
    clock.advanceTo(600_000)
    expect(breaker.waitMs()).toBe(0)
    expect(breaker.waitMs()).toBe(1000)
    breaker.record(true)
    expect(breaker.waitMs()).toBe(0)
    breaker.record(true)
    expect([breaker.waitMs(), breaker.waitMs()]).toEqual([0, 0])
  })

  it('opens again when a probe fails', () => {
    const clock = new VirtualClock(0)
    const breaker = new CircuitBreaker({ failures: 2, openMs: 10_000 }, clock)
    breaker.record(false)
    breaker.record(false)
    clock.advanceTo(10_000)
    expect(breaker.waitMs()).toBe(0)
    breaker.record(false)
    expect(breaker.waitMs()).toBe(10_000)
  })

  it('gives a probe back that told nothing', () => {
    const clock = new VirtualClock(0)
    const breaker = new CircuitBreaker({ failures: 1, openMs: 10 }, clock)
    breaker.record(false)
    clock.advanceTo(10)
    expect(breaker.waitMs()).toBe(0)
    breaker.forget()
    expect(breaker.waitMs()).toBe(0)
  })
})
