import { sql, type SQL } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { openEngine, type Engine } from '@varve/core'
import { verifyDimension } from '@varve/scd2'
import { createDatabase, type TestDatabase } from '../../../test-support/engines.ts'
import { TicketDimension } from '../src/pipeline/otc/history/dim-ticket.ts'
import { countsOf, startDesk, type Desk } from './otc-desk.ts'
import { rowsOf, writtenState } from './otc-rows.ts'

// The figures of the real one; timesheets and comments in small.
const figures = { tickets: 8833, timesheets: 1200, duplicates: 40, comments: 300 }

let loaded: TestDatabase
beforeAll(async () => {
  loaded = await createDatabase('postgres')
  await using desk = await startDesk({ scale: figures })
  await using engine = await openEngine(loaded.url)
  await desk.run(engine)
}, 60_000)
afterAll(() => loaded.drop())

/** A warehouse that was loaded from a desk of the same seed. */
async function loadedCase(): Promise<{ readonly engine: Engine; readonly desk: Desk; readonly rows: (query: SQL) => Promise<Record<string, unknown>[]> }> {
  const database = await createDatabase('postgres', new URL(loaded.url).pathname.slice(1))
  const engine = await openEngine(database.url)
  const desk = await startDesk({ scale: figures })
  onTestFinished(async () => {
    await desk[Symbol.asyncDispose]()
    await engine.close()
    await database.drop()
  })
  return { engine, desk, rows: (query) => rowsOf(engine, query) }
}

/** Whether a column holds what the desk means. Yes and no stay as they were told; a text loses the blanks around it. */
function isMeant(is: unknown, meant: string | number | boolean | null): boolean {
  if (typeof meant === 'boolean') return /^(yes|true|1)$/i.test(String(is)) === meant
  if (typeof meant !== 'string') return is === meant
  return /^\d{4}-\d\d-\d\dT/.test(meant) ? Date.parse(String(is)) === Date.parse(meant) : is === meant.trim()
}

describe('8,833 tickets', () => {
  it('are stored as the desk means them, in all their columns', async () => {
    const { desk, rows } = await loadedCase()
    const found = new Map((await rows(sql`select * from servicedesk.tickets`)).map((row) => [row['TKT-Ticket ID'], row]))
    const truth = desk.simulator.truth().tickets.filter(({ isInView }) => isInView)
    expect(found.size).toBe(truth.length)
    expect(truth).toHaveLength(8833)
    const wrong: unknown[] = []
    for (const { id, history } of truth) {
      const row = found.get(id)
      for (const [column, value] of Object.entries(history.at(-1)?.values ?? {})) if (!isMeant(row?.[column] ?? null, value)) wrong.push({ id, column, is: row?.[column], value })
    }
    expect(wrong.slice(0, 5)).toEqual([])
  })

  it('delivered again are 8,833 unchanged, and not a row is written', async () => {
    const { engine, desk } = await loadedCase()
    const before = await writtenState(engine)
    const result = await desk.run(engine)
    expect(countsOf(result, 'servicedesk.tickets')).toEqual({ read: 8833, unchanged: 8833 })
    expect(countsOf(result, 'servicedesk.dim_ticket')).toEqual({ read: 8833, unchanged: 8833 })
    expect(countsOf(result, 'servicedesk.timesheets')).toEqual({ read: 1200, duplicate: 40, unchanged: 1160 })
    expect(countsOf(result, 'servicedesk.comments')).toEqual({ read: 300, unchanged: 300 })
    expect(await writtenState(engine)).toEqual(before)
  })

  it('of which 500 are modified: 500 are updated, 500 versions come, and the history is that of the desk', async () => {
    const { engine, desk, rows } = await loadedCase()
    const changed = desk.simulator.change(500)
    const result = await desk.run(engine, { view: 'tickets' })
    expect(countsOf(result, 'servicedesk.tickets')).toEqual({ read: 8833, changed: 500, unchanged: 8333 })
    expect(countsOf(result, 'servicedesk.dim_ticket')).toEqual({ read: 8833, changed: 500, unchanged: 8333 })
    const versions = await rows(sql`select ticket_id, count(*)::int as versions from servicedesk.dim_ticket group by ticket_id having count(*) > 1`)
    expect(new Set(versions.map((row) => row['ticket_id']))).toEqual(new Set(changed))
    expect(versions.every((row) => row['versions'] === 2)).toBe(true)
    expect(await rows(sql`select count(*)::int as wrong from servicedesk.dim_ticket d join servicedesk.v_tickets t using (ticket_id) where d.is_current and (d.status, d.team, d.assigned_to_user, d.severity, d.category, d.modified_time) is distinct from (t.status, t.team, t.assigned_to_user, t.severity, t.category, t.modified_time)`)).toEqual([{ wrong: 0 }])
    expect((await verifyDimension(engine, TicketDimension.definition)).findings).toEqual([])
    // Time in status and hand-overs are questions now.
    const [life] = desk.simulator.truth().tickets.filter(({ id, history }) => changed.includes(id) && history.length === 2 && history[0]?.values['TKT-Status'] !== history[1]?.values['TKT-Status'])
    const stays = await rows(sql`select status, entered_at, left_at, hours is not null as is_counted from servicedesk.v_time_in_status where ticket_id = ${life?.id ?? 0} order by stay`)
    expect(stays.map((row) => row['status'])).toEqual(life?.history.map(({ values }) => values['TKT-Status']))
    expect(stays.map((row) => [row['entered_at'], row['left_at']])).toEqual(life?.history.map(({ from, to }) => [iso(from), to === null ? null : iso(to)]))
    const handed = desk.simulator.truth().tickets.filter(({ history: [one, two] }) => two && (one?.values['TKT-Team'] !== two.values['TKT-Team'] || one?.values['TKT-Assigned To User'] !== two.values['TKT-Assigned To User']))
    expect(await rows(sql`select count(*)::int as reassignments from servicedesk.v_reassignments`)).toEqual([{ reassignments: handed.length }])
  })

  it('that were modified since a day are a choice', async () => {
    const { engine, desk } = await loadedCase()
    desk.simulator.change(7)
    const { read = 0, ...counts } = countsOf(await desk.run(engine, { view: 'tickets', since: '2026-01-20' }), 'servicedesk.tickets')
    expect(read).toBeLessThan(1500)
    expect(counts).toEqual({ changed: 7, unchanged: read - 7 })
  })

  it('tried are as they were: a dry run counts exactly and keeps nothing', async () => {
    const { engine, desk } = await loadedCase()
    desk.simulator.change(5)
    const before = await writtenState(engine)
    expect(countsOf(await desk.run(engine, {}, { dryRun: true }), 'servicedesk.tickets')).toEqual({ read: 8833, changed: 5, unchanged: 8828 })
    expect(await writtenState(engine)).toEqual(before)
  })
})

describe('what goes with the tickets', () => {
  it('corrected bookings are updated in every column, and counted', async () => {
    const { engine, desk } = await loadedCase()
    const corrected = desk.simulator.changeTimesheets(30)
    const counts = countsOf(await desk.run(engine, { view: 'timesheets' }), 'servicedesk.timesheets')
    expect(counts).toMatchObject({ read: 1200, duplicate: 40, changed: corrected.length })
  })

  it('most bookings have no ticket that is loaded: that is told, and none is refused', async () => {
    const { desk, rows } = await loadedCase()
    const { timesheets, comments } = desk.simulator.truth()
    const levels = await rows(sql`select view_name, records::int, orphan_percent::float as percent from servicedesk.v_orphaned_data order by view_name`)
    expect(levels).toEqual([
      { view_name: 'comments', records: comments.rows, percent: Math.round((comments.orphans / comments.rows) * 1000) / 10 },
      { view_name: 'timesheets', records: timesheets.keys, percent: expect.closeTo(97, 0) as number },
    ])
    expect(await rows(sql`select issue_type from servicedesk.data_quality_issues where issue_type in ('ORPHANS_CHANGED', 'quarantine')`)).toEqual([])
  })

  it('who is who is what the desk knows of it, but for those whose names tell not enough', async () => {
    const { desk, rows } = await loadedCase()
    const { people, ambiguities } = desk.simulator.truth()
    const unclear = new Set([ambiguities.login.login, ...ambiguities.fullName.logins])
    const pairs = await rows(sql`select short_username as login, full_name as name from servicedesk.user_lookup where source = 'auto_timesheet' order by short_username`)
    expect(pairs).toEqual(people.filter(({ login }) => !unclear.has(login)).map(({ login, fullName }) => ({ login, name: fullName })).toSorted((a, b) => (a.login < b.login ? -1 : 1)))
    expect(await rows(sql`select record_id from servicedesk.data_quality_issues where issue_type = 'AMBIGUOUS_PERSON' and resolved_at is null order by record_id`)).toEqual([{ record_id: `login ${ambiguities.login.login}` }, { record_id: `name ${ambiguities.fullName.fullName.toLowerCase()}` }])
    expect(await rows(sql`select short_username from servicedesk.user_lookup where source = 'auto_etl'`)).toEqual([{ short_username: 'svc-automation' }])
  })

  it('reports agree with what they are made of', async () => {
    const { rows } = await loadedCase()
    expect(await rows(sql`select (select sum(total_hours) from servicedesk.v_user_activity) = (select round(sum(hours)::numeric, 2) from servicedesk.v_timesheets) as hours_agree,
      (select sum(open_tickets) from servicedesk.v_team_backlog) = (select count(*) from servicedesk.v_tickets where status not in ('Resolved', 'Incident Resolved', 'Closed')) as backlog_agrees,
      (select count(*) from servicedesk.get_team_backlog('NOC')) = (select open_tickets from servicedesk.v_team_backlog where team = 'NOC') as team_agrees,
      (select bool_and(team like 'Cloud -%' and category <> 'Alert') from servicedesk.v_engineering_tickets) as engineers_agree`)).toEqual([{ hours_agree: true, backlog_agrees: true, team_agrees: true, engineers_agree: true }])
    const [somebody] = await rows(sql`select assigned_to_user as name, count(*)::int as open from servicedesk.v_tickets where assigned_to_user <> 'PendingAssignment' and status not in ('Resolved', 'Incident Resolved', 'Closed') group by 1 order by 2 desc, 1 limit 1`)
    expect(await rows(sql`select count(*)::int as open from servicedesk.get_user_workload(upper(${String(somebody?.['name'])}))`)).toEqual([{ open: somebody?.['open'] }])
  })
})

function iso(instant: string): string {
  return new Date(instant).toISOString().replace('.000Z', 'Z')
}
