import { describe, expect, it } from 'vitest'
import { readFaultScript } from '../src/simulator/fault-script.js'
import type { TracktikSimulator } from '../src/simulator/tracktik/start-tracktik-simulator.js'
import { startPortal } from './portal.ts'

interface Page {
  readonly meta: { readonly count: number; readonly itemCount: number; readonly limit: number; readonly offset: number }
  readonly data: readonly Readonly<Record<string, unknown>>[]
}

/** The API as a program sees it that has nothing but fetch. */
class Caller {
  #token: string | undefined

  constructor(readonly simulator: TracktikSimulator) {}

  async login(fields: Record<string, string> = {}): Promise<Response> {
    const { TRACKTIK_CLIENT_ID = '', TRACKTIK_CLIENT_SECRET = '', TRACKTIK_USERNAME = '', TRACKTIK_PASSWORD = '' } = this.simulator.environment
    const form = { grant_type: 'password', client_id: TRACKTIK_CLIENT_ID, client_secret: TRACKTIK_CLIENT_SECRET, username: TRACKTIK_USERNAME, password: TRACKTIK_PASSWORD, ...fields }
    return fetch(`${this.simulator.url}/rest/oauth2/access_token`, { method: 'POST', body: new URLSearchParams(form) })
  }

  async get(path: string, headers: Record<string, string> = {}): Promise<Response> {
    this.#token ??= ((await (await this.login()).json()) as { access_token: string }).access_token
    return fetch(`${this.simulator.url}/rest/v1${path}`, { headers: { authorization: `Bearer ${this.#token}`, ...headers } })
  }

  async page(path: string, headers?: Record<string, string>): Promise<Page> {
    const response = await this.get(path, headers)
    if (response.status !== 200) throw new Error(`${path} answered ${response.status}: ${await response.text()}`)
    return (await response.json()) as Page
  }

  async problem(path: string): Promise<[number, string]> {
    const response = await this.get(path)
    const { status, error } = (await response.json()) as { status: number; error: string }
    return [status === response.status ? status : NaN, error]
  }
}

const week = 'startsOn:between=2025-03-03T00:00:00Z|2025-03-10T00:00:00Z'

describe('the simulated portal', () => {
  it('has an envelope with the count of all and of this page', async () => {
    await using simulator = await startPortal()
    const { meta, data } = await new Caller(simulator).page(`/shifts?${week}&limit=10&offset=20`)
    expect(meta).toMatchObject({ itemCount: 10, limit: 10, offset: 20, resource: 'shifts', request: ['shifts'], debug: null })
    expect(meta.count).toBeGreaterThan(50)
    expect(data).toHaveLength(10)
  })

  it('answers a hundred rows unless asked, and never more than a thousand', async () => {
    await using simulator = await startPortal({ scale: { employees: 1200, shiftsPerDay: 1 } })
    const caller = new Caller(simulator)
    expect((await caller.page('/employees')).meta).toMatchObject({ itemCount: 100, limit: 100 })
    expect((await caller.page('/employees?limit=5000')).meta).toMatchObject({ itemCount: 1000, limit: 1000 })
  })

  it.each([
    ['/employees?page=2', 400, 'page is not a field in employees'],
    ['/shifts', 400, 'At least one property filter or scope is required'],
    ['/shifts?limit=5&includeInactive=true', 400, 'At least one property filter or scope is required'],
    ['/shifts?startsOn:between=2025-01-01|2025-02-02', 400, 'The range of between must not be longer than 1 month'],
    [`/shifts?id:in=${Array.from({ length: 101 }, (_, at) => at).join(',')}`, 400, 'No more than 100 values are allowed for in'],
    [`/employees?id:in=${Array.from({ length: 101 }, (_, at) => at).join(',')}`, 400, 'No more than 100 values are allowed for in'],
    [`/shifts?${week}&sort=id`, 400, 'Sorting of shifts is not supported'],
    [`/shifts?${week}&include=employee,position`, 400, 'employee cannot be included in shifts'],
    [`/shifts?${week}&account.id:in=1`, 400, 'Filtering shifts by account.id is not supported'],
    ['/employees?limit=many', 400, 'limit is not a number: many'],
    ['/employees?id:like=1', 400, 'like is not an operator'],
    ['/sites', 404, 'There is no /rest/v1/sites'],
    ['/timesheets', 404, 'There is no /rest/v1/timesheets'],
    ['/shifts/1', 404, 'There is no shifts 1'],
  ])('refuses %s', async (path, status, message) => {
    await using simulator = await startPortal()
    expect(await new Caller(simulator).problem(path)).toEqual([status, message])
  })

  it('takes a span of one month, both ends included', async () => {
    await using simulator = await startPortal()
    const caller = new Caller(simulator)
    await caller.page('/shifts?startsOn:between=2025-01-01|2025-02-01')
    const [{ startsOn } = { startsOn: '' }] = (await caller.page(`/shifts?${week}&limit=1`)).data
    expect((await caller.page(`/shifts?startsOn:between=${encodeURIComponent(`${String(startsOn)}|${String(startsOn)}`)}`)).meta.count).toBeGreaterThan(0)
  })

  it('accepts gte on shifts, and does not heed it', async () => {
    await using simulator = await startPortal()
    const caller = new Caller(simulator)
    const all = simulator.truth().shifts.length
    expect((await caller.page('/shifts?startDateTime:gte=2030-01-01')).meta.count).toBe(all)
    expect((await caller.page('/employees?id:gte=4110&includeInactive=true')).meta.count).toBe(simulator.truth().employees.filter(({ id }) => id >= 4110).length)
  })

  it('hides inactive rows unless they are asked for', async () => {
    await using simulator = await startPortal({ scale: { employees: 150, shiftsPerDay: 2 } })
    simulator.advanceTo('2025-04-09T00:00:00Z')
    const caller = new Caller(simulator)
    for (const resource of ['employees', 'clients', 'positions']) {
      const shown = await caller.page(`/${resource}?limit=1000`)
      const all = await caller.page(`/${resource}?limit=1000&includeInactive=true`)
      expect(all.meta.count).toBeGreaterThan(shown.meta.count)
      expect(new Set(shown.data.map(({ status }) => status))).toEqual(new Set(['ACTIVE']))
    }
  })

  it('leaves out what is on demand, and shows relations as ids, unless they are asked for', async () => {
    await using simulator = await startPortal()
    const caller = new Caller(simulator)
    const [shift = {}] = (await caller.page(`/shifts?${week}&limit=1`)).data
    const [full = {}] = (await caller.page(`/shifts?${week}&limit=1&include=clockedHours,summary`)).data
    expect(Object.keys(shift)).not.toContain('clockedHours')
    expect(Object.keys(full)).toEqual(expect.arrayContaining(['clockedHours', 'summary']))
    const [employee = {}] = (await caller.page('/employees?limit=1')).data
    const [included = {}] = (await caller.page('/employees?limit=1&include=region,employmentProfile')).data
    expect(employee['region']).toEqual(expect.any(Number))
    expect(included['region']).toMatchObject({ id: employee['region'], resourceType: 'regions' })
    expect([employee['employmentProfile'], included['employmentProfile']]).toEqual([undefined, expect.objectContaining({ employeeType: 'EMPLOYEE' })])
  })

  it('shows the named fields alone, under other names and out of relations', async () => {
    await using simulator = await startPortal()
    const [employee = {}] = (await new Caller(simulator).page('/employees?limit=1&fields=id,firstName:FIRST,region.name')).data
    expect(Object.keys(employee)).toEqual(['id', 'FIRST', 'region.name'])
    expect(employee['region.name']).toEqual(expect.any(String))
  })

  it('filters, sorts and searches', async () => {
    await using simulator = await startPortal({ scale: { employees: 80, shiftsPerDay: 2 } })
    const caller = new Caller(simulator)
    const latest = simulator.truth().employees.map(({ history }) => history.at(-1)?.values ?? {})
    const count = async (query: string) => (await caller.page(`/employees?limit=1000&includeInactive=true&${query}`)).meta.count
    const expected = (test: (row: Record<string, unknown>) => boolean) => latest.filter(test).length
    expect(await count('firstName=Avery')).toBe(expected(({ firstName }) => firstName === 'Avery'))
    expect(await count('firstName:not=Avery')).toBe(expected(({ firstName }) => firstName !== 'Avery'))
    expect(await count('email:isnull=')).toBe(expected(({ email }) => email === null))
    expect(await count('email:isnotnull=')).toBe(expected(({ email }) => email !== null))
    expect(await count('lastName:startswith=a')).toBe(expected(({ lastName }) => String(lastName).startsWith('A')))
    expect(await count('lastName:contains=o')).toBe(expected(({ lastName }) => String(lastName).toLowerCase().includes('o')))
    expect(await count('lastName:endswith=n')).toBe(expected(({ lastName }) => String(lastName).endsWith('n')))
    expect(await count('updatedOn:after=2025-02-24T00:00:00Z')).toBe(expected(({ updatedOn }) => String(updatedOn) > '2025-02-24T00:00:00+00:00'))
    expect(await count('updatedOn:before=2025-02-24T00:00:00Z')).toBe(0)
    expect(await count('region.parentRegion.customId=NOR')).toBeGreaterThan(0)
    const sorted = (await caller.page('/employees?limit=1000&sort=-lastName,id')).data.map(({ lastName }) => String(lastName))
    expect(sorted).toEqual(sorted.toSorted().toReversed())
    expect((await caller.page('/shifts?scope=VACANT')).meta.count).toBe(simulator.truth().shifts.filter(({ employee }) => employee === null).length)
    const [root = { id: 0 }] = (await caller.page('/regions?customId=HRB')).data
    expect((await caller.page(`/regions?subRegionTreeOfRegionId=${String(root['id'])}`)).data.map(({ customId }) => String(customId).slice(0, 3))).toEqual(Array.from({ length: 9 }, () => 'HRB'))
    expect((await caller.page('/regions', { 'TTC-Region-Filter': String(root['id']) })).meta.count).toBe(1)
  })

  it('gives up after half a minute when a window is wide and a page large', async () => {
    await using simulator = await startPortal({ slowAbove: 10_000 })
    const caller = new Caller(simulator)
    const start = simulator.clock.now()
    expect((await caller.get('/shifts?startsOn:between=2025-03-01|2025-03-31&limit=1000')).status).toBe(504)
    expect(simulator.clock.now() - start).toBe(30_000)
    expect((await caller.get('/shifts?startsOn:between=2025-03-01|2025-03-31&limit=100')).status).toBe(200)
    expect((await caller.get(`/shifts?${week}&limit=1000`)).status).toBe(200)
  })

  it('takes a login without a scope, as a form, by POST', async () => {
    await using simulator = await startPortal()
    const caller = new Caller(simulator)
    expect((await caller.login({ scope: 'all:read' })).status).toBe(400)
    expect((await caller.login({ grant_type: 'magic' })).status).toBe(400)
    expect((await fetch(`${simulator.url}/rest/oauth2/access_token`)).status).toBe(405)
    expect((await fetch(`${simulator.url}/rest/oauth2/access_token`, { method: 'POST', body: '{}' })).status).toBe(400)
    expect((await fetch(`${simulator.url}/rest/v1/regions`)).status).toBe(401)
    expect(simulator.failedLogins).toBe(0)
  })

  it('says 429 beyond its quota, and when to come back', async () => {
    await using simulator = await startPortal({ quotaPerMinute: 3 })
    const caller = new Caller(simulator)
    for (let i = 0; i < 3; i++) await caller.page('/regions')
    const response = await caller.get('/regions')
    expect([response.status, response.headers.get('retry-after')]).toEqual([429, '60'])
  })

  it('listens on the loopback address alone, and on the port that was named', async () => {
    await using simulator = await startPortal()
    expect(new URL(simulator.url).hostname).toBe('127.0.0.1')
    const port = Number(new URL(simulator.url).port)
    await expect(startPortal({ port })).rejects.toMatchObject({ code: 'V1002' })
  })
})

describe('a fault script', () => {
  it('says what is wrong with it', () => {
    expect(() => readFaultScript({ faults: [{ at: 0, fault: 'drop' }] })).toThrow(/^\[V1002\] The fault script is wrong: faults\[0\]\.at: /)
    expect(() => readFaultScript({ faults: [{ at: 1, fault: 'explode' }] })).toThrow(/faults\[0\]\.fault: .*\(there is "explode"\)\. A fault is one of throttle, error/)
    expect(() => readFaultScript({ faults: [{ at: 1, fault: 'drop', seconds: 4 }] })).toThrow(/Unrecognized key/)
    expect(() => readFaultScript([])).toThrow(/V1002/)
  })

  it('may name single requests, and every so many', async () => {
    await using simulator = await startPortal({ faults: { faults: [{ at: 2, fault: 'error', status: 503 }, { at: { from: 4, every: 2, times: 2 }, fault: 'error', status: 500 }] } })
    const caller = new Caller(simulator)
    const statuses: number[] = []
    for (let i = 0; i < 8; i++) statuses.push((await caller.get('/regions')).status)
    expect(statuses).toEqual([200, 503, 200, 500, 200, 500, 200, 200])
  })
})
