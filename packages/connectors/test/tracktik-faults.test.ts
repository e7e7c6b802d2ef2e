import { describe, expect, it } from 'vitest'
import { seededFaults, type FaultScript } from '../src/simulator/fault-script.js'
import { collect } from './collect.ts'
import { allTime, clientOf, startPortal } from './portal.ts'

/** Everything that a warehouse would read. */
async function crawl(client: ReturnType<typeof clientOf>) {
  const raw = async (rows: AsyncIterable<{ readonly id: number; readonly raw: unknown }>) => (await collect(rows)).toSorted((a, b) => a.id - b.id).map((row) => row.raw)
  return {
    regions: await raw(client.regions()),
    employees: await raw(client.employees()),
    clients: await raw(client.clients()),
    positions: await raw(client.positions()),
    shifts: await raw(client.shifts(allTime)),
    modified: await raw(client.shifts({ ...allTime, by: 'modifiedOn' })),
    sessions: await raw(client.workSessions(allTime)),
  }
}

async function crawlUnder(faults: FaultScript, options: { readonly perMinute?: number; readonly concurrency?: number } = {}) {
  const { perMinute = 300, concurrency = 3 } = options
  await using simulator = await startPortal({ faults })
  simulator.advanceTo('2025-03-20T00:00:00Z')
  const start = simulator.clock.now()
  const client = clientOf(simulator, { concurrency, retry: { retries: 8, totalMs: 3_600_000 } }, { TRACKTIK_REQUESTS_PER_MINUTE: String(perMinute) })
  return { rows: await crawl(client), requests: simulator.requests, tookMs: simulator.clock.now() - start, failedLogins: simulator.failedLogins }
}

describe('a crawl under faults', () => {
  it.each<[string, FaultScript['faults'][number]]>([
    ['throttled, with seconds', { at: { from: 2, every: 3 }, fault: 'throttle', retryAfterSeconds: 15 }],
    ['throttled, with a date', { at: { from: 2, every: 3 }, fault: 'throttle', retryAfterSeconds: 15, form: 'date' }],
    ['with 500', { at: { from: 2, every: 3 }, fault: 'error', status: 500 }],
    ['with 504', { at: { from: 2, every: 5 }, fault: 'gateway-timeout' }],
    ['with dropped sockets', { at: { from: 2, every: 3 }, fault: 'drop' }],
    ['with broken bodies', { at: { from: 2, every: 3 }, fault: 'truncate' }],
    ['with JSON that ends in the middle', { at: { from: 2, every: 3 }, fault: 'truncate', framing: 'whole' }],
    ['with slow bodies', { at: { from: 2, every: 3 }, fault: 'slow', seconds: 20 }],
    ['with bodies that are too slow', { at: { from: 2, every: 4 }, fault: 'slow', seconds: 100 }],
    ['with tokens that expire', { at: { from: 2, every: 12 }, fault: 'expire-tokens' }],
  ])('gives the same rows as one without: %s', async (_, fault) => {
    const calm = await crawlUnder({ faults: [] })
    const troubled = await crawlUnder({ faults: [fault] })
    expect(troubled.rows).toEqual(calm.rows)
    expect(troubled.requests.entries.filter((entry) => entry.fault !== undefined).length).toBeGreaterThan(2)
    expect(calm.rows.shifts.length).toBeGreaterThan(300)
  })

  it.each(['1', '2', '3', '4'])('gives the same rows when everything happens at once (script %s)', async (seed) => {
    const calm = await crawlUnder({ faults: [] })
    const script = seededFaults({ seed, requests: 400, share: 0.3 })
    const troubled = await crawlUnder({ faults: [...script.faults, { on: 'token', at: 1, fault: 'drop', when: 'after' }, { on: 'token', at: 3, fault: 'error' }, { on: 'token', at: 4, fault: 'throttle' }] }, { perMinute: 20, concurrency: 4 })
    expect(troubled.rows).toEqual(calm.rows)
    expect(new Set(troubled.requests.entries.map(({ fault }) => fault)).size).toBeGreaterThan(4)
    expect(troubled.requests.maxPerMinute()).toBeLessThanOrEqual(20)
    expect(troubled.failedLogins).toBe(0)
  })

  it('holds the budget by the portal\'s own count, and uses it', async () => {
    const { requests, tookMs } = await crawlUnder({ faults: [] }, { perMinute: 5, concurrency: 4 })
    expect(requests.maxPerMinute()).toBe(5)
    expect(tookMs).toBeGreaterThan((requests.entries.length / 5 - 1) * 60_000)
  })

  it('reads its settings for the budget from the environment of the portal, which would throttle it', async () => {
    await using simulator = await startPortal({ quotaPerMinute: 6 })
    const calm = await crawl(clientOf(simulator, {}, { TRACKTIK_REQUESTS_PER_MINUTE: '5' }))
    expect(simulator.requests.entries.filter(({ status }) => status === 429)).toEqual([])
    expect(await crawl(clientOf(simulator, { retry: { totalMs: 3_600_000 } }, { TRACKTIK_REQUESTS_PER_MINUTE: '1000', TRACKTIK_BURST: '1000' }))).toEqual(calm)
    expect(simulator.requests.entries.filter(({ status }) => status === 429).length).toBeGreaterThan(0)
  })
})
