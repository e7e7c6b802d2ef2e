import { beforeAll, describe, expect, it } from 'vitest'
import { chunkedRows } from '../src/connectwise/chunked-rows.js'
import { seededFaults, type FaultScript } from '../src/simulator/fault-script.js'
import { collect } from './collect.ts'
import { MemoryCheckpointStore, startTenants, tenantClient } from './tenants.ts'

const tenant = 'sitetechnology'
const patience = { retries: 10, totalMs: 3_600_000 }
type Failure = Error & { code: string; isRetryable: boolean; context: Readonly<Record<string, unknown>> }
const failed = (work: Promise<unknown>) => work.then(() => expect.unreachable('it should have failed'), (error: unknown) => error as Failure)

async function crawlUnder(faults: FaultScript, tickets = 4200) {
  await using simulator = await startTenants({ tickets, faults })
  const client = tenantClient(simulator, { retry: patience })
  const rows = await collect(client.rows('tickets', { fields: ['summary', 'status', 'owner/name'] }))
  const described = await collect(client.described(client.rows('tickets', { limit: 12 }), { calls: 12 }))
  return { rows: rows.map(({ raw }) => raw), descriptions: described.map(({ description }) => description), ids: simulator.truth(tenant).map(({ id }) => id), requests: simulator.requests }
}

describe('a crawl under faults', () => {
  let calm: Awaited<ReturnType<typeof crawlUnder>>
  beforeAll(async () => void (calm = await crawlUnder({ faults: [] }, 2200)))

  it.each<[string, FaultScript['faults'][number]]>([
    ['throttled, with seconds', { at: { from: 2, every: 3 }, fault: 'throttle', retryAfterSeconds: 15 }],
    ['throttled, without', { at: { from: 2, every: 3 }, fault: 'throttle', form: 'none' }],
    ['with 500', { at: { from: 2, every: 3 }, fault: 'error', status: 500 }],
    ['with 504', { at: { from: 2, every: 5 }, fault: 'gateway-timeout' }],
    ['with dropped sockets', { at: { from: 2, every: 3 }, fault: 'drop' }],
    ['with broken bodies', { at: { from: 2, every: 3 }, fault: 'truncate' }],
    ['with JSON that ends in the middle', { at: { from: 2, every: 3 }, fault: 'truncate', framing: 'whole' }],
    ['with bodies that are too slow', { at: { from: 2, every: 4 }, fault: 'slow', seconds: 100 }],
  ])('gives the same rows as one without: %s', async (_, fault) => {
    const troubled = await crawlUnder({ faults: [fault] }, 2200)
    expect([troubled.rows, troubled.descriptions]).toEqual([calm.rows, calm.descriptions])
    expect(troubled.requests.entries.filter((entry) => entry.fault !== undefined).length).toBeGreaterThan(2)
    expect(calm.rows.map(({ id }) => id)).toEqual(calm.ids)
  })

  it.each(['1', '2', '3'])('gives the same rows when everything happens at once (script %s)', async (seed) => {
    const troubled = await crawlUnder(seededFaults({ seed, requests: 200, share: 0.4 }))
    expect(troubled.rows.map(({ id }) => id)).toEqual(troubled.ids)
    expect(new Set(troubled.requests.entries.map(({ fault }) => fault)).size).toBeGreaterThan(4)
  })

  it('comes to the truth over many starts that fail, with a life that goes on', async () => {
    await using simulator = await startTenants({ tickets: 1500, faults: { faults: [{ at: { from: 5, every: 4 }, fault: 'drop' }] } })
    simulator.beforePage(() => void simulator.change(tenant, 5))
    const store = new MemoryCheckpointStore()
    const kept = new Map<number, unknown>()
    let starts = 0
    for (let isDone = false; !isDone; starts++) {
      try {
        for await (const chunk of chunkedRows(tenantClient(simulator, { retry: { retries: 0 } }), 'tickets', { store, chunkDays: 100 })) {
          for (const row of await collect(chunk.rows)) kept.set(row.id, row.raw)
          await chunk.done()
        }
        isDone = true
      } catch (error) {
        expect(error).toMatchObject({ code: 'V3010', isRetryable: true })
      }
    }
    expect(starts).toBeGreaterThan(3)
    expect([...kept.keys()].toSorted((a, b) => a - b)).toEqual(simulator.truth(tenant).map(({ id }) => id))
  })
})

describe('a failure in the middle', () => {
  it('is never the end of the data: the crawl fails, and what came before it is not called whole', async () => {
    await using simulator = await startTenants({ tickets: 2500, faults: { faults: [{ at: { from: 2, every: 1 }, fault: 'error', status: 500 }] } })
    const store = new MemoryCheckpointStore()
    let read = 0
    const chunks: boolean[] = []
    const crawl = async () => {
      for await (const chunk of chunkedRows(tenantClient(simulator), 'tickets', { store, chunkDays: 1000 })) {
        try {
          for await (const row of chunk.rows) read += row.id > 0 ? 1 : 0
        } finally {
          chunks.push(chunk.isWhole)
        }
      }
    }
    expect(await failed(crawl())).toMatchObject({ code: 'V3010', isRetryable: true, context: { kind: 'server', status: 500 } })
    expect([read, chunks, store.values.size]).toEqual([0, [false], 0])
    await using other = await startTenants({ tickets: 2500, faults: { faults: [{ at: { from: 3, every: 1 }, fault: 'error', status: 400 }] } })
    const rows: number[] = []
    const whole = async () => {
      for await (const { id } of tenantClient(other).rows('tickets')) rows.push(id)
    }
    expect(await failed(whole())).toMatchObject({ code: 'V3010', isRetryable: false, context: { status: 400 } })
    expect(rows).toHaveLength(2000)
  })
})

describe('wrong credentials', () => {
  const wrong = { CONNECTWISE_SITETECHNOLOGY_PRIVATE_KEY: 'not-the-key' }
  const belongTogether = 'company, public key, private key and client id of tenant "sitetechnology" must belong together'

  it.each([
    ['401', false, 'The credentials are not valid'],
    ['404', true, 'before any good answer, which is how the source shows wrong credentials'],
  ])('answered with %s are named as what they are, after one request, and without the key', async (status, hidesUnauthorized, text) => {
    await using simulator = await startTenants({ hidesUnauthorized })
    const error = await failed(tenantClient(simulator, { environment: wrong }).count('tickets'))
    expect(error).toMatchObject({ code: 'V3002', isRetryable: false })
    expect(error.message).toContain(text)
    expect(error.message).toContain(belongTogether)
    expect(error.message).not.toContain('not-the-key')
    expect(simulator.requests.entries.map((entry) => entry.status)).toEqual([Number(status)])
  })

  it.each(['COMPANY', 'PUBLIC_KEY', 'CLIENT_ID'])('are also those with another %s', async (name) => {
    await using simulator = await startTenants()
    expect(await failed(tenantClient(simulator, { environment: { [`CONNECTWISE_SITETECHNOLOGY_${name}`]: 'other' } }).count('tickets'))).toMatchObject({ code: 'V3002' })
  })

  it('shown by dropped connections are thought of, since nothing was ever answered', async () => {
    await using simulator = await startTenants({ faults: { faults: [{ at: { every: 1 }, fault: 'drop' }] } })
    const error = await failed(tenantClient(simulator).count('tickets'))
    expect(error).toMatchObject({ code: 'V3010', isRetryable: true, context: { kind: 'connection' } })
    expect(error.message).toContain(`a dropped connection is also how the source shows wrong credentials: ${belongTogether}`)
  })

  it('are no explanation once an answer was good', async () => {
    await using simulator = await startTenants({ hidesUnauthorized: true, faults: { faults: [{ at: { from: 3, every: 1 }, fault: 'drop' }] } })
    const client = tenantClient(simulator)
    expect(await client.count('tickets')).toBe(120)
    expect(await failed(collect(client.notes(99_999_999)))).toMatchObject({ code: 'V3010', isRetryable: false, context: { status: 404, kind: 'refused' } })
    const dropped = await failed(client.count('tickets'))
    expect(dropped.message).not.toContain('wrong credentials')
  })
})

describe('budgets', () => {
  const environment = { CONNECTWISE_REQUESTS_PER_MINUTE: '12', CONNECTWISE_BURST: '4' }

  it('are each tenant\'s own: many read side by side, none beyond its own, and none waits for another', async () => {
    const tenants = ['sitetechnology', 'northpier', 'alder']
    await using simulator = await startTenants({ tenants, tickets: 100, quotaPerMinute: 12 })
    const startedAt = simulator.clock.now()
    const read = async (name: string) => {
      const client = tenantClient(simulator, { tenant: name, environment })
      return collect(client.described(client.rows('tickets', { limit: 60 }), { calls: 60 }))
    }
    const described = await Promise.all(tenants.map(read))
    expect(described.map(({ length }) => length)).toEqual([60, 60, 60])
    for (const name of tenants) expect(simulator.requests.maxPerMinute(name)).toBe(12)
    expect(simulator.requests.entries.filter(({ status }) => status === 429)).toEqual([])
    // Sixty-one calls at twelve a minute, for all three at the same time.
    expect((simulator.clock.now() - startedAt) / 60_000).toBeLessThan(6)
  })

  it('that are too large are corrected by the source, and everything comes all the same', async () => {
    await using simulator = await startTenants({ tickets: 60, quotaPerMinute: 12 })
    const client = tenantClient(simulator, { environment: { CONNECTWISE_REQUESTS_PER_MINUTE: '1000', CONNECTWISE_BURST: '1000' }, retry: patience })
    expect(await collect(client.described(client.rows('tickets'), { calls: 60 }))).toHaveLength(60)
    expect(simulator.requests.entries.filter(({ status }) => status === 429).length).toBeGreaterThan(0)
  })
})

describe('tenants', () => {
  it('never see each other\'s rows, though their ids are the same', async () => {
    const tenants = ['sitetechnology', 'northpier']
    await using simulator = await startTenants({ tenants, tickets: 400 })
    const [first = [], second = []] = await Promise.all(tenants.map(async (name) => (await collect(tenantClient(simulator, { tenant: name }).rows('tickets', { fields: ['summary', 'company/name'] }))).map(({ raw }) => raw)))
    const shown = (name: string) => simulator.truth(name).map(({ id, summary, company, _info }) => ({ id, summary, company: { name: (company as { name: string }).name }, _info: { lastUpdated: (_info as { lastUpdated: string }).lastUpdated } }))
    expect([first, second]).toEqual([shown('sitetechnology'), shown('northpier')])
    const ids = new Set(first.map(({ id }) => id))
    expect(second.filter(({ id }) => ids.has(id)).length).toBeGreaterThan(50)
    simulator.change('sitetechnology', 50)
    expect(shown('northpier')).toEqual(second)
  })
})
