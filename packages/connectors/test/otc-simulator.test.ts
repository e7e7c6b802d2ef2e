import { from, mapping, t, table } from '@varve/core'
import { describe, expect, it } from 'vitest'
import { otcViews, type OtcView } from '../src/otc/otc-view.js'
import { otcColumns, type OtcRecord } from '../src/simulator/otc/otc-columns.js'
import type { OtcSimulator } from '../src/simulator/otc/start-otc-simulator.js'
import { VirtualClock } from '../src/simulator/virtual-clock.js'
import { deskStart, startDesk } from './service-desk.ts'

const basic = (name = '', password = '') => ({ authorization: `Basic ${Buffer.from(`${name}:${password}`).toString('base64')}` })
const ask = ({ url, environment }: OtcSimulator, view: OtcView, init: RequestInit = {}) =>
  fetch(`${url}/OTC/Data/View/data?id=${environment[`OTC_${view.toUpperCase()}_VIEW`]}`, { headers: basic(environment['OTC_USERNAME'], environment['OTC_PASSWORD']), ...init })
const rowsOf = (simulator: OtcSimulator, view: OtcView) => [...simulator.world.rows(view)]
const recordsOf = (simulator: OtcSimulator, view: OtcView) => [...simulator.world.records(view)]
const shareOf = (rows: readonly OtcRecord[], holds: (row: OtcRecord) => boolean) => rows.filter(holds).length / rows.length
/** As Map.groupBy, which the oldest runtime has not. */
function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>()
  for (const item of items) groups.set(keyOf(item), [...(groups.get(keyOf(item)) ?? []), item])
  return groups
}
const micros = (text: string) => Date.parse(text) * 1000
const tenDays = 10 * 86_400e6
const real = { tickets: 8833, timesheets: 149_667, duplicates: 3992, comments: 1000 }

describe('the API', () => {
  it('answers what was asked for, with the id in any case, and logs it', async () => {
    await using simulator = await startDesk()
    const response = await fetch(`${simulator.url}/OTC/Data/View/data?id=${simulator.environment['OTC_TICKETS_VIEW']?.toUpperCase()}`, { headers: basic(simulator.environment['OTC_USERNAME'], simulator.environment['OTC_PASSWORD']) })
    expect(response.headers.get('content-type')).toBe('application/json')
    expect(await response.json()).toEqual({ message: { data: rowsOf(simulator, 'tickets') } })
    expect(await (await ask(simulator, 'timesheets')).json()).toEqual({ data: rowsOf(simulator, 'timesheets') })
    expect(await (await ask(simulator, 'comments')).json()).toEqual(rowsOf(simulator, 'comments'))
    expect(simulator.requests.entries.map(({ number, status }) => [number, status])).toEqual([[1, 200], [2, 200], [3, 200]])
  })

  it('refuses who it does not know, what it does not have, and all but reading', async () => {
    await using simulator = await startDesk()
    const statuses = [
      await ask(simulator, 'tickets', { headers: basic('varve-simulated', 'guess') }),
      await ask(simulator, 'tickets', { headers: {} }),
      await ask(simulator, 'tickets', { method: 'POST' }),
      await fetch(`${simulator.url}/OTC/Data/View/data?id=00000000-0000-0000-0000-000000000000`, { headers: basic(simulator.environment['OTC_USERNAME'], simulator.environment['OTC_PASSWORD']) }),
      await fetch(`${simulator.url}/OTC/Data`, { headers: basic(simulator.environment['OTC_USERNAME'], simulator.environment['OTC_PASSWORD']) }),
    ].map(({ status }) => status)
    expect(statuses).toEqual([401, 401, 405, 404, 404])
  })

  it('asks for a minute of patience after a hundred calls in an hour', async () => {
    await using simulator = await startDesk({ callsPerHour: 3 })
    for (let call = 0; call < 3; call++) expect((await ask(simulator, 'comments')).status).toBe(200)
    const refused = await ask(simulator, 'comments')
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '60'])
    simulator.clock.advanceTo(Date.parse(deskStart) + 3_600_000)
    expect((await ask(simulator, 'comments')).status).toBe(200)
  })

  it('listens on this machine alone', async () => {
    await using simulator = await startDesk()
    expect(new URL(simulator.url).hostname).toBe('127.0.0.1')
  })
})

describe('the world', () => {
  it('is the same from the same seed, and another from another', async () => {
    await using one = await startDesk()
    await using same = await startDesk()
    await using other = await startDesk({ seed: 'another' })
    const everything = (simulator: OtcSimulator) => JSON.stringify(otcViews.map((view) => rowsOf(simulator, view)))
    expect(everything(same)).toBe(everything(one))
    expect(everything(other)).not.toBe(everything(one))
  })

  it('has 60, 21 and 10 columns in its views', async () => {
    await using simulator = await startDesk()
    expect(otcViews.map((view) => otcColumns[view].length)).toEqual([60, 21, 10])
    for (const view of otcViews) {
      const names = otcColumns[view].map(({ name, olderName }) => [name, olderName])
      for (const row of rowsOf(simulator, view)) expect(Object.keys(row)).toEqual(names.map(([name = '', olderName = '']) => (olderName in row ? olderName : name)))
      for (const record of recordsOf(simulator, view)) expect(Object.keys(record)).toEqual(names.map(([name]) => name))
    }
  })

  it('has the columns that only the API knows where that is asked for', async () => {
    await using simulator = await startDesk({ moreColumns: true })
    const more = (view: OtcView) => Object.keys(rowsOf(simulator, view)[0] ?? {}).slice(otcColumns[view].length)
    expect(otcViews.map(more)).toEqual([['TKT-Due Date'], ['TS-Notes', 'TS-Billable', 'TS-Modified Time'], []])
  })

  it('is told in spellings that mean what the truth says', async () => {
    await using simulator = await startDesk()
    for (const view of otcViews) {
      const columns = otcColumns[view]
      const read = mapping(
        table('desk.rows', Object.fromEntries(columns.map(({ kind }, at) => [`c${at}`, kind === 'instant' ? t.timestamp() : kind === 'date' ? t.date() : kind === 'yesNo' ? t.boolean() : kind === 'hours' ? t.decimal(9, 2) : kind === 'int' ? t.integer() : kind === 'real' ? t.float() : t.text()]))),
        Object.fromEntries(
          columns.map(({ name, olderName, kind }, at) => {
            const told = from(name, olderName).emptyToNull()
            return [`c${at}`, kind === 'instant' || kind === 'date' ? told.dayFirst({ zone: 'Australia/Sydney' }) : kind === 'yesNo' ? told.yesNo() : kind === 'hours' ? told.commaDecimal({ lonePoint: 'decimals' }) : told]
          }),
        ),
      )
      const truths = [...simulator.trueRows(view)]
      for (const [at, row] of rowsOf(simulator, view).entries()) {
        const { row: values, problems } = read.apply(row)
        expect(problems).toEqual([])
        const truth = truths[at] ?? {}
        columns.forEach(({ name, kind }, index) => {
          const value: unknown = values[`c${index}`] ?? null
          const expected = truth[name] ?? null
          if (kind === 'instant' && expected !== null) expect([name, Date.parse(String(value))]).toEqual([name, Date.parse(String(expected))])
          else if ((kind === 'hours' || kind === 'int') && expected !== null) expect([name, Number(value)]).toEqual([name, Number(expected)])
          else expect([name, value]).toEqual([name, expected])
        })
      }
    }
  })

  it('spells dates, decimals, yes and no, and nothing in every way that is known', async () => {
    await using simulator = await startDesk({ scale: { tickets: 400, timesheets: 3000, duplicates: 0, comments: 10 } })
    const forms = (view: OtcView, name: string) => new Set(rowsOf(simulator, view).map((row) => (typeof row[name] === 'string' ? row[name].replaceAll(/\d/g, '9') : typeof row[name])))
    expect([...forms('tickets', 'TKT-Modified Time')].toSorted()).toEqual(['99/99/9999 99:99', '99/99/9999 99:99:99', '9999-99-99 99:99:99', '9999-99-99T99:99:99'])
    expect([...forms('timesheets', 'TS-Date')].toSorted()).toEqual(['99/99/9999', '99/99/9999 99:99', '9999-99-99', '9999-99-99 99:99:99'])
    expect([...forms('timesheets', 'TS-Hours')]).toEqual(expect.arrayContaining(['number', '9', '9,9', '9.9', '9,99']))
    const met = new Set(rowsOf(simulator, 'tickets').map((row) => row['TKT-SLA Met']))
    expect([...met]).toEqual(expect.arrayContaining(['Yes', 'yes', true, 'true', 1, 'No', 'no', false, 'false', 0, '', null]))
    expect(rowsOf(simulator, 'tickets').filter((row) => row['TKT-Assigned To User'] === ' PendingAssignment').length).toBeGreaterThan(50)
    expect([...forms('timesheets', 'TS-Crm ID')].toSorted()).toEqual(['', '9999999', 'number', 'object'])
  })
})

describe('tickets', () => {
  it('are those that were changed in the last ten days, and of the kinds that are seen', async () => {
    await using simulator = await startDesk({ scale: { ...real, timesheets: 100, duplicates: 0, comments: 1 } })
    const tickets = recordsOf(simulator, 'tickets')
    expect(tickets).toHaveLength(8833)
    expect(new Set(tickets.map((ticket) => ticket['TKT-Ticket ID'])).size).toBe(8833)
    expect(tickets.filter((ticket) => Number(ticket['TKT-Modified Time']) <= micros(deskStart) - tenDays || Number(ticket['TKT-Modified Time']) > micros(deskStart))).toEqual([])
    expect(tickets.filter((ticket) => Number(ticket['TKT-Created Time']) > Number(ticket['TKT-Modified Time']))).toEqual([])
    expect(shareOf(tickets, (ticket) => Number(ticket['TKT-Created Time']) < micros(deskStart) - tenDays)).toBeGreaterThan(0.5)
    const near = (name: string, value: unknown, share: number) => expect([name, value, Math.abs(shareOf(tickets, (ticket) => ticket[name] === value) - share) < 0.02]).toEqual([name, value, true])
    near('TKT-Team', 'Cloud - Infrastructure', 0.498)
    near('TKT-Category', 'Alert', 0.61)
    near('TKT-Root Cause Category', 'Security', 0.367 * 0.97)
    near('TKT-Root Cause Category', 'Account', 0.187 * 0.97)
    near('TKT-Root Cause Category', '--None--', 0.029)
    near('TKT-Root Cause Category', null, 0.03)
    near('TKT-SLA', null, 0.32)
    near('TKT-Parent ID', null, 0.978)
    near('TKT-Solution', null, 0.36)
    expect(new Set(tickets.map((ticket) => ticket['TKT-Status']))).toEqual(new Set(['Open', 'PendingAssignment', 'In Progress', 'Pending', 'Resolved', 'Incident Resolved', 'Closed']))
    expect(new Set(tickets.map((ticket) => ticket['TKT-Root Cause Category'])).size).toBe(23)
  })

  it('are changed as many as are asked for, each once, and in something of which history is kept', async () => {
    await using simulator = await startDesk({ scale: { tickets: 400, timesheets: 4, duplicates: 0, comments: 1 } })
    const tracked = ['TKT-Status', 'TKT-Team', 'TKT-Assigned To User', 'TKT-Severity', 'TKT-Category', 'TKT-SLA Met']
    for (let round = 0; round < 4; round++) {
      const before = new Map(recordsOf(simulator, 'tickets').map((ticket) => [ticket['TKT-Ticket ID'], ticket]))
      const spelledBefore = new Map(rowsOf(simulator, 'tickets').map((row) => [Number(row['TKT-Ticket ID']), JSON.stringify(row)]))
      const ids = simulator.change(150)
      expect(new Set(ids).size).toBe(150)
      const changed = recordsOf(simulator, 'tickets').filter((ticket) => ticket['TKT-Modified Time'] !== before.get(ticket['TKT-Ticket ID'] ?? null)?.['TKT-Modified Time'])
      expect(new Set(changed.map((ticket) => ticket['TKT-Ticket ID']))).toEqual(new Set(ids))
      for (const ticket of changed) {
        const was = before.get(ticket['TKT-Ticket ID'] ?? null) ?? {}
        expect(Number(ticket['TKT-Modified Time'])).toBeGreaterThan(Number(was['TKT-Modified Time']))
        expect(tracked.some((name) => ticket[name] !== was[name])).toBe(true)
        expect(ticket['TKT-Customer Reference']).not.toBe(was['TKT-Customer Reference'])
      }
      expect(rowsOf(simulator, 'tickets').filter((row) => JSON.stringify(row) !== spelledBefore.get(Number(row['TKT-Ticket ID']))).length).toBe(150)
    }
  })

  it('go on by themselves, in one step as in many: new ones come, others come back, and what rests leaves the view', async () => {
    await using once = await startDesk()
    await using often = await startDesk()
    const atFirst = new Set(recordsOf(once, 'tickets').map((ticket) => ticket['TKT-Ticket ID']))
    once.advanceTo('2026-01-29T00:00:00Z')
    for (let hours = 1; hours <= 9 * 24; hours++) often.advanceTo(new Date(Date.parse(deskStart) + hours * 3_600_000).toISOString())
    expect(often.truth()).toEqual(once.truth())
    const { tickets } = once.truth()
    const inView = tickets.filter(({ isInView }) => isInView)
    expect(inView.length).toBeGreaterThan(40)
    expect(inView.length).toBeLessThan(90)
    expect(tickets.filter(({ id, isInView }) => atFirst.has(id) && !isInView).length).toBeGreaterThan(20)
    expect(tickets.filter(({ history }) => Date.parse(String(history[0]?.values['TKT-Created Time'])) > Date.parse(deskStart)).length).toBeGreaterThan(20)
    expect(tickets.filter(({ id, isInView, history }) => isInView && !atFirst.has(id) && history.length > 1).length).toBeGreaterThan(5)
    expect(new Set(recordsOf(once, 'tickets').map((ticket) => ticket['TKT-Ticket ID']))).toEqual(new Set(inView.map(({ id }) => id)))
  })

  it('have a history without gaps, whose last state is what the view shows', async () => {
    await using simulator = await startDesk()
    simulator.change(30)
    simulator.advanceTo('2026-01-24T00:00:00Z')
    simulator.change(30)
    const shown = new Map([...simulator.trueRows('tickets')].map((ticket) => [ticket['TKT-Ticket ID'], ticket]))
    const { tickets } = simulator.truth()
    expect(tickets.filter(({ history }) => history.length > 2).length).toBeGreaterThan(5)
    for (const { id, isInView, history } of tickets) {
      expect(history.at(-1)?.to).toBeNull()
      for (const [at, state] of history.entries()) {
        expect(state.values['TKT-Modified Time']).toBe(state.from)
        if (at > 0) expect(history[at - 1]?.to).toBe(state.from)
      }
      if (isInView) expect(history.at(-1)?.values).toEqual(shown.get(id))
    }
  })

  it('have times that can be read back in the night in which the clocks go back', async () => {
    await using simulator = await startDesk({ start: '2026-04-04T12:00:00Z', clock: new VirtualClock('2026-04-04T12:00:00Z'), scale: { tickets: 4000, timesheets: 4, duplicates: 0, comments: 1 } })
    for (let minutes = 0; minutes <= 6 * 60; minutes += 20) {
      simulator.advanceTo(new Date(Date.parse('2026-04-04T12:00:00Z') + minutes * 60_000).toISOString())
      simulator.change(200)
    }
    const told = table('desk.times', { modified: t.timestamp() })
    const read = mapping(told, { modified: from('TKT-Modified Time').dayFirst({ zone: 'Australia/Sydney' }) })
    const { tickets } = simulator.truth()
    const shown = new Map(rowsOf(simulator, 'tickets').map((row) => [Number(row['TKT-Ticket ID']), read.apply(row).row.modified]))
    let inTheHour = 0
    for (const { id, isInView, history } of tickets) {
      for (const [at, { from: since }] of history.entries()) {
        if (at > 0) expect(Date.parse(since)).toBeGreaterThan(Date.parse(history[at - 1]?.from ?? ''))
        if (since >= '2026-04-04T15' && since < '2026-04-04T17') inTheHour++
      }
      if (isInView) expect(Date.parse(String(shown.get(id)))).toBe(Date.parse(history.at(-1)?.from ?? ''))
    }
    expect(inTheHour).toBeGreaterThan(500)
  })

  it('cannot go back', async () => {
    await using simulator = await startDesk()
    expect(() => simulator.advanceTo('2026-01-19T00:00:00Z')).toThrow(/is at 2026-01-20T00:00:00\+00:00 and cannot go back/)
    expect(() => simulator.advanceTo('soon')).toThrow('"soon" is no instant')
  })
})

describe('timesheets', () => {
  const keyBy = (user: string) => (row: OtcRecord) => JSON.stringify([row[user], row['TS-Date'], row['TS-Time From'], row['TS-Crm ID']])

  it('have the figures of the real table: duplicates, orphans, and keys that are told apart by login and by name alike', async () => {
    await using simulator = await startDesk({ scale: real })
    const byLogin = new Set<string>()
    const byName = new Set<string>()
    let rows = 0
    for (const row of simulator.world.records('timesheets')) {
      rows++
      byLogin.add(keyBy('TS-User Username')(row))
      byName.add(keyBy('TS-User Full Name')(row))
    }
    expect([rows, byLogin.size, byName.size]).toEqual([149_667, 145_675, 145_675])
    const { timesheets, people } = simulator.truth()
    expect(timesheets).toMatchObject({ rows: 149_667, keys: 145_675, duplicates: 3992, flawed: 0, orphans: 145_266 })
    expect(timesheets.withoutTicket).toBeGreaterThan(10_000)
    expect(timesheets.withoutTime).toBeGreaterThan(4000)
    expect(people).toHaveLength(62)
  })

  it('repeat themselves with the same values and with others, next to nothing in time or ticket too', async () => {
    await using simulator = await startDesk({ scale: { tickets: 60, timesheets: 3000, duplicates: 400, comments: 1 } })
    const groups = groupBy(recordsOf(simulator, 'timesheets'), keyBy('TS-User Username'))
    const repeated = [...groups.values()].filter((rows) => rows.length > 1)
    expect(groups.size).toBe(2600)
    expect(repeated.some((rows) => rows.length > 2)).toBe(true)
    const different = repeated.filter((rows) => new Set(rows.map((row) => JSON.stringify(row))).size > 1)
    expect(different.length).toBeGreaterThan(50)
    expect(repeated.length - different.length).toBeGreaterThan(50)
    expect(repeated.some(([row]) => row?.['TS-Time From'] === null)).toBe(true)
    expect(repeated.some(([row]) => row?.['TS-Crm ID'] === null)).toBe(true)
  })

  it('cover eighteen months of working days, and move on with them', async () => {
    await using simulator = await startDesk({ scale: { tickets: 60, timesheets: 3000, duplicates: 0, comments: 1 } })
    const days = () => recordsOf(simulator, 'timesheets').map((row) => String(row['TS-Date'])).toSorted()
    expect([days()[0], days().at(-1)]).toEqual(['2024-07-22', '2026-01-19'])
    expect(days().filter((date) => [0, 6].includes(new Date(date).getUTCDay()))).toEqual([])
    const before = new Set(rowsOf(simulator, 'timesheets').map((row) => JSON.stringify(row)))
    simulator.advanceTo('2026-02-02T20:00:00Z')
    expect([days()[0], days().at(-1)]).toEqual(['2024-08-05', '2026-02-02'])
    const after = rowsOf(simulator, 'timesheets').map((row) => JSON.stringify(row))
    expect(Math.abs(after.length - 3000)).toBeLessThan(2)
    expect(after.filter((row) => before.has(row)).length).toBeGreaterThan(2900)
    expect(after.filter((row) => !before.has(row)).length).toBeGreaterThan(60)
  })

  it('are corrected as many as are asked for, under the same keys', async () => {
    await using simulator = await startDesk({ scale: { tickets: 60, timesheets: 3000, duplicates: 0, comments: 1 } })
    const before = new Map(recordsOf(simulator, 'timesheets').map((row) => [keyBy('TS-User Username')(row), JSON.stringify(row)]))
    const keys = simulator.changeTimesheets(30).map((key) => JSON.stringify(key))
    const changed = recordsOf(simulator, 'timesheets').filter((row) => before.get(keyBy('TS-User Username')(row)) !== JSON.stringify(row))
    expect(new Set(changed.map(keyBy('TS-User Username')))).toEqual(new Set(keys))
    expect(changed).toHaveLength(30)
    expect(changed.filter((row) => String(before.get(keyBy('TS-User Username')(row))).includes(`"TS-Hours":${row['TS-Hours']},`))).toEqual([])
  })

  it('hold rows that nobody can read where that is asked for', async () => {
    await using simulator = await startDesk({ scale: { tickets: 60, timesheets: 3000, duplicates: 50, flawed: 6, comments: 1 } })
    const rows = rowsOf(simulator, 'timesheets')
    expect([rows.filter((row) => row['TS-Date'] === '31/02/2025').length, rows.filter((row) => row['TS-Hours'] === 'two').length, rows.filter((row) => row['TS-Crm ID'] === 'none yet').length]).toEqual([2, 2, 2])
    expect(simulator.truth().timesheets).toMatchObject({ rows: 3000, flawed: 6 })
  })

  it('are refused where nobody could have written so many', async () => {
    await expect(startDesk({ scale: { timesheets: 100_000, people: 3 } })).rejects.toThrow('3 people cannot have written 100000 timesheets in eighteen months. Ask for ')
    await expect(startDesk({ scale: { timesheets: 100, duplicates: 60 } })).rejects.toThrow('Of 100 timesheets 60 cannot be duplicates.')
  })
})

describe('comments', () => {
  it('are those of ten days, most by a machine, most on tickets that are not in view', async () => {
    await using simulator = await startDesk({ scale: { tickets: 400, timesheets: 4, duplicates: 0, comments: 5000 } })
    const comments = recordsOf(simulator, 'comments')
    expect(simulator.truth().comments).toEqual({ rows: 5000, orphans: 4450, byAutomation: 3050, withOlderNames: 2000 })
    expect(new Set(comments.map((comment) => comment['TKTCT-CommentID'])).size).toBe(5000)
    const near = (type: string, isVisible: boolean, share: number) => expect(Math.abs(shareOf(comments, (comment) => comment['TKTCT-Type'] === type && comment['TKTCT-VisibleCustomer'] === isVisible) - share)).toBeLessThan(0.02)
    near('system', false, 0.75)
    near('comments', true, 0.15)
    near('worknotes', false, 0.1)
    simulator.advanceTo('2026-01-25T00:00:00Z')
    const later = recordsOf(simulator, 'comments')
    expect(later).toHaveLength(5000)
    expect(later.filter((comment) => Number(comment['TKTCT-Created Time']) < micros('2026-01-15T00:00:00Z') - 1e6)).toEqual([])
    expect(later[0]).toEqual(comments[2500])
  })
})

describe('people', () => {
  it('go by login in comments, by full name in tickets, by both in timesheets', async () => {
    await using simulator = await startDesk({ scale: { tickets: 400, timesheets: 3000, duplicates: 0, comments: 400 } })
    const { people, ambiguities } = simulator.truth()
    const logins = new Set<unknown>(people.map(({ login }) => login))
    const fullNames = new Set<unknown>(people.map(({ fullName }) => fullName))
    expect(logins.size).toBe(people.length)
    expect(recordsOf(simulator, 'comments').filter((comment) => !logins.has(comment['TKTCT-Username']) && comment['TKTCT-Username'] !== 'svc-automation')).toEqual([])
    expect(recordsOf(simulator, 'tickets').filter((ticket) => !fullNames.has(ticket['TKT-Assigned To User']) && ticket['TKT-Assigned To User'] !== ' PendingAssignment')).toEqual([])
    const pairs = new Set(recordsOf(simulator, 'timesheets').map((row) => `${row['TS-User Username']} is ${row['TS-User Full Name']}`))
    const expected = [...people.map(({ login, fullName }) => `${login} is ${fullName}`), `${ambiguities.login.login} is ${ambiguities.login.fullNames[0]}`]
    expect([...pairs].toSorted()).toEqual(expected.toSorted())
  })

  it('share last names, one full name has two logins, and one login had another owner', async () => {
    await using simulator = await startDesk({ scale: { tickets: 10, timesheets: 100, duplicates: 0, comments: 1, people: 40 } })
    const { people, ambiguities } = simulator.truth()
    const lastNames = groupBy(people, ({ fullName }) => fullName.split(' ').slice(1).join(' '))
    expect([...lastNames.values()].filter((some) => some.length > 1).length).toBeGreaterThan(3)
    expect(people.filter(({ fullName }) => fullName === ambiguities.fullName.fullName).map(({ login }) => login)).toEqual(ambiguities.fullName.logins)
    expect(new Set(people.map(({ fullName }) => fullName)).size).toBe(39)
    expect(people.filter(({ fullName }) => fullName === ambiguities.login.fullNames[0])).toEqual([])
    expect(people.find(({ login }) => login === ambiguities.login.login)?.fullName).toBe(ambiguities.login.fullNames[1])
  })
})

describe('an export', () => {
  const cells = (text: string) => text.split('\r\n').slice(0, -1)

  it('has the columns of the view, and comments under their older names', async () => {
    await using simulator = await startDesk()
    const header = (view: OtcView, names?: 'newer') => cells([...simulator.exportCsv(view, { names })].join(''))[0]
    expect(header('tickets')).toBe(otcColumns.tickets.map(({ name }) => name).join(','))
    expect(header('comments')).toBe('CT-COMMENT-ID,CT-TKT-ID,CT-COMMENT,CT-USERID,CT-USERIDNAME,CT-OWNERTYPE,CT-DATEAMDTIME,CT-VISIBLE-CUSTOMER,CT-TYPE,CT-TKT-TEAM')
    expect(header('comments', 'newer')).toBe(otcColumns.comments.map(({ name }) => name).join(','))
  })

  it('has every ticket there ever was where that is asked for, those of the view as it shows them', async () => {
    await using simulator = await startDesk()
    simulator.advanceTo('2026-01-22T00:00:00Z')
    const ids = [...simulator.exportCsv('tickets', { everything: true })].join('').split('\r\n').slice(1).flatMap((line) => /^(4\d{6}),/.exec(line)?.[1] ?? [])
    expect(ids).toHaveLength(simulator.world.tickets.ever)
    expect(ids.length).toBeGreaterThan(1200)
    expect(new Set(ids).size).toBe(ids.length)
    const { orphans } = simulator.truth().timesheets
    const known = new Set(ids.map(Number))
    expect(orphans).toBeGreaterThan(250)
    expect(recordsOf(simulator, 'timesheets').filter((row) => row['TS-Crm ID'] !== null && !known.has(Number(row['TS-Crm ID'])))).toEqual([])
  })

  it('puts texts with commas, quotes, line ends and blanks at their ends into quotes', async () => {
    await using simulator = await startDesk()
    const text = [...simulator.exportCsv('tickets')].join('')
    expect(text).toContain('," PendingAssignment",')
    expect(text).toContain(',"User says: ""it worked yesterday""",')
    expect(text).toContain('"Raised by monitoring.\nThreshold: 90 %"')
    expect(text).toMatch(/,50\d\d\.0,/)
  })
})
