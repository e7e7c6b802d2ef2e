import { describe, expect, it } from 'vitest'
import { allOf, anyOf, noneOf, where, type Condition } from '../src/connectwise/condition.js'
import { ConnectwiseClient } from '../src/connectwise/connectwise-client.js'
import { fieldsOf } from '../src/connectwise/connectwise-rows.js'
import type { ConnectwiseRecord } from '../src/simulator/connectwise/connectwise-records.js'
import type { ConnectwiseSimulator, ConnectwiseSimulatorOptions } from '../src/simulator/connectwise/start-connectwise-simulator.js'
import type { SimulatedRequest } from '../src/simulator/loopback-server.js'
import { startAnswering, ok } from './answering-server.ts'
import { collect } from './collect.ts'
import { RecordingLogger } from './recording-logger.ts'
import { startTenants, tenantClient } from './tenants.ts'

const tenant = 'sitetechnology'
const failed = (work: Promise<unknown>) => work.then(() => expect.unreachable('it should have failed'), (error: unknown) => error as Error & { code: string; isRetryable: boolean })
const idsOf = (rows: readonly { readonly id: number }[]) => rows.map(({ id }) => id)
const updated = (record: ConnectwiseRecord) => (record['_info'] as { readonly lastUpdated: string }).lastUpdated
const pagesOf = (simulator: ConnectwiseSimulator, path = '/service/tickets') => simulator.requests.to(path).map(({ query }) => query)
const raws = async (rows: AsyncIterable<{ readonly raw: unknown }>) => (await collect(rows)).map(({ raw }) => raw)
const only = (record: ConnectwiseRecord, names: readonly string[]) => Object.fromEntries(Object.entries(record).filter(([name]) => names.includes(name)))
const named = (record: ConnectwiseRecord, reference: string) => (record[reference] as { readonly name: string } | undefined)?.name

describe('tickets', () => {
  it('come as the tenant has them, each once, in the order of their ids, with nothing added to what is absent', async () => {
    await using simulator = await startTenants({ tickets: 2300 })
    simulator.advanceTo('2025-03-12T00:00:00Z')
    const truth = simulator.truth(tenant)
    expect(await raws(tenantClient(simulator).rows('tickets'))).toEqual(truth.map((ticket) => only(ticket, fieldsOf('tickets'))))
    expect(pagesOf(simulator)).toHaveLength(3)
    expect(truth.filter((ticket) => !('owner' in ticket)).length).toBeGreaterThan(100)
  })

  it('are null where the source left a field out, and keep the capital S of their status beside the small one of their priority', async () => {
    await using simulator = await startTenants()
    const tickets = await collect(tenantClient(simulator).rows('tickets'))
    const bare = tickets.find(({ owner }) => owner === null)
    expect([bare?.raw['owner'], bare === undefined]).toEqual([undefined, false])
    const sorts = (ticket: Readonly<Record<string, unknown>>) => ['status', 'priority'].map((name) => Object.entries(ticket[name] as object).filter(([key]) => /^sort$/i.test(key)))
    expect(tickets.map(({ raw }) => sorts(raw))).toEqual(simulator.truth(tenant).map(sorts))
    expect(sorts(tickets[0]?.raw ?? {}).flat().map(([name]) => name)).toEqual(['Sort', 'sort'])
  })

  it('come with the named fields alone, and always with what tells who they are and when they were changed', async () => {
    await using simulator = await startTenants()
    const [row] = await collect(tenantClient(simulator).rows('tickets', { fields: ['summary', 'status/name', 'urgency'] }))
    const [ticket] = simulator.truth(tenant)
    expect(row?.raw).toEqual({ id: ticket?.id, _info: { lastUpdated: updated(ticket as ConnectwiseRecord) }, summary: ticket?.['summary'], status: { name: named(ticket as ConnectwiseRecord, 'status') } })
    expect(pagesOf(simulator)[0]?.['fields']).toBe('id,_info/lastUpdated,summary,status/name,urgency')
  })

  it('of a span were changed in it: its beginning is in, its end is not', async () => {
    await using simulator = await startTenants()
    const instants = simulator.truth(tenant).map(updated).toSorted()
    const [since = '', until = ''] = [instants[30], instants[60]]
    const expected = simulator.truth(tenant).filter((ticket) => updated(ticket) >= since && updated(ticket) < until)
    expect(expected).toHaveLength(30)
    const client = tenantClient(simulator)
    expect(idsOf(await collect(client.rows('tickets', { since, until })))).toEqual(idsOf(expected))
    expect(await client.count('tickets', { since, until })).toBe(30)
  })

  it('of some ids are asked for a hundred at a time', async () => {
    await using simulator = await startTenants({ tickets: 400 })
    const wanted = idsOf(simulator.truth(tenant)).slice(50, 300)
    const client = tenantClient(simulator)
    expect(idsOf(await collect(client.rows('tickets', { ids: [...wanted.toReversed(), wanted[0] ?? 0, 99_999_999] })))).toEqual(wanted)
    expect(await client.count('tickets', { ids: wanted })).toBe(250)
    expect(pagesOf(simulator).map(({ conditions }) => conditions?.split(',').length)).toEqual([100, 100, 51])
  })

  it('are found by any text, however it has to be escaped', async () => {
    await using simulator = await startTenants()
    const client = tenantClient(simulator)
    const truth = simulator.truth(tenant)
    const summaries = [...new Set(truth.map(({ summary }) => String(summary)))]
    expect(summaries.filter((text) => /["\\'%&>]/.test(text)).length).toBeGreaterThan(10)
    for (const summary of summaries) {
      expect(idsOf(await collect(client.rows('tickets', { where: where('summary', '=', summary), fields: ['id'] })))).toEqual(idsOf(truth.filter((ticket) => ticket['summary'] === summary)))
    }
    const injected = where('summary', '=', 'x" or id > 0 or summary = "x')
    expect(await collect(client.rows('tickets', { where: injected }))).toEqual([])
  })

  it('are not asked for by a condition that an address cannot hold', async () => {
    await using simulator = await startTenants()
    const summaries = Array.from({ length: 300 }, (_, at) => `"summary" number ${at}`)
    expect(await failed(collect(tenantClient(simulator).rows('tickets', { where: where('summary', 'in', summaries) })))).toMatchObject({ code: 'V1009', message: expect.stringContaining('Ask in parts') as string })
    expect(simulator.requests.entries).toEqual([])
  })

  it('are found by conditions of all kinds', async () => {
    await using simulator = await startTenants()
    const client = tenantClient(simulator)
    const found = async (condition: Condition | undefined) => idsOf(await collect(client.rows('tickets', { where: condition, fields: ['id'] })))
    const expected = (matches: (ticket: ConnectwiseRecord) => boolean) => idsOf(simulator.truth(tenant).filter(matches))
    const board = (ticket: ConnectwiseRecord) => named(ticket, 'board')
    expect(await found(where('owner/id', '=', null))).toEqual(expected((ticket) => !ticket['owner']))
    expect(await found(allOf(where('closedFlag', '=', false), anyOf(where('board/name', '=', 'Security'), where('board/name', '=', 'Service Desk'))))).toEqual(expected((ticket) => !ticket['closedFlag'] && ['Security', 'Service Desk'].includes(board(ticket) ?? '')))
    expect(await found(noneOf(where('board/name', 'like', 'serv%')))).toEqual(expected((ticket) => board(ticket) !== 'Service Desk'))
    expect(await found(where('budgetHours', '>=', 4.25))).toEqual(expected((ticket) => Number(ticket['budgetHours'] ?? 0) >= 4.25))
    expect(await found(where('closedDate', '<', new Date('2024-06-01T00:00:00Z')))).toEqual(expected((ticket) => typeof ticket['closedDate'] === 'string' && ticket['closedDate'] < '2024-06-01'))
  })
})

describe('a crawl over a life that goes on', () => {
  /** What a crawl gives while, before each page but the first, something happens. */
  async function crawlWhile(happen: (simulator: ConnectwiseSimulator) => void, options: Pick<ConnectwiseSimulatorOptions, 'forwardOnly'> = {}) {
    const simulator = await startTenants({ tickets: 3500, ...options })
    const before = simulator.truth(tenant)
    simulator.beforePage(({ number }) => {
      if (number > 1) happen(simulator)
    })
    const rows = await collect(tenantClient(simulator).rows('tickets'))
    return { simulator, before, rows, [Symbol.asyncDispose]: () => simulator.close() }
  }

  it.each(['known', 'ignored', 'refused'] as const)('loses none and doubles none of the tickets that stay, with forward-only pages %s', async (forwardOnly) => {
    await using crawl = await crawlWhile(
      (simulator) => {
        simulator.change(tenant, 40)
        simulator.touch(tenant, 60)
        simulator.remove(tenant, 30)
        simulator.merge(tenant, 10)
        simulator.create(tenant, 15)
      },
      { forwardOnly },
    )
    const { simulator, before, rows } = crawl
    const after = new Set(idsOf(simulator.truth(tenant)))
    const known = new Set(idsOf(before))
    const read = idsOf(rows)
    expect(new Set(read).size).toBe(read.length)
    expect(read.filter((id) => !known.has(id)).length).toBeGreaterThan(0)
    expect(idsOf(before).filter((id) => after.has(id) && !read.includes(id))).toEqual([])
    expect(after.size).toBeLessThan(before.length)
  })

  it('is read once: that tickets leave what was counted is no reason to read it again', async () => {
    await using crawl = await crawlWhile((simulator) => simulator.change(tenant, 100))
    expect(pagesOf(crawl.simulator)).toHaveLength(4)
  })

  it.each(['ignored', 'refused'] as const)('reads behind the last id by a condition where forward-only pages are %s, and asks for them once', async (forwardOnly) => {
    await using simulator = await startTenants({ tickets: 2500, forwardOnly })
    const client = tenantClient(simulator)
    const ids = idsOf(simulator.truth(tenant))
    expect(idsOf(await collect(client.rows('tickets')))).toEqual(ids)
    expect(await collect(client.ids('tickets'))).toEqual(ids)
    const log = pagesOf(simulator).map(({ page, orderBy, conditions }) => [page, orderBy, conditions])
    const crawl = [0, ids[999], ids[1999]].map((last) => ['1', 'id asc', `id>${last}`])
    expect(log).toEqual([[undefined, undefined, undefined], ...crawl, ...crawl])
  })

  it('tells what is wrong with a request that is refused in both ways', async () => {
    await using simulator = await startTenants()
    expect(await failed(collect(tenantClient(simulator).rows('tickets', { where: where('urgency', '=', 'High') })))).toMatchObject({ code: 'V3010', isRetryable: false, context: { status: 400 } })
  })
})

describe('a limit', () => {
  it('gives so many of the smallest ids, says that there was more, and asks for no more than it needs', async () => {
    await using simulator = await startTenants()
    const cuts: string[] = []
    const rows = await collect(tenantClient(simulator).rows('tickets', { limit: 50, onCut: () => cuts.push('cut') }))
    expect(idsOf(rows)).toEqual(idsOf(simulator.truth(tenant)).slice(0, 50))
    expect(cuts).toEqual(['cut'])
    expect(pagesOf(simulator).map(({ pageSize }) => pageSize)).toEqual(['51'])
  })

  it.each([120, 121, 5000])('of %s is none for 120 tickets', async (limit) => {
    await using simulator = await startTenants()
    const rows = await collect(tenantClient(simulator).rows('tickets', { limit, onCut: () => expect.unreachable('nothing was cut') }))
    expect(rows).toHaveLength(120)
  })

  it('goes on behind the last id, over any number of pages', async () => {
    await using simulator = await startTenants({ tickets: 2600 })
    const client = tenantClient(simulator)
    const read: number[] = []
    for (let isCut = true; isCut; ) {
      isCut = false
      for await (const { id } of client.rows('tickets', { after: read.at(-1), limit: 1100, fields: ['id'], onCut: () => (isCut = true) })) read.push(id)
    }
    expect(read).toEqual(idsOf(simulator.truth(tenant)))
  })

  it('holds for all ids that were named together', async () => {
    await using simulator = await startTenants({ tickets: 300 })
    const ids = idsOf(simulator.truth(tenant))
    let cuts = 0
    expect(idsOf(await collect(tenantClient(simulator).rows('tickets', { ids, limit: 150, onCut: () => cuts++ })))).toEqual(ids.slice(0, 150))
    expect([cuts, pagesOf(simulator).length]).toEqual([1, 2])
  })

  it.each([-1, 1.5, NaN])('of %s is refused', async (limit) => {
    await using simulator = await startTenants()
    expect(await failed(collect(tenantClient(simulator).rows('tickets', { limit })))).toMatchObject({ code: 'V1009' })
  })
})

describe('rows in another order', () => {
  it('come by numbered pages that are all of one size, the last of them too', async () => {
    await using simulator = await startTenants({ tickets: 2500 })
    const expected = simulator.truth(tenant).toSorted((a, b) => (updated(a) < updated(b) ? 1 : updated(a) > updated(b) ? -1 : a.id - b.id))
    const rows = await tenantClient(simulator).orderedRows('tickets', { orderBy: '_info/lastUpdated desc', limit: 1500, fields: ['id'] })
    expect(idsOf(rows)).toEqual(idsOf(expected).slice(0, 1500))
    expect(pagesOf(simulator).map(({ page, pageSize }) => `${page} of ${pageSize}`)).toEqual(['1 of 1000', '2 of 1000', '1 of 1000', '2 of 1000'])
  })

  it('are read again when one moved between two pages, so that none is lost', async () => {
    await using simulator = await startTenants({ tickets: 1500 })
    simulator.beforePage(({ number }) => {
      if (number === 2) simulator.remove(tenant, 20)
    })
    const rows = await tenantClient(simulator).orderedRows('tickets', { orderBy: 'summary asc', fields: ['id'] })
    expect(new Set(idsOf(rows))).toEqual(new Set(idsOf(simulator.truth(tenant))))
    expect(rows).toHaveLength(1480)
  })

  it('are given up when they move in every reading', async () => {
    await using simulator = await startTenants({ tickets: 1500 })
    simulator.beforePage(() => void simulator.touch(tenant, 50))
    expect(await failed(tenantClient(simulator).orderedRows('tickets', { orderBy: '_info/lastUpdated desc' }))).toMatchObject({ code: 'V3010', isRetryable: true, message: expect.stringContaining('moved in each of 4 readings') as string })
  })

  it.each(['', 'id sideways', 'id asc; drop'])('"%s" is no order', async (orderBy) => {
    await using simulator = await startTenants()
    expect(() => tenantClient(simulator).orderedRows('tickets', { orderBy })).toThrow('is no order')
  })
})

describe('other tables', () => {
  it.each(['companies', 'contacts', 'timeEntries', 'boards'] as const)('%s come as the tenant has them', async (resource) => {
    await using simulator = await startTenants()
    const truth = simulator.truth(tenant, resource)
    expect(truth.length).toBeGreaterThan(3)
    expect(await raws(tenantClient(simulator).rows(resource))).toEqual(truth.map((row) => only(row, fieldsOf(resource))))
  })

  it('statuses belong to a board: the same name has another id on each, and one has another name', async () => {
    await using simulator = await startTenants()
    const client = tenantClient(simulator)
    const boards = await collect(client.rows('boards'))
    const statuses = await Promise.all(boards.map(({ id }) => collect(client.statuses(id))))
    expect(statuses.flat().map(({ raw }) => raw).toSorted((a, b) => Number(a['id']) - Number(b['id']))).toEqual(simulator.truth(tenant, 'statuses').map((row) => only(row, fieldsOf('statuses'))))
    const closed = statuses.flat().filter(({ name }) => name === '>Closed')
    expect([closed.length, new Set(closed.map(({ id }) => id)).size]).toEqual([4, 4])
    expect(statuses.flat().filter(({ name }) => name === 'Waiting on Customer')).toHaveLength(1)
    expect(closed.every(({ closedStatus }) => closedStatus === true)).toBe(true)
  })
})

describe('descriptions', () => {
  it('are the earliest detail notes, for a call each, and for no more tickets than the budget has', async () => {
    await using simulator = await startTenants()
    const log = new RecordingLogger()
    const client = tenantClient(simulator, { log })
    const described = await collect(client.described(client.rows('tickets'), { calls: 70 }))
    const expected = simulator.truth(tenant).map(({ id }, at) => {
      if (at >= 70) return [id, undefined]
      const details = (simulator.notes(tenant, id) ?? []).filter((note) => note['detailDescriptionFlag'] === true)
      const first = details.toSorted((a, b) => String(a['dateCreated']).localeCompare(String(b['dateCreated'])))[0]
      return [id, first?.['text'] ?? null]
    })
    expect(described.map(({ id, description }) => [id, description])).toEqual(expected)
    expect(expected.filter(([, text]) => text === null).length).toBeGreaterThan(5)
    expect(simulator.requests.entries.filter(({ path }) => path.includes('/notes'))).toHaveLength(70)
    expect(log.lines.filter(({ level }) => level === 'info').map(({ fields }) => fields)).toEqual([expect.objectContaining({ asked: 70, left: 50 })])
  })

  it('go by the date of a note, not by its id', async () => {
    await using simulator = await startTenants({ tickets: 300 })
    const swapped = simulator.truth(tenant).filter(({ id }) => {
      const details = (simulator.notes(tenant, id) ?? []).filter((note) => note['detailDescriptionFlag'] === true)
      return details.length > 1 && String(details[0]?.['dateCreated']) > String(details[1]?.['dateCreated'])
    })
    const client = tenantClient(simulator)
    const described = await collect(client.described(client.rows('tickets', { ids: idsOf(swapped) }), { calls: 100 }))
    expect(described.length).toBeGreaterThan(3)
    for (const { id, description } of described) expect(description).not.toBe(simulator.notes(tenant, id)?.find((note) => note['detailDescriptionFlag'] === true)?.['text'])
  })

  it('of a ticket that was deleted in the meantime are none', async () => {
    await using simulator = await startTenants()
    const client = tenantClient(simulator)
    const tickets = await collect(client.rows('tickets', { limit: 1 }))
    simulator.remove(tenant, 120)
    const described = await collect(client.described((async function* () { yield* tickets })(), { calls: 1 }))
    expect(described.map(({ description }) => description)).toEqual([null])
  })
})

describe('ids', () => {
  it('tell what was deleted', async () => {
    await using simulator = await startTenants({ tickets: 1500 })
    const client = tenantClient(simulator)
    const known = await collect(client.ids('tickets'))
    expect(known).toEqual(idsOf(simulator.truth(tenant)))
    const removed = simulator.remove(tenant, 25)
    const left = new Set(await collect(client.ids('tickets')))
    expect(known.filter((id) => !left.has(id))).toEqual(removed)
    expect(new Set(pagesOf(simulator).map(({ fields }) => fields))).toEqual(new Set(['id,_info/lastUpdated']))
  })

  it('have those of rows that cannot be read, for these were not deleted', async () => {
    await using simulator = await startTenants()
    const [ticket] = simulator.truth(tenant)
    simulator.edit(tenant, ticket?.id ?? 0, { summary: 5 })
    const client = tenantClient(simulator, { onInvalid: () => undefined })
    expect(await collect(client.ids('tickets'))).toEqual(idsOf(simulator.truth(tenant)))
    expect(await collect(client.rows('tickets'))).toHaveLength(119)
  })
})

describe('a row that does not fit', () => {
  it('ends the crawl, with its place and what is there', async () => {
    await using simulator = await startTenants()
    const [, ticket] = simulator.truth(tenant)
    simulator.edit(tenant, ticket?.id ?? 0, { requiredDate: 'next week' })
    expect(await failed(collect(tenantClient(simulator).rows('tickets')))).toMatchObject({ code: 'V3010', message: expect.stringContaining(`tickets ${ticket?.id} does not fit: requiredDate: is no instant (there is "next week")`) as string })
  })

  it('is left out and told, where somebody wants to know', async () => {
    await using simulator = await startTenants()
    const [, ticket] = simulator.truth(tenant)
    simulator.edit(tenant, ticket?.id ?? 0, { approved: 'maybe' })
    const told: unknown[] = []
    const rows = await collect(tenantClient(simulator, { onInvalid: ({ resource, id, problem }) => told.push([resource, id, problem.split(':')[0]]) }).rows('tickets'))
    expect([rows.length, told]).toEqual([119, [['tickets', ticket?.id, 'approved']]])
  })

  it('that has every digit of its hours keeps them', async () => {
    await using source = await startAnswering(({ path }) => (path.endsWith('/count') ? ok({ count: 1 }) : { status: 200, body: '[{"id":1,"budgetHours":0.1234567890123456789,"_info":{"lastUpdated":"2025-03-01T00:00:00Z"}}]' }))
    expect((await collect(clientOfUrl(source).rows('tickets')))[0]?.budgetHours).toBe('0.1234567890123456789')
  })
})

/** A client of a source that a test makes up. */
function clientOfUrl({ url, clock }: { readonly url: string; readonly clock: ConnectwiseSimulator['clock'] }, log?: RecordingLogger): ConnectwiseClient {
  return new ConnectwiseClient({ tenant, url, company: 'a', publicKey: 'b', privateKey: 'c', clientId: 'd' }, { clock, log, random: () => 0.5 })
}

describe('what came is held against what the source counts', () => {
  const rows = [1, 2, 3].map((id) => ({ id, _info: { lastUpdated: '2025-03-01T00:00:00Z' } }))
  /** A source that counts three rows, and leaves out the second in its first readings. */
  const losing = (readings: number) => {
    let asked = 0
    return ({ path }: SimulatedRequest) => ok(path.endsWith('/count') ? { count: 3 } : asked++ < readings ? rows.filter(({ id }) => id !== 2) : rows)
  }

  it('and what was missing is found in another reading, and given out then', async () => {
    await using source = await startAnswering(losing(2))
    const log = new RecordingLogger()
    expect(idsOf(await collect(clientOfUrl(source, log).rows('tickets')))).toEqual([1, 3, 2])
    expect(log.lines.filter(({ level }) => level === 'warn').map(({ fields }) => fields)).toEqual([expect.objectContaining({ counted: 3, arrived: 2 }), expect.objectContaining({ counted: 3, arrived: 2 })])
  })

  it('and the crawl fails when it stays missing', async () => {
    await using source = await startAnswering(losing(3))
    expect(await failed(collect(clientOfUrl(source).rows('tickets')))).toMatchObject({ code: 'V3010', isRetryable: true, message: expect.stringContaining('of 3 tickets that the source counts, 2 came, in 3 readings') as string })
  })

  it('also for ids: a sweep that is not whole must not close anything', async () => {
    await using source = await startAnswering(losing(3))
    expect(await failed(collect(clientOfUrl(source).ids('tickets')))).toMatchObject({ code: 'V3010', isRetryable: true })
  })
})

describe('a source that does not do what it should', () => {
  const row = (id: number, lastUpdated = '2025-03-01T00:00:00Z') => ({ id, _info: { lastUpdated } })

  it('is refused when it gives the same page again', async () => {
    await using source = await startAnswering(({ path }) => ok(path.endsWith('/count') ? { count: 9 } : Array.from({ length: 1000 }, (_, at) => row(at + 1))))
    expect(await failed(collect(clientOfUrl(source).rows('tickets')))).toMatchObject({ code: 'V3010', message: expect.stringContaining('behind tickets 1000 came 1. The source does not page by id') as string })
  })

  it('is refused when it accepts a condition and does not heed it', async () => {
    await using source = await startAnswering(({ path }) => ok(path.endsWith('/count') ? { count: 1 } : [row(1, '2024-01-01T00:00:00Z')]))
    expect(await failed(collect(clientOfUrl(source).rows('tickets', { since: '2025-03-01T00:00:00Z' })))).toMatchObject({ code: 'V3010', message: expect.stringContaining('accepted and not heeded') as string })
  })

  it('is asked in the order of ids when its own order is another', async () => {
    const all = [3, 1, 2].map((id) => row(id))
    await using source = await startAnswering(({ path, query }) => ok(path.endsWith('/count') ? { count: 3 } : query.get('orderBy') === 'id asc' ? all.toSorted((a, b) => a.id - b.id) : all))
    expect(idsOf(await collect(clientOfUrl(source).rows('tickets')))).toEqual([1, 2, 3])
  })

  it('is asked on when the link of a full page got lost', async () => {
    const all = Array.from({ length: 1300 }, (_, at) => row(at + 1))
    await using source = await startAnswering(({ path, query }) => ok(path.endsWith('/count') ? { count: 1300 } : all.filter(({ id }) => id > Number(query.get('pageId') ?? 0)).slice(0, 1000)))
    expect(idsOf(await collect(clientOfUrl(source).rows('tickets')))).toEqual(idsOf(all))
  })

  it('is refused when it answers something else than a list', async () => {
    await using source = await startAnswering(() => ok({ items: [] }))
    expect(await failed(collect(clientOfUrl(source).rows('tickets')))).toMatchObject({ code: 'V3010', message: expect.stringContaining('answered something else than expected') as string })
  })
})

describe('every request', () => {
  it('says which integration asks, for which company, and in which version of the API', async () => {
    const headers: SimulatedRequest['headers'][] = []
    await using source = await startAnswering((request) => {
      headers.push(request.headers)
      return ok({ count: 0 })
    })
    const settings = { tenant, url: source.url, company: 'a', publicKey: 'b', privateKey: 'c', clientId: 'd' }
    await new ConnectwiseClient({ ...settings, version: '2025.16' }, { clock: source.clock }).count('tickets')
    await new ConnectwiseClient(settings, { clock: source.clock }).count('tickets')
    const told = headers.map(({ authorization = '', clientid, accept }) => [Buffer.from(authorization.replace('Basic ', ''), 'base64').toString(), clientid, accept])
    expect(told).toEqual([
      ['a+b:c', 'd', 'application/vnd.connectwise.com+json; version=2025.16'],
      ['a+b:c', 'd', 'application/json'],
    ])
  })
})

describe('the time of the source', () => {
  it('is its own, to the second', async () => {
    await using simulator = await startTenants()
    simulator.advanceTo('2025-03-11T07:30:01.900Z')
    expect(await tenantClient(simulator).serverTime()).toBe('2025-03-11T07:30:01Z')
  })
})
