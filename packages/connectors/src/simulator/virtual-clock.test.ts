import { describe, expect, it } from 'vitest'
import { VirtualClock } from './virtual-clock.js'

describe('virtual time', () => {
  it('passes when somebody waits for it, in the order of what is waited for', async () => {
    const clock = new VirtualClock(0)
    const events: string[] = []
    const sleep = async (ms: number) => {
      await clock.sleep(ms)
      events.push(`awake at ${clock.now()}`)
    }
    await Promise.all([sleep(30), sleep(10), clock.hold(5).then(() => events.push(`released at ${clock.now()}`)), sleep(20)])
    expect(events).toEqual(['released at 5', 'awake at 10', 'awake at 20', 'awake at 30'])
  })

  it('stands still while a request is really under way', async () => {
    const clock = new VirtualClock(0)
    const answered = clock.after(1000, () => expect.unreachable('it timed out, though it was under way'))
    const sleeping = clock.sleep(60_000)
    for (let turns = 0; turns < 20; turns++) await new Promise((resolve) => setImmediate(resolve))
    expect(clock.now()).toBe(0)
    answered()
    await sleeping
    expect(clock.now()).toBe(60_000)
  })

  it('runs out for a request whose answer is held back, and goes on when that one has given up', async () => {
    const clock = new VirtualClock(0)
    let callOff = () => {}
    const timedOut = new Promise<number>((resolve) => (callOff = clock.after(1000, () => resolve(clock.now()))))
    const held = clock.hold(30_000)
    expect(await timedOut).toBe(1000)
    for (let turns = 0; turns < 20; turns++) await new Promise((resolve) => setImmediate(resolve))
    expect(clock.now()).toBe(1000)
    callOff()
    await held
    expect(clock.now()).toBe(30_000)
  })

  it('is not waited for any longer after an interruption', async () => {
    const clock = new VirtualClock(0)
    const interruption = new AbortController()
    const sleeping = clock.sleep(1000, interruption.signal)
    interruption.abort(new Error('enough'))
    await expect(sleeping).rejects.toThrow('enough')
    await expect(clock.sleep(1000, interruption.signal)).rejects.toThrow('enough')
    expect(clock.now()).toBe(0)
  })

  it('can be moved on by hand, and fires what lies on the way', () => {
    const clock = new VirtualClock('2025-03-10T00:00:00Z')
    const fired: string[] = []
    clock.after(5000, () => fired.push(new Date(clock.now()).toISOString()))
    clock.advanceTo(Date.parse('2025-03-10T01:00:00Z'))
    clock.advanceTo(0)
    expect([fired, new Date(clock.now()).toISOString()]).toEqual([['2025-03-10T00:00:05.000Z'], '2025-03-10T01:00:00.000Z'])
  })
})
