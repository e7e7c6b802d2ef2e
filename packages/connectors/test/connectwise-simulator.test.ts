import { describe, expect, it } from 'vitest'
import { connectwiseTenants } from '../src/connectwise/connectwise-settings.js'
import { reveal } from '../src/http/secret-text.js'
import type { ConnectwiseRecord } from '../src/simulator/connectwise/connectwise-records.js'
import { startConnectwiseSimulator, type ConnectwiseSimulator } from '../src/simulator/connectwise/start-connectwise-simulator.js'
import { startTenants } from './tenants.ts'

const tenant = 'sitetechnology'
const idsOf = (rows: readonly { readonly id: number }[]) => rows.map(({ id }) => id)

/** The API as a program sees it that has nothing but fetch. */
class Caller {
  readonly #headers: Record<string, string>

  constructor(
    readonly simulator: ConnectwiseSimulator,
    name = tenant,
  ) {
    const settings = connectwiseTenants(simulator.environment).find((one) => one.tenant === name)
    if (!settings) throw new Error(`no settings for ${name}`)
    const { company, publicKey, privateKey, clientId } = settings
    this.#headers = { authorization: `Basic ${Buffer.from(`${company}+${reveal(publicKey)}:${reveal(privateKey)}`).toString('base64')}`, clientId: reveal(clientId) }
  }

  ask(path: string, { headers = {}, ...init }: { readonly method?: string; readonly body?: string; readonly headers?: Record<string, string> } = {}): Promise<Response> {
    const address = path.startsWith('http') ? path : `${this.simulator.environment['CONNECTWISE_URL']}${path}`
    return fetch(address, { ...init, headers: { ...this.#headers, ...headers } })
  }

  async rows(path: string, headers: Record<string, string> = {}): Promise<ConnectwiseRecord[]> {
    const response = await this.ask(path, { headers })
    if (response.status !== 200) throw new Error(`${path} answered ${response.status}: ${await response.text()}`)
    return (await response.json()) as ConnectwiseRecord[]
  }

  /** Status and body of what was refused. */
  async problem(path: string, init?: Parameters<Caller['ask']>[1]): Promise<[number, unknown]> {
    const response = await this.ask(path, init)
    return [response.status, await response.json()]
  }
}

/** What each link of an answer names: the parameter by which pages are told apart. */
function linksOf(response: Response): Record<string, string> {
  return Object.fromEntries([...(response.headers.get('link') ?? '').matchAll(/<([^>]+)>; rel="(\w+)"/g)].map(([, address = '', rel = '']) => [rel, address]))
}

const forwardOnly = { 'pagination-type': 'forward-only' }

describe('the simulated source', () => {
  it('answers twenty-five rows unless asked, at most a thousand, in the order of their ids', async () => {
    await using simulator = await startTenants({ tickets: 1200 })
    const caller = new Caller(simulator)
    const ids = idsOf(simulator.truth(tenant))
    expect(idsOf(await caller.rows('/service/tickets'))).toEqual(ids.slice(0, 25))
    expect(idsOf(await caller.rows('/service/tickets?pageSize=1000&page=2'))).toEqual(ids.slice(1000))
    expect(await caller.rows('/service/tickets?pageSize=1000&page=9')).toEqual([])
  })

  it('turns numbered pages by links that say all there is to say', async () => {
    await using simulator = await startTenants({ tickets: 120 })
    const caller = new Caller(simulator)
    const base = `${simulator.environment['CONNECTWISE_URL']}/service/tickets`
    const asked = '?pageSize=50&conditions=id+%3E+0+and+summary+%21%3D+%22a%26b%22&orderBy=id+desc'
    const pages = [asked, `${asked}&page=2`, `${asked}&page=3`]
    const links = await Promise.all(pages.map(async (page) => linksOf(await caller.ask(`/service/tickets${page}`))))
    expect(links).toEqual([
      { next: `${base}${asked}&page=2`, last: `${base}${asked}&page=3` },
      { first: `${base}${asked}&page=1`, prev: `${base}${asked}&page=1`, next: `${base}${asked}&page=3`, last: `${base}${asked}&page=3` },
      { first: `${base}${asked}&page=1`, prev: `${base}${asked}&page=2` },
    ])
    expect(idsOf(await caller.rows(links[0]?.['last'] ?? ''))).toEqual(idsOf(simulator.truth(tenant)).slice(0, 20).toReversed())
  })

  it('turns forward-only pages by the last id, without telling how many there are', async () => {
    await using simulator = await startTenants({ tickets: 120 })
    const caller = new Caller(simulator)
    const read: number[] = []
    const rels: string[][] = []
    for (let address = '/service/tickets?pageSize=50'; address !== ''; ) {
      const response = await caller.ask(address, { headers: forwardOnly })
      read.push(...idsOf((await response.json()) as ConnectwiseRecord[]))
      const links = linksOf(response)
      rels.push(Object.keys(links))
      address = links['next'] ?? ''
      if (address !== '') expect(new URL(address).searchParams.get('pageId')).toBe(String(read.at(-1)))
    }
    expect(read).toEqual(idsOf(simulator.truth(tenant)))
    expect(rels).toEqual([['next'], ['next'], []])
  })

  it('shifts numbered pages when rows go, and never forward-only ones', async () => {
    await using simulator = await startTenants({ tickets: 300 })
    const caller = new Caller(simulator)
    const before = idsOf(simulator.truth(tenant))
    const numbered = idsOf(await caller.rows('/service/tickets?pageSize=150'))
    const forward = await caller.ask('/service/tickets?pageSize=150', { headers: forwardOnly })
    simulator.remove(tenant, 40)
    const left = new Set(idsOf(simulator.truth(tenant)))
    numbered.push(...idsOf(await caller.rows('/service/tickets?pageSize=150&page=2')))
    const behind = await caller.rows(linksOf(forward)['next'] ?? '', forwardOnly)
    const keyset = [...idsOf((await forward.json()) as ConnectwiseRecord[]), ...idsOf(behind)]
    const lost = (read: readonly number[]) => before.filter((id) => left.has(id) && !read.includes(id))
    expect(lost(numbered).length).toBeGreaterThan(5)
    expect(lost(keyset)).toEqual([])
  })

  it('heeds no forward-only, or refuses it, where it is told to', async () => {
    await using refusing = await startTenants({ forwardOnly: 'refused' })
    expect((await new Caller(refusing).ask('/service/tickets', { headers: forwardOnly })).status).toBe(400)
    await using simulator = await startTenants({ forwardOnly: 'ignored' })
    const links = linksOf(await new Caller(simulator).ask('/service/tickets?pageSize=50', { headers: forwardOnly }))
    expect(new URL(links['next'] ?? '').searchParams.get('page')).toBe('2')
  })

  it('counts, with conditions and without', async () => {
    await using simulator = await startTenants()
    const caller = new Caller(simulator)
    const count = async (path: string) => (await caller.ask(path)).json()
    expect(await count('/service/tickets/count')).toEqual({ count: 120 })
    expect(await count(`/service/tickets/count?conditions=${encodeURIComponent('closedFlag = true')}`)).toEqual({ count: simulator.truth(tenant).filter(({ closedFlag }) => closedFlag).length })
    const [board] = simulator.truth(tenant, 'boards')
    expect(await count(`/service/boards/${board?.id}/statuses/count`)).toEqual({ count: 7 })
  })

  it('shows the fields that were named, in the objects that they lie in', async () => {
    await using simulator = await startTenants()
    const [row] = await new Caller(simulator).rows('/service/tickets?fields=status/name,_info/lastUpdated,status/Sort,status/sort,nothing')
    const ticket = simulator.truth(tenant)[0] as unknown as { status: { name: string; Sort: number }; _info: { lastUpdated: string } }
    expect(row).toEqual({ status: { name: ticket.status.name, Sort: ticket.status.Sort }, _info: { lastUpdated: ticket._info.lastUpdated } })
  })

  it('searches with conditions that an address would not hold', async () => {
    await using simulator = await startTenants()
    const wanted = idsOf(simulator.truth(tenant)).slice(10, 100)
    const response = await new Caller(simulator).ask('/service/tickets/search?pageSize=200', { method: 'POST', body: JSON.stringify({ conditions: `id in (${wanted.join(', ')})` }) })
    expect([response.status, idsOf((await response.json()) as ConnectwiseRecord[])]).toEqual([200, wanted])
  })

  it('has each row at an address of its own, and leaves out what is null', async () => {
    await using simulator = await startTenants()
    const caller = new Caller(simulator)
    const bare = simulator.truth(tenant).find((ticket) => !('owner' in ticket))
    const text = await (await caller.ask(`/service/tickets/${bare?.id}`)).text()
    expect(JSON.parse(text)).toEqual(bare)
    expect(text).not.toMatch(/"owner"|null/)
    expect(await caller.rows(`/service/tickets/${bare?.id}/notes`)).toEqual(simulator.notes(tenant, bare?.id ?? 0))
  })

  it('names the version and the request in its headers', async () => {
    await using simulator = await startTenants()
    const { headers } = await new Caller(simulator).ask('/service/boards')
    expect([headers.get('api-current-version'), headers.get('x-cw-request-id'), headers.get('date')]).toEqual(['2025.16', 'simulated-1', 'Mon, 10 Mar 2025 00:00:00 GMT'])
  })
})

describe('what it refuses', () => {
  const invalid = (message: string, field: string) => ({ code: 'InvalidObject', message: 'The request is invalid', errors: [{ code: 'InvalidField', message, resource: 'request', field }] })

  it.each([
    ['pageSize=1001', 'pageSize: 1001 is not between 1 and 1000', 'pageSize'],
    ['pageSize=many', 'pageSize: "many" is no whole number', 'pageSize'],
    ['page=0', 'page: the first is 1', 'page'],
    ['orderBy=id sideways', 'orderBy: "id sideways" is no order', 'orderBy'],
    ['conditions=status/name="Open', 'conditions: not understood at position 12', 'conditions'],
    ['conditions=urgency="High"', 'conditions: there is no urgency', 'conditions'],
    ['conditions=id = "seven"', 'conditions: id cannot be compared with this value', 'conditions'],
    ['conditions=_info/lastUpdated > [yesterday]', 'conditions: [yesterday] is no date', 'conditions'],
  ])('%s is answered with 400', async (query, message, field) => {
    await using simulator = await startTenants()
    expect(await new Caller(simulator).problem(`/service/tickets?${query}`)).toEqual([400, invalid(message, field)])
  })

  it('is another order of forward-only pages', async () => {
    await using simulator = await startTenants()
    const caller = new Caller(simulator)
    const problem = [400, invalid('orderBy: forward-only paging has its own order', 'orderBy')]
    expect(await caller.problem('/service/tickets?orderBy=_info/lastUpdated', { headers: forwardOnly })).toEqual(problem)
    expect(await caller.problem('/service/tickets?orderBy=id desc', { headers: forwardOnly })).toEqual(problem)
    expect((await caller.ask('/service/tickets?orderBy=id asc', { headers: forwardOnly })).status).toBe(200)
  })

  it.each(['/service/ticket', '/service/tickets/1', '/service/tickets/1/notes', '/service/boards/1/statuses', '/company/configurations', '/company/companies/search'])('%s is not found', async (path) => {
    await using simulator = await startTenants()
    expect(await new Caller(simulator).problem(path)).toEqual([404, { code: 'NotFound', message: expect.any(String) as string, errors: [] }])
  })

  it('is writing, and a search without conditions', async () => {
    await using simulator = await startTenants()
    const caller = new Caller(simulator)
    expect(await caller.problem('/service/tickets', { method: 'POST', body: '{}' })).toMatchObject([405, { code: 'MethodNotAllowed' }])
    expect(await caller.problem('/service/tickets/search', { method: 'POST', body: 'id > 0' })).toMatchObject([400, { code: 'InvalidObject' }])
  })

  it('is whoever has not all of the credentials of one tenant, in words or as if there were nothing', async () => {
    await using simulator = await startTenants({ tenants: [tenant, 'northpier'] })
    const other = connectwiseTenants(simulator.environment)[1]
    const problem = [401, { code: 'Unauthorized', message: 'The credentials are not valid', errors: [] }]
    expect(await new Caller(simulator).problem('/service/tickets', { headers: { clientId: reveal(other?.clientId ?? '') } })).toEqual(problem)
    expect(await new Caller(simulator).problem('/service/tickets', { headers: { authorization: 'Basic bm9ib2R5' } })).toEqual(problem)
    await using hiding = await startTenants({ hidesUnauthorized: true })
    expect(await new Caller(hiding).problem('/service/tickets', { headers: { authorization: 'Basic bm9ib2R5' } })).toMatchObject([404, { code: 'NotFound' }])
  })

  it('is more than the budget of a tenant, for as long as it says, and of that tenant alone', async () => {
    await using simulator = await startTenants({ tenants: [tenant, 'northpier'], quotaPerMinute: 3 })
    const callers = [new Caller(simulator), new Caller(simulator, 'northpier')]
    const statuses = async (at: number) => (await callers[at]?.ask('/service/boards'))?.status
    expect([await statuses(0), await statuses(0), await statuses(0)]).toEqual([200, 200, 200])
    const refused = await callers[0]?.ask('/service/boards')
    expect([refused?.status, refused?.headers.get('retry-after'), await statuses(1)]).toEqual([429, '60', 200])
    simulator.advanceTo('2025-03-10T00:01:00Z')
    expect(await statuses(0)).toBe(200)
    expect([simulator.requests.maxPerMinute(tenant), simulator.requests.maxPerMinute('northpier')]).toEqual([4, 1])
  })
})

describe('the life of a tenant', () => {
  const world = (simulator: ConnectwiseSimulator) => (['tickets', 'companies', 'contacts', 'timeEntries', 'boards', 'statuses'] as const).map((table) => simulator.truth(tenant, table))
  const withoutInfo = (ticket: ConnectwiseRecord) => ({ ...ticket, _info: undefined })
  const stampOf = (ticket: ConnectwiseRecord | undefined) => (ticket?.['_info'] as { readonly lastUpdated: string } | undefined)?.lastUpdated
  const at = '2025-03-10T00:00:00Z'

  it('is the same from the same seed, whether its time moves in one step or in many', async () => {
    await using first = await startTenants({ tickets: 500 })
    await using second = await startTenants({ tickets: 500 })
    await using other = await startTenants({ tickets: 500, seed: 'other' })
    expect(world(second)).toEqual(world(first))
    first.advanceTo('2025-04-10T00:00:00Z')
    for (let day = 11; day <= 31; day++) second.advanceTo(`2025-03-${day}T13:00:00Z`)
    second.advanceTo('2025-04-10T00:00:00Z')
    expect(world(second)).toEqual(world(first))
    expect(world(other)).not.toEqual(world(first))
    expect(() => first.advanceTo('2025-04-09T00:00:00Z')).toThrow('cannot go back')
  })

  it('enters, changes, touches, merges and deletes tickets, and each change is later than what was there', async () => {
    await using simulator = await startTenants({ tickets: 500 })
    const before = new Map(simulator.truth(tenant).map((ticket) => [ticket.id, ticket]))
    simulator.advanceTo('2025-04-10T00:00:00Z')
    const after = new Map(simulator.truth(tenant).map((ticket) => [ticket.id, ticket]))
    const moved = [...after.values()].filter((ticket) => before.has(ticket.id) && stampOf(before.get(ticket.id)) !== stampOf(ticket))
    const isChanged = (ticket: ConnectwiseRecord) => JSON.stringify(withoutInfo(ticket)) !== JSON.stringify(withoutInfo(before.get(ticket.id) ?? ticket))
    const counts = {
      entered: [...after.keys()].filter((id) => !before.has(id)).length,
      changed: moved.filter(isChanged).length,
      touched: moved.filter((ticket) => !isChanged(ticket)).length,
      merged: moved.filter((ticket) => 'mergedParentTicket' in ticket).length,
      deleted: [...before.keys()].filter((id) => !after.has(id)).length,
    }
    for (const [what, count] of Object.entries(counts)) expect([what, count > 5]).toEqual([what, true])
    for (const ticket of moved) expect((stampOf(ticket) ?? '') > at && (stampOf(ticket) ?? '') <= '2025-04-10').toBe(true)
    expect(Math.min(...[...after.keys()].filter((id) => !before.has(id)))).toBeGreaterThan(Math.max(...before.keys()))
    expect(after).toEqual(new Map([...before, ...after].filter(([id]) => after.has(id))))
  })

  it('changes as many tickets as asked for, each in a value and in none else', async () => {
    await using simulator = await startTenants({ tickets: 500 })
    const before = simulator.truth(tenant)
    const changed = simulator.change(tenant, 200)
    expect(changed).toHaveLength(200)
    const after = simulator.truth(tenant)
    const differing = after.filter((ticket, place) => JSON.stringify(withoutInfo(ticket)) !== JSON.stringify(withoutInfo(before[place] ?? ticket)))
    expect(idsOf(differing)).toEqual(changed)
    expect(new Set(differing.map(stampOf))).toEqual(new Set([at]))
    expect(idsOf(after.filter((ticket, place) => stampOf(ticket) !== stampOf(before[place])))).toEqual(changed)
  })

  it('touches tickets so that nothing but who and when differs, and a second goes by', async () => {
    await using simulator = await startTenants()
    const before = simulator.truth(tenant)
    const touched = simulator.touch(tenant, 50)
    const after = simulator.truth(tenant)
    expect(after.map(withoutInfo)).toEqual(before.map(withoutInfo))
    expect(idsOf(after.filter((ticket, place) => stampOf(ticket) !== stampOf(before[place])))).toEqual(touched)
    expect([touched.length, new Date(simulator.clock.now()).toISOString()]).toEqual([50, '2025-03-10T00:00:01.000Z'])
  })

  it('merges tickets: one is closed and points to the other, which stays as it is but for a flag', async () => {
    await using simulator = await startTenants()
    const before = new Map(simulator.truth(tenant).map((ticket) => [ticket.id, ticket]))
    const [merged] = simulator.merge(tenant, 1)
    const after = new Map(simulator.truth(tenant).map((ticket) => [ticket.id, ticket]))
    expect(after.get(merged?.ticket ?? 0)).toMatchObject({ closedFlag: true, closedDate: at, status: { name: '>Closed' }, mergedParentTicket: { id: merged?.into } })
    expect({ ...after.get(merged?.into ?? 0), _info: undefined }).toEqual({ ...before.get(merged?.into ?? 0), hasMergedChildTicketFlag: true, _info: undefined })
    expect(after.size).toBe(120)
  })

  it('enters and deletes tickets, edits any row, and leaves the other tenants alone', async () => {
    await using simulator = await startTenants({ tenants: [tenant, 'northpier'] })
    const other = simulator.truth('northpier')
    const created = simulator.create(tenant, 3)
    const removed = simulator.remove(tenant, 4)
    const [company] = simulator.truth(tenant, 'companies')
    simulator.edit(tenant, company?.id ?? 0, { name: 'Renamed', city: undefined }, 'companies')
    const after = simulator.truth(tenant)
    expect(idsOf(after).slice(-3).every((id) => created.includes(id) || removed.some((gone) => created.includes(gone)))).toBe(true)
    expect([after.length, after.filter(({ id }) => removed.includes(id))]).toEqual([119, []])
    expect(simulator.truth(tenant, 'companies')[0]).toMatchObject({ name: 'Renamed' })
    expect(simulator.truth(tenant, 'companies')[0]).not.toHaveProperty('city')
    expect(simulator.truth('northpier')).toEqual(other)
    expect(() => simulator.truth('nobody')).toThrow('There is no simulated tenant "nobody"')
    expect(() => simulator.edit(tenant, 99_999_999, {})).toThrow('There are no tickets with the id 99999999')
  })

  it('goes on by the clock of the machine where no other is given', async () => {
    await using simulator = await startConnectwiseSimulator({ seed: 'x', tickets: 10, start: '2025-06-01T00:00:00Z' })
    const { headers } = await new Caller(simulator).ask('/service/boards')
    expect(new Date(headers.get('date') ?? '').toISOString().slice(0, 16)).toBe('2025-06-01T00:00')
  })
})
