import { isDeepStrictEqual } from 'node:util'
import { describe, expect, it } from 'vitest'
import { chunkedRows, type ChunkedCrawl } from '../src/connectwise/chunked-rows.js'
import type { ConnectwiseClient } from '../src/connectwise/connectwise-client.js'
import { fieldsOf } from '../src/connectwise/connectwise-rows.js'
import type { ConnectwiseRecord } from '../src/simulator/connectwise/connectwise-records.js'
import { seededFaults } from '../src/simulator/fault-script.js'
import { Random } from '../src/simulator/random.js'
import type { ConnectwiseSimulator } from '../src/simulator/connectwise/start-connectwise-simulator.js'
import { collect } from './collect.ts'
import { MemoryCheckpointStore, startTenants, tenantClient } from './tenants.ts'

const tenant = 'sitetechnology'
const updated = (record: ConnectwiseRecord) => (record['_info'] as { readonly lastUpdated: string }).lastUpdated
const failed = (work: Promise<unknown>) => work.then(() => expect.unreachable('it should have failed'), (error: unknown) => error as Error & { code: string })

/** A warehouse in its simplest form: the last state of each ticket, and how far it may believe it is. */
class Kept {
  readonly rows = new Map<number, unknown>()
  watermark = ''
  chunks = 0

  /** A start of the crawl, and whether it came to its end: a test may kill it before. */
  async start(client: ConnectwiseClient, crawl: ChunkedCrawl, killAt = Infinity): Promise<boolean> {
    let seen = 0
    for await (const chunk of chunkedRows(client, 'tickets', crawl)) {
      const read: [number, unknown][] = []
      for await (const { id, raw } of chunk.rows) {
        if (++seen >= killAt) return false
        read.push([id, raw])
      }
      for (const [id, row] of read) this.rows.set(id, row)
      this.watermark = chunk.watermark > this.watermark ? chunk.watermark : this.watermark
      this.chunks++
      await chunk.done()
    }
    return true
  }

  /** What was changed before the watermark, and is not here as it is: there must be none. */
  missing(simulator: ConnectwiseSimulator): number[] {
    return simulator.truth(tenant).filter((ticket) => updated(ticket) < this.watermark && !isDeepStrictEqual(this.rows.get(ticket.id), shown(ticket))).map(({ id }) => id)
  }

  get tickets(): unknown[] {
    return [...this.rows].toSorted(([a], [b]) => a - b).map(([, row]) => row)
  }
}

/** What a crawl asks for of a ticket. */
function shown(ticket: ConnectwiseRecord): unknown {
  return Object.fromEntries(Object.entries(ticket).filter(([name]) => fieldsOf('tickets').includes(name)))
}

const truthOf = (simulator: ConnectwiseSimulator) => simulator.truth(tenant).map(shown)

describe('a crawl in chunks', () => {
  it('reads every ticket in the chunk of its last change, oldest first, and ends with an open one', async () => {
    await using simulator = await startTenants({ tickets: 300 })
    const spans: [string, string | undefined, number][] = []
    const instants: string[] = []
    const store = new MemoryCheckpointStore()
    for await (const chunk of chunkedRows(tenantClient(simulator), 'tickets', { store, chunkDays: 100 })) {
      const rows = await collect(chunk.rows)
      for (const row of rows) instants.push(row._info?.lastUpdated ?? '')
      for (const row of rows) expect((row._info?.lastUpdated ?? '') >= chunk.from && (chunk.to === undefined || (row._info?.lastUpdated ?? '') < chunk.to)).toBe(true)
      spans.push([chunk.from, chunk.to, rows.length])
      await chunk.done()
    }
    expect(instants.toSorted()).toEqual(simulator.truth(tenant).map(updated).toSorted())
    expect(spans.map(([from, to]) => [from, to])).toEqual([
      ['2023-03-11T00:00:00Z', '2023-06-19T00:00:00Z'],
      ['2023-06-19T00:00:00Z', '2023-09-27T00:00:00Z'],
      ['2023-09-27T00:00:00Z', '2024-01-05T00:00:00Z'],
      ['2024-01-05T00:00:00Z', '2024-04-14T00:00:00Z'],
      ['2024-04-14T00:00:00Z', '2024-07-23T00:00:00Z'],
      ['2024-07-23T00:00:00Z', '2024-10-31T00:00:00Z'],
      ['2024-10-31T00:00:00Z', '2025-02-08T00:00:00Z'],
      ['2025-02-08T00:00:00Z', '2025-03-10T00:00:00Z'],
      ['2025-03-10T00:00:00Z', undefined],
    ])
    expect(store.values.size).toBe(0)
  })

  it('finds what was changed, entered and merged while it went on', async () => {
    await using simulator = await startTenants({ tickets: 400 })
    simulator.beforePage(() => {
      simulator.change(tenant, 10)
      simulator.touch(tenant, 10)
      simulator.create(tenant, 3)
      simulator.merge(tenant, 2)
    })
    const kept = new Kept()
    await kept.start(tenantClient(simulator), { store: new MemoryCheckpointStore(), chunkDays: 90 })
    expect(kept.watermark).toBe('2025-03-10T00:00:00Z')
    expect(new Set(kept.rows.keys())).toEqual(new Set(simulator.truth(tenant).map(({ id }) => id)))
    expect(kept.missing(simulator)).toEqual([])
  })

  it('goes on behind the last chunk that was settled when it is killed, and comes to the truth', async () => {
    await using simulator = await startTenants({ tickets: 400 })
    const [kept, store] = [new Kept(), new MemoryCheckpointStore()]
    for (const killAt of [70, 150, 30, 200, Infinity]) {
      await kept.start(tenantClient(simulator), { store, chunkDays: 60 }, killAt)
      expect(kept.missing(simulator)).toEqual([])
      simulator.advanceTo(new Date(simulator.clock.now() + 3_600_000).toISOString())
      simulator.change(tenant, 5)
    }
    expect(kept.chunks).toBe(14)
    expect(store.values.size).toBe(0)
    // What changed since is for the next crawl, from the watermark on.
    await kept.start(tenantClient(simulator), { store, since: kept.watermark })
    const left = new Set(simulator.truth(tenant).map(({ id }) => id))
    for (const id of kept.rows.keys()) if (!left.has(id)) kept.rows.delete(id)
    expect(kept.tickets).toEqual(truthOf(simulator))
  })

  it('with a limit says how far it is safe, and never further: the tickets with the smallest ids are not the oldest changes', async () => {
    await using simulator = await startTenants({ tickets: 500 })
    const [kept, store] = [new Kept(), new MemoryCheckpointStore()]
    const marks: string[] = []
    for (let starts = 0; kept.rows.size < 500 && starts < 50; starts++) {
      await kept.start(tenantClient(simulator), { store, chunkDays: 365, limit: 60 })
      expect(kept.missing(simulator)).toEqual([])
      marks.push(kept.watermark)
    }
    expect(kept.tickets).toEqual(truthOf(simulator))
    // Of a chunk that is larger than the limit, several starts read a part each; the watermark waits for the last.
    expect(new Set(marks)).toEqual(new Set(['2023-03-11T00:00:00Z', '2024-03-10T00:00:00Z', '2025-03-10T00:00:00Z']))
    expect(marks).toHaveLength(Math.ceil(500 / 60))
  })

  it('ends with a limit that is just the number of tickets', async () => {
    await using simulator = await startTenants({ tickets: 250 })
    const [kept, store] = [new Kept(), new MemoryCheckpointStore()]
    await kept.start(tenantClient(simulator), { store, limit: 250 })
    expect(kept.tickets).toEqual(truthOf(simulator))
    expect([kept.watermark, store.values.size]).toEqual(['2025-03-10T00:00:00Z', 0])
  })

  it('keeps its bounds from its first start: a later one must not leave a gap', async () => {
    await using simulator = await startTenants({ tickets: 200 })
    const store = new MemoryCheckpointStore()
    for await (const chunk of chunkedRows(tenantClient(simulator), 'tickets', { store, chunkDays: 365 })) {
      await collect(chunk.rows)
      await chunk.done()
      break
    }
    simulator.advanceTo('2025-06-01T00:00:00Z')
    const spans: (string | undefined)[][] = []
    for await (const chunk of chunkedRows(tenantClient(simulator), 'tickets', { store, chunkDays: 365 })) {
      spans.push([chunk.from, chunk.to])
      await collect(chunk.rows)
      await chunk.done()
    }
    expect(spans).toEqual([
      ['2024-03-10T00:00:00Z', '2025-03-10T00:00:00Z'],
      ['2025-03-10T00:00:00Z', undefined],
    ])
  })

  it('is not taken for another crawl', async () => {
    await using simulator = await startTenants({ tenants: [tenant, 'northpier'] })
    const store = new MemoryCheckpointStore()
    for await (const chunk of chunkedRows(tenantClient(simulator), 'tickets', { store })) {
      await collect(chunk.rows)
      await chunk.done()
      break
    }
    for (const [client, crawl] of [
      [tenantClient(simulator, { tenant: 'northpier' }), { store }],
      [tenantClient(simulator), { store, chunkDays: 29 }],
      [tenantClient(simulator), { store, fields: ['summary'] }],
    ] as const) {
      for await (const { from } of chunkedRows(client, 'tickets', crawl)) {
        expect(from).toBe('2023-03-11T00:00:00Z')
        break
      }
    }
  })

  it('takes no chunk for done whose rows were not read', async () => {
    await using simulator = await startTenants()
    for await (const chunk of chunkedRows(tenantClient(simulator), 'tickets', { store: new MemoryCheckpointStore(), chunkDays: 1000 })) {
      expect(await failed(chunk.done())).toMatchObject({ code: 'V1009' })
      for await (const row of chunk.rows) if (row.id > 0) break
      expect(await failed(chunk.done())).toMatchObject({ code: 'V1009' })
      expect([chunk.isWhole, chunk.watermark]).toEqual([false, '2023-03-11T00:00:00Z'])
      break
    }
  })

  it.each([0, -1, NaN])('of %s days is refused', async (chunkDays) => {
    await using simulator = await startTenants()
    expect(await failed(collect(chunkedRows(tenantClient(simulator), 'tickets', { store: new MemoryCheckpointStore(), chunkDays })))).toMatchObject({ code: 'V1009' })
  })

  it('begins where it is told', async () => {
    await using simulator = await startTenants({ tickets: 300 })
    const kept = new Kept()
    await kept.start(tenantClient(simulator), { store: new MemoryCheckpointStore(), since: '2025-01-01T00:00:00Z' })
    expect([...kept.rows.keys()].toSorted((a, b) => a - b)).toEqual(simulator.truth(tenant).filter((ticket) => updated(ticket) >= '2025-01-01').map(({ id }) => id))
    expect(kept.rows.size).toBeGreaterThan(20)
  })
})

/** More of them for a long run: 40000 takes a minute. */
const ticketsEach = Number(process.env['VARVE_TICKETS'] ?? 1500)

describe('many tenants side by side', () => {
  it('come to the truth under faults and kills, with tickets that move: none is lost, none is doubled, none is of another tenant', { timeout: 300_000 }, async () => {
    const tenants = ['alder', 'birch', 'cedar', 'dogwood', 'elm']
    await using simulator = await startTenants({ tenants, tickets: ticketsEach, faults: seededFaults({ seed: 'many', requests: 5000, share: 0.15 }) })
    const isCrawled = new Set<string>()
    simulator.beforePage(({ tenant: name }) => {
      if (isCrawled.has(name)) return
      simulator.change(name, 20)
      simulator.touch(name, 20)
      simulator.create(name, 3)
      simulator.remove(name, 2)
      simulator.merge(name, 1)
    })
    const crawl = async (name: string) => {
      const [kept, store, chance] = [new Kept(), new MemoryCheckpointStore(), new Random(`kills of ${name}`)]
      const client = () => tenantClient(simulator, { tenant: name, retry: { retries: 10, totalMs: 3_600_000 } })
      let starts = 0
      for (let isDone = false; !isDone; starts++) isDone = await kept.start(client(), { store, chunkDays: 100 }, starts < 4 ? chance.int(1, ticketsEach) : Infinity)
      isCrawled.add(name)
      await kept.start(client(), { store, since: kept.watermark })
      const left = new Set(await collect(client().ids('tickets')))
      for (const id of kept.rows.keys()) if (!left.has(id)) kept.rows.delete(id)
      return { kept, starts }
    }
    const crawled = await Promise.all(tenants.map(crawl))
    for (const [at, name] of tenants.entries()) {
      expect(crawled[at]?.kept.tickets).toEqual(simulator.truth(name).map(shown))
      expect(simulator.requests.maxPerMinute(name)).toBeLessThanOrEqual(200)
    }
    expect(Math.max(...crawled.map(({ starts }) => starts))).toBeGreaterThan(2)
    expect(simulator.requests.entries.filter(({ fault }) => fault !== undefined).length).toBeGreaterThan(5)
  })
})
