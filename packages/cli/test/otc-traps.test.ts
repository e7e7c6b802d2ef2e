import { sql } from 'drizzle-orm'
import { beforeEach, expect, it } from 'vitest'
import { runPipeline, failureOf } from '@varve/core'
import { describeEngines } from '../../../test-support/engines.ts'
import { otcPipeline } from '../src/pipeline/otc/otc-pipeline.ts'
import { startDesk } from './otc-desk.ts'
import { booking, comment, counted, deliver, rowsOf, ticket, writtenState } from './otc-rows.ts'

describeEngines('what the service desk is hard to load for', (context) => {
  const rows = (query: Parameters<typeof rowsOf>[1]) => rowsOf(context.engine, query)
  const load = (...given: Parameters<typeof deliver> extends [unknown, ...infer Rest] ? Rest : never) => deliver(context.engine, ...given)
  // Each case in a schema of its own making.
  beforeEach(async () => void (await context.engine.query(sql`drop schema if exists servicedesk cascade`)))
  beforeEach(async () => void (await context.engine.query(sql`drop schema if exists varve cascade`)))

  it('a booking without a ticket or a time is one booking however often it comes, and the database holds to that', async () => {
    const [noTicket, neither] = [booking({ 'TS-Crm ID': '' }), booking({ 'TS-Crm ID': null, 'TS-Time From': '' })]
    expect(counted(await load('timesheets', [noTicket, neither, booking()]), 'timesheets')).toEqual({ read: 3, new: 3 })
    expect(counted(await load('timesheets', [neither, noTicket, neither]), 'timesheets')).toEqual({ read: 3, duplicate: 1, unchanged: 2 })
    // Another spelling of a time is no other booking.
    expect(counted(await load('timesheets', [booking({ 'TS-Time From': '9:00' }), booking({ 'TS-Time From': '09:00:00', 'TS-Time To': '10:30:00' })]), 'timesheets')).toEqual({ read: 2, duplicate: 1, unchanged: 1 })
    await expect(context.engine.query(sql`insert into servicedesk.timesheets ("TS-User Username", "TS-Date") values ('jsample', '2026-01-05')`)).rejects.toMatchObject({ code: 'V3006' })
  })

  it('of one key twice in a delivery the last row stands, and of tickets the one that was modified last', async () => {
    expect(counted(await load('timesheets', [booking({ 'TS-Hours': '1' }), booking({ 'TS-Hours': '2' }), booking({ 'TS-Hours': '3' })]), 'timesheets')).toEqual({ read: 3, duplicate: 2, new: 1 })
    expect(await rows(sql`select hours from servicedesk.v_timesheets`)).toEqual([{ hours: 3 }])
    const states = [ticket({ 'TKT-Status': 'Closed', 'TKT-Modified Time': '05/01/2026 12:00' }), ticket({ 'TKT-Status': 'Pending', 'TKT-Modified Time': '05/01/2026 10:00' }), ticket({ 'TKT-Status': 'Resolved', 'TKT-Modified Time': '05/01/2026 12:00' })]
    expect(counted(await load('tickets', states), 'tickets')).toEqual({ read: 3, duplicate: 2, new: 1 })
    expect(await rows(sql`select status from servicedesk.v_tickets`)).toEqual([{ status: 'Resolved' }])
    // Every instant is history.
    expect(await rows(sql`select status, valid_from, is_current from servicedesk.dim_ticket order by valid_from`)).toEqual([
      { status: 'Pending', valid_from: '2026-01-04T23:00:00Z', is_current: false },
      { status: 'Resolved', valid_from: '2026-01-05T01:00:00Z', is_current: true },
    ])
  })

  it('one row that the database refuses costs one row, also in the middle of many', async () => {
    await load('timesheets', [booking()])
    await context.engine.query(sql`alter table servicedesk.timesheets add constraint no_day_has_25_hours check ("TS-Hours" < 25)`)
    const many = Array.from({ length: 200 }, (_, at) => booking({ 'TS-Crm ID': at, 'TS-Hours': at === 120 ? 99 : 1 }))
    expect(counted(await load('timesheets', many), 'timesheets')).toEqual({ read: 200, rejected: 1, new: 199 })
    expect(await rows(sql`select count(*)::int as stored, max(hours) as most from servicedesk.v_timesheets`)).toEqual([{ stored: 200, most: 1.5 }])
    expect(await rows(sql`select load_status, records_fetched::int, records_inserted::int, records_errors::int from servicedesk.etl_metadata order by load_start desc limit 1`)).toEqual([{ load_status: 'partial', records_fetched: 200, records_inserted: 199, records_errors: 1 }])
  })

  it('a row that cannot be read is set aside with what is wrong, and the others load', async () => {
    expect(counted(await load('timesheets', [booking(), booking({ 'TS-Date': '31/02/2026' }), booking({ 'TS-Hours': 'two', 'TS-Crm ID': 2 })]), 'timesheets')).toEqual({ read: 3, rejected: 2, new: 1 })
    expect(await rows(sql`select issue_description from servicedesk.data_quality_issues where issue_type = 'quarantine' order by issue_id`)).toEqual([
      { issue_description: expect.stringContaining('"TS-Date" "31/02/2026"') as string },
      { issue_description: expect.stringContaining('"TS-Hours" "two"') as string },
    ])
    // A view is read whole: what is no longer set aside is over.
    await load('timesheets', [booking(), booking({ 'TS-Hours': 'two', 'TS-Crm ID': 2 })])
    expect(await rows(sql`select issue_description from servicedesk.data_quality_issues where issue_type = 'quarantine' and resolved_at is null`)).toHaveLength(1)
  })

  it('what is inserted is told from what is updated and what is left alone', async () => {
    await load('timesheets', [booking(), booking({ 'TS-Crm ID': 2 })])
    expect(counted(await load('timesheets', [booking(), booking({ 'TS-Crm ID': 2, 'TS-Time To': '11:00', 'TS-Type': 'Overtime' }), booking({ 'TS-Crm ID': 3 })]), 'timesheets')).toEqual({ read: 3, new: 1, changed: 1, unchanged: 1 })
    // Columns that an earlier loader never updated.
    expect(await rows(sql`select time_to, type from servicedesk.v_timesheets where crm_id = 2`)).toEqual([{ time_to: '11:00', type: 'Overtime' }])
    expect(await rows(sql`select records_fetched::int as fetched, records_inserted::int as inserted, records_updated::int as updated, load_status as status from servicedesk.etl_metadata where view_name = 'timesheets' order by load_start`)).toEqual([
      { fetched: 2, inserted: 2, updated: 0, status: 'success' },
      { fetched: 3, inserted: 1, updated: 1, status: 'success' },
    ])
  })

  it('what leaves the window of a view stays', async () => {
    await load('tickets', [ticket(), ticket({ 'TKT-Ticket ID': 2 })])
    expect(counted(await load('tickets', [ticket({ 'TKT-Ticket ID': 2 })]), 'tickets')).toEqual({ read: 1, unchanged: 1 })
    expect(await rows(sql`select ticket_id, is_current from servicedesk.dim_ticket order by ticket_id`)).toEqual([{ ticket_id: 2, is_current: true }, { ticket_id: 4180001, is_current: true }])
    expect(counted(await load('tickets', []), 'tickets')).toEqual({})
    expect(await rows(sql`select count(*)::int as tickets from servicedesk.tickets`)).toEqual([{ tickets: 2 }])
    expect(await rows(sql`select issue_type, severity from servicedesk.data_quality_issues`)).toEqual([{ issue_type: 'EMPTY_VIEW', severity: 'warn' }])
  })

  it('only a timesheet says who a login is; what cannot be told is a finding as long as it lasts, and a row made by hand stays', async () => {
    await load('tickets', [ticket({ 'TKT-Assigned To User': 'Jim Sample' }), ticket({ 'TKT-Ticket ID': 2, 'TKT-Assigned To User': ' PendingAssignment' }), ticket({ 'TKT-Ticket ID': 3, 'TKT-Assigned To User': 'Kim Lee', 'TKT-Team': 'NOC' })])
    await load('comments', [comment()])
    const people = () => rows(sql`select short_username, full_name, team, source, evidence::int from servicedesk.user_lookup order by coalesce(full_name, short_username) collate "C"`)
    // Jim Sample is no jsample: nothing but his last name says so.
    expect(await people()).toEqual([
      { short_username: null, full_name: 'Jim Sample', team: 'NOC', source: 'auto_ticket', evidence: 1 },
      { short_username: null, full_name: 'Kim Lee', team: 'NOC', source: 'auto_ticket', evidence: 1 },
      { short_username: 'jsample', full_name: null, team: 'NOC', source: 'auto_etl', evidence: 1 },
    ])
    const pairs = [booking(), booking({ 'TS-Crm ID': 2 }), booking({ 'TS-User Username': 'klee', 'TS-User Full Name': 'Kim Lee' }), booking({ 'TS-User Username': 'KLEE', 'TS-User Full Name': 'Kym Lee', 'TS-Crm ID': 5 })]
    await load('timesheets', pairs)
    const told = [
      { short_username: null, full_name: 'Jim Sample', team: 'NOC', source: 'auto_ticket', evidence: 1 },
      { short_username: 'jsample', full_name: 'Jo Sample', team: null, source: 'auto_timesheet', evidence: 2 },
    ]
    expect(await people()).toEqual(told)
    const open = () => rows(sql`select record_id from servicedesk.data_quality_issues where issue_type = 'AMBIGUOUS_PERSON' and resolved_at is null`)
    expect(await open()).toEqual([{ record_id: 'login klee' }])
    expect(await rows(sql`select servicedesk.get_full_name('JSample') as name, servicedesk.get_short_username('jo sample') as login, servicedesk.get_full_name('klee') as nobody`)).toEqual([{ name: 'Jo Sample', login: 'jsample', nobody: null }])

    const byHand = { short_username: 'klee', full_name: 'Kim Lee', team: 'Night shift', source: 'manual', evidence: 0 }
    await context.engine.query(sql`insert into servicedesk.user_lookup (short_username, full_name, team) values ('klee', 'Kim Lee', 'Night shift')`)
    for (let run = 0; run < 2; run++) {
      await load('timesheets', pairs)
      expect(await people()).toEqual([...told, byHand])
      expect(await open()).toEqual([])
    }
  })

  it('orphans are counted and loaded; that most are is no finding, that the share moves is one', async () => {
    const level = () => rows(sql`select view_name, records::int, orphaned::int, without_ticket::int, orphan_percent::float, previous_percent::float, change_in_points::float from servicedesk.v_orphaned_data order by view_name`)
    await load('timesheets', [...Array.from({ length: 97 }, (_, at) => booking({ 'TS-Crm ID': at + 1 })), booking({ 'TS-Crm ID': '' }), booking({ 'TS-Crm ID': 501 }), booking({ 'TS-Crm ID': 502 })])
    await load('tickets', [ticket({ 'TKT-Ticket ID': 501 }), ticket({ 'TKT-Ticket ID': 502 })])
    expect(await level()).toEqual([{ view_name: 'timesheets', records: 100, orphaned: 98, without_ticket: 1, orphan_percent: 98, previous_percent: 100, change_in_points: -2 }])
    const findings = () => rows(sql`select table_name, issue_description from servicedesk.data_quality_issues where issue_type = 'ORPHANS_CHANGED'`)
    expect(await findings()).toEqual([])
    await load('tickets', Array.from({ length: 20 }, (_, at) => ticket({ 'TKT-Ticket ID': at + 1 })))
    expect(await level()).toMatchObject([{ orphaned: 78, orphan_percent: 78, previous_percent: 98, change_in_points: -20 }])
    expect(await findings()).toEqual([{ table_name: 'servicedesk.timesheets', issue_description: expect.stringContaining('78.0 % of the timesheets have no ticket that is loaded; it was 98.0 % before.') as string }])
    await load('tickets', [ticket({ 'TKT-Ticket ID': 1 })])
    expect(await findings()).toHaveLength(1)
  })

  it('comments of today and of older exports come in one delivery, and are one where they are one', async () => {
    const older = { 'CT-COMMENT-ID': 77001, 'CT-TKT-ID': 4180001, 'CT-COMMENT': 'Rebooted', 'CT-USERID': 912, 'CT-USERIDNAME': 'jsample', 'CT-OWNERTYPE': 'user', 'CT-DATEAMDTIME': '05/01/2026 10:31', 'CT-VISIBLE-CUSTOMER': 'No', 'CT-TYPE': 'worknotes', 'CT-TKT-TEAM': 'NOC' }
    expect(counted(await load('comments', [older, comment({ 'TKTCT-CommentID': 77002 })]), 'comments')).toEqual({ read: 2, new: 2 })
    expect(counted(await load('comments', [comment(), { ...older, 'CT-COMMENT-ID': 77002 }]), 'comments')).toEqual({ read: 2, unchanged: 2 })
    expect(await rows(sql`select issue_type from servicedesk.data_quality_issues`)).toEqual([])
  })

  it('a column that is sent no more stays as it was, an unknown one is told of, and rows of another view are refused', async () => {
    await load('tickets', [ticket({ 'TKT-Due Date': '06/01/2026' })])
    const unknown = () => rows(sql`select record_id, resolved_at is null as is_open from servicedesk.data_quality_issues where issue_type = 'UNKNOWN_FIELD'`)
    expect(await unknown()).toEqual([{ record_id: 'TKT-Due Date', is_open: true }])
    const { 'TKT-Title': _left, ...rest } = ticket({ 'TKT-Status': 'Closed', 'TKT-Modified Time': '06/01/2026 08:00' })
    expect(counted(await load('tickets', [rest]), 'tickets')).toEqual({ read: 1, changed: 1 })
    expect(await rows(sql`select title, status from servicedesk.v_tickets`)).toEqual([{ title: 'Disk space low', status: 'Closed' }])
    expect(await unknown()).toEqual([{ record_id: 'TKT-Due Date', is_open: false }])
    // That it grows old is told for as long as it does.
    const missing = () => rows(sql`select record_id, resolved_at is null as is_open from servicedesk.data_quality_issues where issue_type = 'MISSING_FIELD'`)
    await load('tickets', [rest])
    expect(await missing()).toEqual([{ record_id: 'TKT-Title', is_open: true }])
    await load('tickets', [])
    expect(await missing()).toEqual([{ record_id: 'TKT-Title', is_open: true }])
    await load('tickets', [rest, ticket({ 'TKT-Ticket ID': 2 })])
    expect(await missing()).toEqual([{ record_id: 'TKT-Title', is_open: false }])
    await expect(load('comments', [booking()])).rejects.toMatchObject({ code: 'V3010', message: expect.stringContaining('These are no comments: no row has "TKTCT-CommentID". The fields there are: TS-User Username') as string })
    // However many they are, not each of them is set aside.
    await expect(load('comments', Array.from({ length: 5000 }, () => booking()))).rejects.toMatchObject({ code: 'V3010', message: expect.stringContaining('These are no comments') as string })
    expect(await rows(sql`select count(*) < 1000 as are_few from varve.data_quality_issues where check_name = 'quarantine' and table_name = 'servicedesk.comments'`)).toEqual([{ are_few: true }])
  })

  it('--since leaves out what is older, by the clocks of the desk', async () => {
    expect(counted(await load('tickets', [ticket({ 'TKT-Modified Time': '2026-01-05T12:59:00Z' }), ticket({ 'TKT-Ticket ID': 2, 'TKT-Modified Time': '2026-01-05T13:00:00Z' }), ticket({ 'TKT-Ticket ID': 3, 'TKT-Modified Time': 'soon' })], '2026-01-06'), 'tickets')).toEqual({ read: 2, rejected: 1, new: 1 })
    expect(counted(await load('timesheets', [booking(), booking({ 'TS-Date': '06/01/2026' })], '2026-01-06'), 'timesheets')).toEqual({ read: 1, new: 1 })
  })

  it('which fields a view has, rows tell that --since leaves out, too; a view without a row ends no finding', async () => {
    const open = () => rows(sql`select issue_type from servicedesk.data_quality_issues where resolved_at is null order by issue_type`)
    const both = [ticket({ 'TKT-Due Date': '06/01/2026' }), ticket({ 'TKT-Ticket ID': 2, 'TKT-Created Time': 'soon' })]
    await load('tickets', both)
    expect(await open()).toEqual([{ issue_type: 'UNKNOWN_FIELD' }, { issue_type: 'quarantine' }])
    const { 'TKT-Title': _left, ...young } = ticket({ 'TKT-Ticket ID': 3, 'TKT-Modified Time': '08/01/2026 08:00' })
    expect(counted(await load('tickets', [both[0] ?? {}, young], '2026-01-08'), 'tickets')).toEqual({ read: 1, new: 1 })
    expect(await open()).toEqual([{ issue_type: 'UNKNOWN_FIELD' }, { issue_type: 'quarantine' }])
    // All of it is older: the view has rows, and nothing is found.
    await load('tickets', both.slice(0, 1), '2026-01-08')
    expect(await open()).toEqual([{ issue_type: 'UNKNOWN_FIELD' }, { issue_type: 'quarantine' }])
    await load('tickets', [])
    await load('tickets', [], '2026-01-08')
    expect(await open()).toEqual([{ issue_type: 'EMPTY_VIEW' }, { issue_type: 'UNKNOWN_FIELD' }, { issue_type: 'quarantine' }])
    // It is over with the first row, be it one that is left out.
    await load('tickets', both.slice(0, 1), '2026-01-08')
    expect(await open()).toEqual([{ issue_type: 'UNKNOWN_FIELD' }, { issue_type: 'quarantine' }])
  })

  it('a view that fails leaves those before it loaded, its own table as it was, and a row that says why', async () => {
    await using desk = await startDesk({ faults: { faults: [{ fault: 'error', at: 3, status: 404 }] } })
    const result = await runPipeline(otcPipeline({ environment: desk.environment, clock: desk.simulator.clock }), context.engine)
    expect(result.steps.map(({ name, status }) => [name, status])).toEqual([['tickets', 'done'], ['timesheets', 'done'], ['comments', 'failed']])
    expect(failureOf(result)).toMatchObject({ code: 'V3010', exitCode: 3 })
    expect(await rows(sql`select view_name, load_status, records_fetched > 0 as has_rows, error_message is null as is_well from servicedesk.etl_metadata order by load_start`)).toEqual([
      { view_name: 'tickets', load_status: 'success', has_rows: true, is_well: true },
      { view_name: 'timesheets', load_status: 'success', has_rows: true, is_well: true },
      { view_name: 'comments', load_status: 'failed', has_rows: false, is_well: false },
    ])
    expect(await rows(sql`select count(*)::int as comments from servicedesk.comments`)).toEqual([{ comments: 0 }])
    expect(await rows(sql`select view_name, last_status, total_records > 0 as has_rows from servicedesk.v_data_freshness order by view_name`)).toEqual([
      { view_name: 'comments', last_status: 'failed', has_rows: false },
      { view_name: 'tickets', last_status: 'success', has_rows: true },
      { view_name: 'timesheets', last_status: 'success', has_rows: true },
    ])
  })

  it('reports tell exactly what is loaded', async () => {
    const kim = { 'TKT-Assigned To User': 'Kim Lee', 'TKT-Team': 'Cloud - Security', 'TKT-Category': 'Incident' }
    await load('tickets', [
      ticket({ ...kim, 'TKT-Ticket ID': 1, 'TKT-Title': 'first', 'TKT-Severity': 'P1' }),
      ticket({ ...kim, 'TKT-Ticket ID': 2, 'TKT-Title': 'second', 'TKT-Created Time': '06/01/2026 08:00', 'TKT-Modified Time': '06/01/2026 08:00', 'TKT-Category': 'Alert' }),
      ticket({ ...kim, 'TKT-Ticket ID': 3, 'TKT-Status': 'Incident Resolved' }),
      ticket({ 'TKT-Ticket ID': 4, 'TKT-Team': 'Cloud - Security', 'TKT-Status': 'Pending', 'TKT-Assigned To User': ' PendingAssignment' }),
    ])
    await load('tickets', [
      ticket({ ...kim, 'TKT-Ticket ID': 1, 'TKT-Title': 'first', 'TKT-Severity': 'P1', 'TKT-Status': 'In Progress', 'TKT-Modified Time': '05/01/2026 10:30' }),
      ticket({ ...kim, 'TKT-Ticket ID': 1, 'TKT-Title': 'first', 'TKT-Severity': 'P2', 'TKT-Status': 'In Progress', 'TKT-Modified Time': '05/01/2026 11:00' }),
      ticket({ ...kim, 'TKT-Ticket ID': 1, 'TKT-Title': 'first', 'TKT-Severity': 'P2', 'TKT-Modified Time': '05/01/2026 12:00', 'TKT-Team': 'NOC' }),
    ])
    const booked = { 'TS-User Username': 'klee', 'TS-User Full Name': 'Kim Lee' }
    await load('timesheets', [booking({ ...booked, 'TS-Crm ID': 1 }), booking({ ...booked, 'TS-Crm ID': 1, 'TS-Date': '07/01/2026', 'TS-Hours': '0,25' }), booking({ ...booked, 'TS-Crm ID': 2 }), booking({ 'TS-Crm ID': 1 })])
    await load('comments', [comment({ 'TKTCT-TicketID': 3 }), comment({ 'TKTCT-CommentID': 2, 'TKTCT-TicketID': 3, 'TKTCT-Type': 'system' })])

    expect(await rows(sql`select ticket_id, title, hours_booked::float as hours, last_booked from servicedesk.get_user_workload('kim lee')`)).toEqual([
      { ticket_id: 1, title: 'first', hours: 1.75, last_booked: '2026-01-07' },
      { ticket_id: 2, title: 'second', hours: 1.5, last_booked: '2026-01-05' },
    ])
    expect(await rows(sql`select ticket_id, status, age_days > 0 as has_age from servicedesk.get_team_backlog('Cloud - Security')`)).toEqual([{ ticket_id: 4, status: 'Pending', has_age: true }, { ticket_id: 2, status: 'Open', has_age: true }])
    expect(await rows(sql`select team, open_tickets::int as open, unassigned::int, alerts::int, oldest_created from servicedesk.v_team_backlog order by team`)).toEqual([
      { team: 'Cloud - Security', open: 2, unassigned: 1, alerts: 1, oldest_created: '2026-01-04T21:00:00Z' },
      { team: 'NOC', open: 1, unassigned: 0, alerts: 0, oldest_created: '2026-01-04T21:00:00Z' },
    ])
    expect(await rows(sql`select full_name, short_username, team, tickets_worked::int as tickets, total_hours::float as hours, days_active::int as days, last_activity from servicedesk.v_user_activity order by full_name`)).toEqual([
      { full_name: 'Jo Sample', short_username: 'jsample', team: null, tickets: 1, hours: 1.5, days: 1, last_activity: '2026-01-05' },
      { full_name: 'Kim Lee', short_username: 'klee', team: 'Cloud - Security', tickets: 2, hours: 3.25, days: 2, last_activity: '2026-01-07' },
    ])
    expect(await rows(sql`select ticket_id, is_open, hours_booked::float as hours, people::int, comments::int from servicedesk.v_engineering_tickets order by ticket_id`)).toEqual([
      { ticket_id: 3, is_open: false, hours: 0, people: 0, comments: 1 },
      { ticket_id: 4, is_open: true, hours: 0, people: 0, comments: 0 },
    ])
    expect(await rows(sql`select stay::int, status, entered_at, left_at, case when left_at is not null then hours::float end as hours from servicedesk.v_time_in_status where ticket_id = 1 order by stay`)).toEqual([
      { stay: 1, status: 'Open', entered_at: '2026-01-04T21:00:00Z', left_at: '2026-01-04T23:30:00Z', hours: 2.5 },
      { stay: 2, status: 'In Progress', entered_at: '2026-01-04T23:30:00Z', left_at: '2026-01-05T01:00:00Z', hours: 1.5 },
      { stay: 3, status: 'Open', entered_at: '2026-01-05T01:00:00Z', left_at: null, hours: null },
    ])
    expect(await rows(sql`select ticket_id, reassigned_at, from_team, to_team, is_other_team, is_other_user from servicedesk.v_reassignments`)).toEqual([{ ticket_id: 1, reassigned_at: '2026-01-05T01:00:00Z', from_team: 'Cloud - Security', to_team: 'NOC', is_other_team: true, is_other_user: false }])
    expect(await rows(sql`select view_name, latest_data_date, total_records::int as records, last_status, age > interval '0' as is_past from servicedesk.v_data_freshness order by view_name`)).toEqual([
      { view_name: 'comments', latest_data_date: '2026-01-05', records: 2, last_status: 'success', is_past: true },
      { view_name: 'tickets', latest_data_date: '2026-01-06', records: 4, last_status: 'success', is_past: true },
      { view_name: 'timesheets', latest_data_date: '2026-01-07', records: 4, last_status: 'success', is_past: true },
    ])
  })

  it('the same again writes no row', async () => {
    const all = async () => {
      // One that tells no time at all is a ticket without a history.
      await load('tickets', [ticket(), ticket({ 'TKT-Ticket ID': 2, 'TKT-Modified Time': '' }), ticket({ 'TKT-Ticket ID': 3, 'TKT-Modified Time': '', 'TKT-Created Time': '' })])
      await load('timesheets', [booking(), booking({ 'TS-Crm ID': '' })])
      await load('comments', [comment()])
    }
    await all()
    expect(await rows(sql`select ticket_id, is_current from servicedesk.dim_ticket order by ticket_id`)).toEqual([{ ticket_id: 2, is_current: true }, { ticket_id: 4180001, is_current: true }])
    const before = await writtenState(context.engine)
    await all()
    expect(await writtenState(context.engine)).toEqual(before)
    expect(await rows(sql`select load_status, records_errors::int as errors from servicedesk.etl_metadata where view_name = 'tickets'`)).toEqual([{ load_status: 'success', errors: 0 }, { load_status: 'success', errors: 0 }])
  })
})
