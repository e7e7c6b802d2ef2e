import { describe, expect, it } from 'vitest'
import type { RenderedRow } from '../src/simulator/tracktik/render.js'
import type { TracktikSimulator } from '../src/simulator/tracktik/start-tracktik-simulator.js'
import type { ShiftTruth } from '../src/simulator/tracktik/tracktik-truth.js'
import { microsOf } from '../src/time/micros.js'
import type { TracktikShift } from '../src/tracktik/tracktik-rows.js'
import { tracktikSettings } from '../src/tracktik/tracktik-settings.js'
import { collect } from './collect.ts'
import { allTime, clientOf, startPortal } from './portal.ts'
import { RecordingLogger } from './recording-logger.ts'

const failed = (work: Promise<unknown>) => work.then(() => expect.unreachable('it should have failed'), (error: unknown) => error as Error & { code: string; isRetryable: boolean })
const byId = <T extends { readonly id: number }>(rows: readonly T[]) => rows.toSorted((a, b) => a.id - b.id)
const windowsOf = (simulator: TracktikSimulator, resource: string, by: string) => simulator.requests.to(`/${resource}`).flatMap(({ query }) => query[`${by}:between`] ?? [])
const daysOf = (window: string) => {
  const [from = NaN, to = NaN] = window.split('|').map(microsOf)
  return (to - from) / 86_400e6
}

/** A shift of the client in the words of the truth, its decimals with two places. */
function told(shift: TracktikShift): Partial<ShiftTruth> {
  const two = (text: string | null | undefined) => (text === null || text === undefined ? null : Number(text).toFixed(2))
  return {
    id: shift.id,
    status: shift.status,
    attendanceStatus: shift.attendanceStatus ?? '',
    employee: shift.employee,
    position: shift.position ?? 0,
    timeZone: shift.timeZone ?? '',
    startsOn: shift.startsOn,
    endsOn: shift.endsOn,
    modifiedOn: shift.modifiedOn,
    approvedBy: shift.approvedBy,
    approvedOn: shift.approvedOn,
    plannedHours: two(shift.plannedDurationHours) ?? '',
    clockedHours: two(shift.clockedHours),
    approvedHours: two(shift.approvedHours),
    billableHours: two(shift.billableHours) ?? '',
    payableHours: two(shift.payableHours) ?? '',
    overtimeHours: two(shift.overtimeHours) ?? '',
    billRate: two(shift.billRate) ?? '',
    effectiveRate: two(shift.summary?.['billEffectiveRateActual']),
    overtimeImpact: two(shift.summary?.['billOvertimeImpactActual']) ?? '',
    summaryBillTotal: two(shift.summary?.['billTotal']) ?? '',
  }
}
const truthOfShifts = (shifts: readonly ShiftTruth[]) => byId(shifts.map(({ site: _site, client: _client, date: _date, billTotal: _total, ...rest }) => rest))

describe('shifts', () => {
  it('come as the portal knows them, each once, cancelled and vacant ones too', async () => {
    await using simulator = await startPortal()
    simulator.advanceTo('2025-04-09T00:00:00Z')
    const shifts = await collect(clientOf(simulator).shifts(allTime))
    const { shifts: truth } = simulator.truth()
    expect(byId(shifts).map(told)).toEqual(truthOfShifts(truth))
    expect(truth.filter(({ status }) => status === 'CANCELLED').length).toBeGreaterThan(0)
    expect(truth.filter(({ employee }) => employee === null).length).toBeGreaterThan(0)
    expect(shifts.filter(({ vacant }) => vacant).length).toBe(truth.filter(({ employee }) => employee === null).length)
  })

  it('of a span begin in it: its beginning is in, its end is not, and no row of a boundary comes twice or gets lost', async () => {
    await using simulator = await startPortal({ scale: { employees: 20, shiftsPerDay: 60 } })
    const { shifts: truth } = simulator.truth()
    const [from, to] = ['2025-03-01T00:00:00Z', '2025-03-11T08:00:00Z']
    const expected = truth.filter(({ startsOn }) => (microsOf(startsOn) ?? 0) >= (microsOf(from) ?? 0) && (microsOf(startsOn) ?? 0) < (microsOf(to) ?? 0))
    const atBounds = truth.filter(({ startsOn }) => startsOn.startsWith('2025-03-03T00:00:00') || startsOn.startsWith('2025-03-01T00:00:00') || startsOn.startsWith('2025-03-11T08:00:00'))
    expect(atBounds.length).toBeGreaterThan(2)
    expect(byId(await collect(clientOf(simulator).shifts({ from, to }))).map(({ id }) => id)).toEqual(byId(expected).map(({ id }) => id))
  })

  it('are found by when they were changed, to the microsecond', async () => {
    await using simulator = await startPortal()
    simulator.advanceTo('2025-03-15T00:00:00Z')
    const truth = simulator.truth().shifts
    const fine = truth.filter(({ modifiedOn }) => modifiedOn.includes('.'))
    expect(fine.length).toBeGreaterThan(6)
    const [from, to] = ['2025-03-12T00:00:00Z', fine[5]?.modifiedOn ?? '']
    const expected = truth.filter(({ modifiedOn }) => (microsOf(modifiedOn) ?? 0) >= (microsOf(from) ?? 0) && (microsOf(modifiedOn) ?? 0) < (microsOf(to) ?? 0))
    const shifts = await collect(clientOf(simulator).shifts({ from, to, by: 'modifiedOn' }))
    expect(byId(shifts).map(({ id, modifiedOn }) => [id, modifiedOn])).toEqual(byId(expected).map(({ id, modifiedOn }) => [id, modifiedOn]))
  })

  it('keep every digit of hours and money', async () => {
    await using simulator = await startPortal()
    const [shift] = simulator.truth().shifts
    simulator.world.change('shifts', shift?.id ?? 0, { exact: { billRate: '31.123456789012345678', approvedHours: '8.5000000000000000001', billTotal: '12345678901234567.89' } })
    const [row] = await collect(clientOf(simulator).shiftsById([shift?.id ?? 0]))
    expect([row?.billRate, row?.approvedHours, row?.summary?.['billTotal']]).toEqual(['31.123456789012345678', '8.5000000000000000001', '12345678901234567.89'])
  })

  it('are asked for in windows of less than a month, which the portal would refuse', async () => {
    await using simulator = await startPortal({ scale: { employees: 5, shiftsPerDay: 1 } })
    await collect(clientOf(simulator).shifts({ from: '2024-01-01T00:00:00Z', to: '2026-01-01T00:00:00Z' }))
    const days = windowsOf(simulator, 'shifts', 'startsOn').map(daysOf)
    expect(Math.max(...days)).toBe(28)
    expect(days.reduce((sum, width) => sum + width, 0)).toBe(731)
    expect(simulator.requests.entries.filter(({ status }) => status === 400)).toEqual([])
  })

  it('of certain employees are asked for a hundred employees at a time', async () => {
    await using simulator = await startPortal({ scale: { employees: 130, shiftsPerDay: 30 } })
    const { shifts, employees } = simulator.truth()
    const wanted = employees.slice(3, 128).map(({ id }) => id)
    const expected = shifts.filter(({ employee }) => employee !== null && wanted.includes(employee)).map(({ id }) => id)
    expect(byId(await collect(clientOf(simulator).shifts({ ...allTime, employees: wanted }))).map(({ id }) => id)).toEqual(expected.toSorted((a, b) => a - b))
    expect(Math.max(...simulator.requests.to('/shifts').map(({ query }) => (query['employee:in'] ?? '').split(',').length))).toBe(100)
  })

  it('can be those of some regions', async () => {
    await using simulator = await startPortal()
    const { regions, clients, shifts } = simulator.truth()
    const region = regions.filter(({ history }) => String(history.at(-1)?.values['customId']).startsWith('HRB-')).map(({ id }) => id)
    const sites = clients.filter(({ history }) => region.includes(Number(history.at(-1)?.values['region']))).map(({ id }) => id)
    const expected = shifts.filter(({ site }) => sites.includes(site)).map(({ id }) => id)
    expect(expected.length).toBeGreaterThan(0)
    expect(byId(await collect(clientOf(simulator).shifts({ ...allTime, regions: region }))).map(({ id }) => id)).toEqual(expected.toSorted((a, b) => a - b))
  })

  it.each([
    ['2025-03-01T00:00:00Z', '2025-03-03T00:00:00Z'],
    ['2025-01-01T00:00:00Z', '2025-07-01T00:00:00Z'],
    ['2025-03-03T07:00:00Z', '2025-03-03T07:00:01Z'],
  ])('are counted from %s to %s without being read, each once', async (from, to) => {
    await using simulator = await startPortal({ scale: { employees: 20, shiftsPerDay: 60 } })
    const expected = simulator.truth().shifts.filter(({ startsOn }) => startsOn >= from.slice(0, 19) && startsOn < to.slice(0, 19))
    expect(await clientOf(simulator).countShifts({ from, to })).toBe(expected.length)
    expect(Math.max(...simulator.requests.to('/shifts').map(({ query }) => Number(query['limit'])))).toBe(1)
  })

  it('are not asked to be sorted, nor to show their relations, which the portal refuses', async () => {
    await using simulator = await startPortal()
    await collect(clientOf(simulator).shifts(allTime))
    for (const { query } of simulator.requests.to('/shifts')) {
      expect(query['sort']).toBeUndefined()
      expect(query['include']).not.toMatch(/employee|position|account/)
      expect(query['includeInactive']).toBe('true')
    }
  })

  it('can be had without the summary', async () => {
    await using simulator = await startPortal()
    const [shift] = await collect(clientOf(simulator).shifts({ ...allTime, summary: false }))
    expect(shift?.summary).toBeNull()
    expect(shift?.plannedDurationHours).not.toBeNull()
  })
})

describe('a portal that takes too long', () => {
  it('is asked for half as much at a time, and nothing is lost', async () => {
    await using simulator = await startPortal({ scale: { employees: 20, shiftsPerDay: 30 }, slowAbove: 3000 })
    const start = simulator.clock.now()
    const shifts = await collect(clientOf(simulator).shifts(allTime))
    expect(byId(shifts).map(({ id }) => id)).toEqual(simulator.truth().shifts.map(({ id }) => id).toSorted((a, b) => a - b))
    const slow = simulator.requests.to('/shifts').filter(({ status }) => status === 504)
    expect(slow.length).toBeGreaterThan(0)
    expect(slow.length).toBeLessThan(8)
    expect(simulator.clock.now() - start).toBeLessThan(slow.length * 31_000)
    // None of what was too much is asked for again.
    expect(new Set(slow.map(({ query }) => JSON.stringify(query))).size).toBe(slow.length)
  })

  it('is asked for smaller pages where the window cannot be smaller', async () => {
    await using simulator = await startPortal({ slowAbove: 20 })
    const shifts = await collect(clientOf(simulator, { concurrency: 1 }).shifts({ from: '2025-03-05T00:00:00Z', to: '2025-03-05T04:00:00Z' }))
    const expected = simulator.truth().shifts.filter(({ startsOn }) => startsOn >= '2025-03-05T00' && startsOn < '2025-03-05T04')
    expect(byId(shifts).map(({ id }) => id)).toEqual(byId(expected).map(({ id }) => id))
    expect(simulator.requests.to('/shifts').map(({ query }) => Number(query['limit']))).toContain(250)
  })

  it('that never has the time is given up with the reason', async () => {
    await using simulator = await startPortal({ slowAbove: 0.1 })
    const error = await failed(collect(clientOf(simulator).shifts(allTime)))
    expect(error.message).toContain('answered 504')
    expect([error.code, error.isRetryable]).toEqual(['V3010', true])
  })

  it('is asked for smaller pages of what has no window', async () => {
    await using simulator = await startPortal({ faults: { faults: [{ at: 1, fault: 'gateway-timeout' }, { at: 2, fault: 'gateway-timeout' }] } })
    expect(await collect(clientOf(simulator).employees())).toHaveLength(simulator.truth().employees.length)
    expect(simulator.requests.to('/employees').map(({ query }) => query['limit'])).toEqual(['1000', '500', '250'])
  })
})

describe('a filter that is accepted and not heeded', () => {
  it.each([
    ['startsOn', 'startsOn:between'],
    ['modifiedOn', 'modifiedOn:between'],
  ] as const)('is noticed by the rows that come (%s)', async (by, ignored) => {
    await using simulator = await startPortal({ ignoredFilters: [ignored] })
    simulator.advanceTo('2025-04-09T00:00:00Z')
    const error = await failed(collect(clientOf(simulator).shifts({ from: '2025-03-11T00:00:00Z', to: '2025-03-12T00:00:00Z', by })))
    expect(error.code).toBe('V3010')
    expect(error.message).toMatch(new RegExp(`asked for shifts with ${by} between 2025-03-11T00:00:00\\+00:00 and 2025-03-12T00:00:00\\+00:00, and got one with id \\d+ and ${by} .*did not heed it`))
    expect(simulator.requests.to('/shifts')).toHaveLength(1)
  })

  it('is noticed for ids as well', async () => {
    await using simulator = await startPortal({ ignoredFilters: ['id:in'] })
    expect((await failed(collect(clientOf(simulator).employees({ ids: [4102, 4103] })))).message).toContain('asked for employees with ids among 2 given ones, and got one with id 4101')
  })
})

describe('what is asked for and not given', () => {
  it('is noticed: hours that are missing are not taken for none', async () => {
    await using simulator = await startPortal()
    const { fetch } = globalThis
    // A portal that drops what it does not know from `include`, as an account without the right has it.
    globalThis.fetch = (url, init) => {
      const address = new URL(String(url))
      address.searchParams.delete('include')
      return fetch(address, init)
    }
    try {
      expect((await failed(collect(clientOf(simulator).shifts(allTime)))).message).toContain('shifts came without plannedDurationHours, clockedHours, approvedHours')
    } finally {
      globalThis.fetch = fetch
    }
  })
})

describe('members', () => {
  const asTold = (rows: readonly { readonly raw: Readonly<Record<string, unknown>> }[]) => rows.map(({ raw }) => raw)

  it('come with those who have left and what is closed, in the order of their ids', async () => {
    await using simulator = await startPortal({ scale: { employees: 150, shiftsPerDay: 5 } })
    simulator.advanceTo('2025-04-09T00:00:00Z')
    const truth = simulator.truth()
    const client = clientOf(simulator)
    const latest = (members: typeof truth.employees): RenderedRow[] => members.map(({ history }) => history.at(-1)?.values ?? {})
    expect(asTold(await collect(client.employees()))).toEqual(latest(truth.employees))
    expect(asTold(await collect(client.clients()))).toEqual(latest(truth.clients))
    expect(asTold(await collect(client.positions()))).toEqual(latest(truth.positions))
    expect(asTold(await collect(client.regions()))).toEqual(latest(truth.regions))
    const statuses = (rows: RenderedRow[]) => new Set(rows.map((row) => row['status']))
    expect(statuses(latest(truth.employees))).toContain('TERMINATED')
    expect(statuses(latest(truth.clients))).toContain('CLOSED')
    expect(statuses(latest(truth.positions))).toContain('INACTIVE')
  })

  it('have what is on demand, and their relations as ids', async () => {
    await using simulator = await startPortal()
    const [employee] = await collect(clientOf(simulator).employees())
    expect(employee?.employmentProfile?.hourlyRate).toMatch(/^\d+(\.\d+)?$/)
    expect(employee?.address?.city).toEqual(expect.any(String))
    expect(employee?.region).toEqual(expect.any(Number))
  })

  it('come by their ids, a hundred at a time', async () => {
    await using simulator = await startPortal({ scale: { employees: 250, shiftsPerDay: 1 } })
    const wanted = simulator.truth().employees.map(({ id }) => id).slice(5, 240)
    const rows = await collect(clientOf(simulator).employees({ ids: [...wanted, ...wanted] }))
    expect(rows.map(({ id }) => id)).toEqual(wanted)
    expect(simulator.requests.to('/employees').map(({ query }) => (query['id:in'] ?? '').split(',').length)).toEqual([100, 100, 35])
  })

  it('that are sites can be had alone', async () => {
    await using simulator = await startPortal()
    const sites = await collect(clientOf(simulator).serviceLocations())
    expect(sites.length).toBeGreaterThan(0)
    expect(new Set(sites.map(({ type }) => type))).toEqual(new Set(['SERVICE_LOCATION']))
  })
})

it('work sessions come with their clock-in and clock-out', async () => {
  await using simulator = await startPortal()
  simulator.advanceTo('2025-03-20T10:00:00Z')
  const sessions = await collect(clientOf(simulator).workSessions(allTime))
  expect(byId(sessions).map(({ raw }) => raw)).toEqual(simulator.truth().workSessions)
  expect(new Set(sessions.map(({ status }) => status))).toEqual(new Set(['OPEN', 'CLOSED']))
})

describe('rows that change between two pages', () => {
  const large = { scale: { employees: 2100, shiftsPerDay: 1 } }
  const pages = (simulator: TracktikSimulator) => simulator.requests.to('/employees').map(({ query }) => Number(query['offset']))

  it.each<[string, (simulator: TracktikSimulator) => void]>([
    ['touched', (simulator) => simulator.world.change('employees', 4150)],
    ['inserted', (simulator) => simulator.world.insert('employees', { ...simulator.world.get('employees', 4150), customId: 'NEW' })],
    ['deleted', (simulator) => simulator.world.remove('employees', 4150)],
    ['deleted and another inserted', (simulator) => {
      simulator.world.remove('employees', 4150)
      simulator.world.insert('employees', { ...simulator.world.get('employees', 4151), customId: 'NEW' })
    }],
    ['deleted and inserted behind what was read', (simulator) => {
      simulator.world.remove('employees', 6150)
      simulator.world.insert('employees', { ...simulator.world.get('employees', 4151), customId: 'NEW' })
    }],
  ])('lose and repeat nothing: a row is %s', async (_, change) => {
    await using simulator = await startPortal(large)
    simulator.beforePage(({ resource, number }) => resource === 'employees' && number === 2 && change(simulator))
    const rows = await collect(clientOf(simulator).employees())
    expect(rows.map(({ id }) => id)).toEqual(simulator.truth().employees.map(({ id }) => id))
  })

  it('are read again only when the set moved', async () => {
    await using simulator = await startPortal(large)
    await collect(clientOf(simulator).employees())
    expect(pages(simulator)).toEqual([0, 999, 1998])
    simulator.beforePage(({ resource, number }) => resource === 'employees' && number === 5 && simulator.world.remove('employees', 4150))
    await collect(clientOf(simulator).employees())
    expect(pages(simulator).slice(3)).toEqual([0, 999, 0, 999, 1998])
  })

  it('in every reading are an error for what is read whole, and nothing is given out', async () => {
    await using simulator = await startPortal(large)
    simulator.beforePage(({ resource }) => resource === 'employees' && simulator.world.insert('employees', { ...simulator.world.get('employees', 4150), customId: 'NEW' }))
    const given: unknown[] = []
    const error = await failed((async () => {
      for await (const row of clientOf(simulator).employees()) given.push(row)
    })())
    expect([error.code, error.isRetryable, given]).toEqual(['V3010', true, []])
  })

  it('in every reading make the windows of shifts smaller until one holds still', async () => {
    await using simulator = await startPortal({ scale: { employees: 20, shiftsPerDay: 700 } })
    simulator.beforePage(({ resource, offset, query }) => {
      // What fits on one page holds still; all else loses a row between two pages.
      const [from = NaN, to = NaN] = (query.get('startsOn:between') ?? '').split('|').map(microsOf)
      const inside = [...simulator.world.all('shifts')].find(({ startsAt }) => startsAt >= from && startsAt < to)
      if (resource === 'shifts' && offset > 0 && inside) simulator.world.remove('shifts', inside.id)
    })
    const shifts = await collect(clientOf(simulator, { concurrency: 1 }).shifts({ from: '2025-03-08T00:00:00Z', to: '2025-03-10T00:00:00Z' }))
    const truth = simulator.truth().shifts.filter(({ startsOn }) => startsOn >= '2025-03-08' && startsOn < '2025-03-10')
    expect(byId(shifts).map(({ id }) => id)).toEqual(byId(truth).map(({ id }) => id))
    expect(windowsOf(simulator, 'shifts', 'startsOn').map(daysOf)).toEqual([2, 2, 2, 2, 2, 2, 2, 2, 1, 1])
  })

  it('and go to a later window come once', async () => {
    await using simulator = await startPortal()
    const [moved] = simulator.truth().shifts.filter(({ startsOn }) => startsOn.startsWith('2025-03-01'))
    simulator.beforePage(({ resource, query }) => {
      const record = simulator.world.find('shifts', moved?.id ?? 0)
      if (resource === 'shifts' && (query.get('startsOn:between') ?? '').startsWith('2025-03-03') && record) simulator.world.change('shifts', record.id, { startsAt: record.startsAt + 7 * 86_400e6, endsAt: record.endsAt + 7 * 86_400e6 })
    })
    const shifts = await collect(clientOf(simulator, { concurrency: 1 }).shifts({ from: '2025-03-01T00:00:00Z', to: '2025-03-12T00:00:00Z' }))
    expect(shifts.filter(({ id }) => id === moved?.id)).toHaveLength(1)
    expect(new Set(shifts.map(({ id }) => id)).size).toBe(shifts.length)
  })
})

describe('a row that does not fit', () => {
  const break_ = (simulator: TracktikSimulator) => simulator.world.change('employees', 4103, { firstName: 7 as unknown as string })

  it('ends the crawl with its id, its place and what is there', async () => {
    await using simulator = await startPortal()
    break_(simulator)
    expect((await failed(collect(clientOf(simulator).employees()))).message).toContain('TrackTik: employees 4103 does not fit: firstName: Invalid input: expected string, received number (there is 7).')
  })

  it('can be told and left out', async () => {
    await using simulator = await startPortal()
    break_(simulator)
    const invalid: number[] = []
    const rows = await collect(clientOf(simulator, { onInvalid: ({ id }) => invalid.push(id) }).employees())
    expect(invalid).toEqual([4103])
    expect(rows).toHaveLength(simulator.truth().employees.length - 1)
  })
})

it('rows are fetched no faster than they are taken', async () => {
  await using simulator = await startPortal()
  const shifts = clientOf(simulator, { concurrency: 2 }).shifts({ from: '2025-02-24T00:00:00Z', to: '2026-02-24T00:00:00Z' })
  await shifts.next()
  await shifts.return(undefined)
  expect(simulator.requests.to('/shifts').length).toBeLessThanOrEqual(3)
})

it('the time of the portal is asked of the portal', async () => {
  await using simulator = await startPortal({ faults: { faults: [{ at: 1, fault: 'gateway-timeout' }] } })
  expect(await clientOf(simulator, { clock: { ...simulator.clock, now: () => 0, sleep: () => Promise.resolve(), after: () => () => undefined } }).serverTime()).toBe('2025-03-10T00:00:30+00:00')
})

describe('settings', () => {
  it('that are missing are all named at once', () => {
    expect(() => tracktikSettings({ TRACKTIK_CLIENT_ID: 'x', TRACKTIK_PASSWORD: ' ' })).toThrow(/^\[V1002\] .*TRACKTIK_URL, TRACKTIK_CLIENT_SECRET, TRACKTIK_USERNAME/)
    expect(() => tracktikSettings({ TRACKTIK_GRANT: 'client_credentials' })).toThrow(/TRACKTIK_URL, TRACKTIK_CLIENT_ID, TRACKTIK_CLIENT_SECRET\./)
  })

  const complete = { TRACKTIK_URL: 'https://portal.example.test', TRACKTIK_CLIENT_ID: 'id', TRACKTIK_CLIENT_SECRET: 'a long secret', TRACKTIK_USERNAME: 'etl', TRACKTIK_PASSWORD: 'a long password' }

  it('that are wrong are all named at once, and no value is shown', () => {
    const wrong = { ...complete, TRACKTIK_URL: 'http://portal.example.test/rest', TRACKTIK_TOKEN_PATH: 'oauth', TRACKTIK_REQUESTS_PER_MINUTE: 'many', TRACKTIK_BURST: '0' }
    expect(() => tracktikSettings(wrong)).toThrow(/TRACKTIK_URL must be .*; TRACKTIK_TOKEN_PATH must be .*; TRACKTIK_REQUESTS_PER_MINUTE must be .*; TRACKTIK_BURST must be/)
  })

  it('take http for this machine alone, since credentials go in the clear', () => {
    expect(tracktikSettings({ ...complete, TRACKTIK_URL: 'http://127.0.0.1:8080/' }).url).toBe('http://127.0.0.1:8080')
    expect(() => tracktikSettings({ ...complete, TRACKTIK_URL: 'http://portal.example.test' })).toThrow('TRACKTIK_URL')
  })

  it('hide their secrets', () => {
    expect(JSON.stringify(tracktikSettings(complete))).not.toMatch(/a long/)
  })
})

it('the log tells what was asked, answered and tried again', async () => {
  await using simulator = await startPortal({ faults: { faults: [{ at: 2, fault: 'error', status: 502 }] } })
  const log = new RecordingLogger()
  await collect(clientOf(simulator, { log, concurrency: 1 }).shifts({ from: '2025-03-01T00:00:00Z', to: '2025-03-04T00:00:00Z' }))
  const requests = log.lines.filter(({ message }) => message === 'request').map(({ fields }) => [fields['status'], fields['attempt']])
  expect(requests).toEqual([[200, 1], [200, 1], [502, 1], [200, 2]])
  expect(log.lines.filter(({ level }) => level === 'warn').map(({ message }) => message)).toEqual([expect.stringMatching(/^trying again: \[V3010\] TrackTik: GET \/rest\/v1\/shifts\?startsOn:between=2025-03-03.*answered 502/)])
})
