import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { sql } from 'drizzle-orm'
import { expect, it, onTestFinished } from 'vitest'
import writeExcelFile from 'write-excel-file/node'
import { openEngine, type Engine } from '@varve/core'
import { revertLoads } from '@varve/scd2'
import { createDatabase } from '../../../test-support/engines.ts'
import { writeBareWorkbook, type BareCell } from './bare-workbook.ts'
import { startDesk } from './otc-desk.ts'
import { booking, deliver, rowsOf, ticket } from './otc-rows.ts'
import { directoryWith, varve, type Told } from './varve.ts'

/** A database, and the command on files of a directory. */
async function place(): Promise<{ readonly engine: Engine; readonly directory: string; readonly imported: (...argv: string[]) => Promise<Told> }> {
  const database = await createDatabase('postgres')
  const engine = await openEngine(database.url)
  const directory = directoryWith()
  onTestFinished(async () => {
    await engine.close()
    await database.drop()
  })
  return { engine, directory, imported: (...argv) => varve(['import', 'otc', ...argv, '--db', database.url, '--json', '--quiet'], { directory, environment: { OTC_TIME_ZONE: 'Australia/Sydney' } }) }
}

interface Report {
  readonly steps: readonly { readonly outcome?: { readonly steps: readonly { readonly table: string; readonly counts: Record<string, number> }[] } }[]
}

function countsIn(told: Told, table: string): Record<string, number> {
  expect([told.exitCode, told.stderr]).toEqual([0, ''])
  const found = (told.json as Report).steps.flatMap(({ outcome }) => outcome?.steps ?? []).find((step) => step.table === `servicedesk.${table}`) // what --json of a run is
  return Object.fromEntries(Object.entries(found?.counts ?? {}).filter(([, count]) => count > 0))
}

it('an export as CSV fills what the views no longer have, changes nothing that they have, and a second time nothing at all', async () => {
  const { engine, directory, imported } = await place()
  await using desk = await startDesk({ scale: { tickets: 30, ticketsEver: 300, timesheets: 200, duplicates: 10, comments: 60 } })
  await desk.run(engine)
  for (const view of ['tickets', 'timesheets', 'comments'] as const) writeFileSync(join(directory, `${view}.csv`), [...desk.simulator.exportCsv(view, { everything: true })].join(''))
  expect(countsIn(await imported('tickets', 'tickets.csv'), 'tickets')).toEqual({ read: 300, new: 270, unchanged: 30 })
  expect(countsIn(await imported('tickets', 'tickets.csv'), 'tickets')).toEqual({ read: 300, unchanged: 300 })
  expect(countsIn(await imported('timesheets', 'timesheets.csv'), 'timesheets')).toEqual({ read: 200, duplicate: 10, unchanged: 190 })
  expect(countsIn(await imported('comments', 'comments.csv'), 'comments')).toEqual({ read: 60, unchanged: 60 })
  expect(await rowsOf(engine, sql`select b.batch_type, b.metadata ->> 'file' as file, m.load_status from varve.etl_batches b join servicedesk.etl_metadata m on m.load_id = b.batch_id where b.batch_type like 'import%' order by b.started_at`)).toEqual([
    { batch_type: 'import tickets', file: 'tickets.csv', load_status: 'success' },
    { batch_type: 'import tickets', file: 'tickets.csv', load_status: 'success' },
    { batch_type: 'import timesheets', file: 'timesheets.csv', load_status: 'success' },
    { batch_type: 'import comments', file: 'comments.csv', load_status: 'success' },
  ])
  // Tickets that were imported are none that timesheets lack any more.
  expect(await rowsOf(engine, sql`select orphan_percent < previous_percent as is_lower from servicedesk.v_orphaned_data where view_name = 'timesheets'`)).toEqual([{ is_lower: true }])
})

it('a spreadsheet with real dates says the same as the view does, and what it has no column for stays', async () => {
  const { engine, directory, imported } = await place()
  await deliver(engine, 'tickets', [ticket({ 'TKT-Ticket ID': 1, 'TKT-Month Created': '2026-01', 'TKT-SLA Met': 'yes' })])
  await deliver(engine, 'timesheets', [booking({ 'TS-Crm ID': 1 })])
  const day = (text: string, format: string) => ({ value: new Date(text), type: Date, format })
  await writeExcelFile([
    ['TKT-Ticket ID', 'TKT-Title', 'TKT-Status', 'TKT-Team', 'TKT-Created Time', 'TKT-Modified Time', 'TKT-Month Created'],
    [1, 'Disk space low', 'Open', 'NOC', day('2026-01-05T08:00:00Z', 'dd/mm/yyyy hh:mm'), day('2026-01-05T08:00:00Z', 'dd/mm/yyyy hh:mm'), day('2026-01-01T00:00:00Z', 'mmm-yy')],
    [2, 'Mailbox full', 'Closed', 'NOC', day('2024-02-29T23:59:00Z', 'dd/mm/yyyy hh:mm'), '01/03/2024 08:30', '2024-02'],
  ]).toFile(join(directory, 'tickets.xlsx'))
  const told = await imported('tickets', 'tickets.xlsx')
  expect(countsIn(told, 'tickets')).toEqual({ read: 2, new: 1, unchanged: 1 })
  expect(countsIn(told, 'dim_ticket')).toEqual({ read: 2, new: 1, unchanged: 1 })
  expect(await rowsOf(engine, sql`select ticket_id, created_time, modified_time, month_created, sla_met from servicedesk.v_tickets order by ticket_id`)).toEqual([
    { ticket_id: 1, created_time: '2026-01-04T21:00:00Z', modified_time: '2026-01-04T21:00:00Z', month_created: '2026-01', sla_met: 'yes' },
    { ticket_id: 2, created_time: '2024-02-29T12:59:00Z', modified_time: '2024-02-29T21:30:00Z', month_created: '2024-02', sla_met: null },
  ])
  await writeExcelFile([
    ['TS-User Full Name', 'TS-User Username', 'TS-Date', 'TS-Time From', 'TS-Time To', 'TS-Type', 'TS-Hours', 'TS-Crm ID'],
    ['Jo Sample', 'jsample', day('2026-01-05T00:00:00Z', 'dd/mm/yyyy'), { value: 0.375, type: Number, format: 'hh:mm' }, '10:30', 'Normal', 1.5, 1],
    ['Jo Sample', 'jsample', day('2026-01-06T00:00:00Z', 'dd/mm/yyyy'), null, null, 'Normal', '0,25', null],
  ]).toFile(join(directory, 'timesheets.xlsx'))
  expect(countsIn(await imported('timesheets', 'timesheets.xlsx'), 'timesheets')).toEqual({ read: 2, new: 1, unchanged: 1 })
})

it('an older state of a ticket takes its place in the history, and leaves the ticket as it is', async () => {
  const { engine, directory, imported } = await place()
  await deliver(engine, 'tickets', [ticket({ 'TKT-Status': 'Closed', 'TKT-Modified Time': '10/01/2026 12:00' })])
  writeFileSync(join(directory, 'old.csv'), 'TKT-Ticket ID,TKT-Title,TKT-Status,TKT-Team,TKT-Created Time,TKT-Modified Time,TKT-Note\r\n4180001,Disk space low,Open,NOC,05/01/2026 08:00,05/01/2026 09:00,\r\n')
  const told = await imported('tickets', 'old.csv')
  expect(countsIn(told, 'tickets')).toEqual({ read: 1, late: 1 })
  expect(countsIn(told, 'dim_ticket')).toEqual({ read: 1, changed: 1, late: 1 })
  expect(await rowsOf(engine, sql`select status from servicedesk.v_tickets`)).toEqual([{ status: 'Closed' }])
  expect(await rowsOf(engine, sql`select issue_type, record_id from servicedesk.data_quality_issues`)).toEqual([{ issue_type: 'UNKNOWN_FIELD', record_id: 'TKT-Note' }])
  expect(await rowsOf(engine, sql`select status, entered_at, left_at, hours::float from servicedesk.v_time_in_status order by stay limit 1`)).toEqual([{ status: 'Open', entered_at: '2026-01-04T22:00:00Z', left_at: '2026-01-10T01:00:00Z', hours: 123 }])
  // An old file makes nothing fresh: what is told is how the view fared.
  expect(await rowsOf(engine, sql`select f.last_loaded = m.load_end as is_of_the_view, m.load_status, (select count(*)::int from servicedesk.etl_metadata where load_type = 'import tickets') as imports
    from servicedesk.v_data_freshness f join servicedesk.etl_metadata m on m.view_name = f.view_name and m.load_type = 'tickets'`)).toEqual([{ is_of_the_view: true, load_status: 'success', imports: 1 }])
})

it('an import of a warehouse without any dimension is not reverted, and it is said why', async () => {
  const { engine } = await place()
  const { batchId } = await deliver(engine, 'timesheets', [booking()])
  expect(await rowsOf(engine, sql`select to_regclass('varve.dimensions')::text as dimensions`)).toEqual([{ dimensions: null }])
  await expect(revertLoads(engine, batchId)).rejects.toMatchObject({ code: 'V2009', message: expect.stringContaining(`Batch ${batchId} loaded no dimension`) as string })
})

it('a cell that shows an error costs its row, with what it shows; a time of day is one however it is written', async () => {
  const { engine, directory, imported } = await place()
  await deliver(engine, 'timesheets', [booking({ 'TS-Time From': '9:00' })])
  const row = (from: BareCell, crm: number, hours: BareCell, description: BareCell): BareCell[] => ['Jo Sample', 'jsample', '05/01/2026', from, '10:30', 'Normal', hours, crm, description]
  writeBareWorkbook(join(directory, 'timesheets.xlsx'), [
    ['TS-User Full Name', 'TS-User Username', 'TS-Date', 'TS-Time From', 'TS-Time To', 'TS-Type', 'TS-Hours', 'TS-Crm ID', 'TS-Description'],
    row('9:00 AM', 4180001, 1.5, null),
    row({ error: '#N/A' }, 2, 1.5, null),
    row('9:00', 3, { error: '#DIV/0!' }, null),
    row('9:00', 4, 1.5, { error: '#REF!' }),
    row('9:00', 5, 1.5, '#N/A is what it said'),
  ])
  expect(countsIn(await imported('timesheets', 'timesheets.xlsx'), 'timesheets')).toEqual({ read: 5, rejected: 3, new: 1, unchanged: 1 })
  expect(await rowsOf(engine, sql`select issue_description as told, issue_data ->> 'TS-Description' as description from servicedesk.data_quality_issues where issue_type = 'quarantine' order by issue_id`)).toEqual([
    { told: expect.stringContaining('"TS-Time From" the value is an error (#N/A), not text') as string, description: null },
    { told: expect.stringContaining('"TS-Hours" #DIV/0!') as string, description: null },
    { told: expect.stringContaining('"TS-Description" the value is an error (#REF!), not text') as string, description: '#REF!' },
  ])
})

it('a dry run counts and keeps nothing; the file of another view, a wrong format and a missing file are told', async () => {
  const { engine, directory, imported } = await place()
  writeFileSync(join(directory, 'timesheets.csv'), 'TS-User Username;TS-Date;TS-Time From;TS-Crm ID;TS-Hours\r\njsample;05/01/2026;09:00;1;1,5\r\n')
  expect(countsIn(await imported('timesheets', 'timesheets.csv', '--delimiter', ';', '--dry-run'), 'timesheets')).toEqual({ read: 1, new: 1 })
  expect(await rowsOf(engine, sql`select to_regclass('servicedesk.v_timesheets')::text as view`)).toEqual([{ view: null }])
  const other = await imported('tickets', 'timesheets.csv', '--delimiter', ';')
  expect([other.exitCode, other.stderr + other.stdout]).toEqual([3, expect.stringContaining('These are no tickets: no row has')])
  expect(await rowsOf(engine, sql`select status, error_code from varve.etl_batches`)).toEqual([{ status: 'failed', error_code: 'V3010' }])
  expect((await imported('tickets', 'tickets.csv')).exitCode).toBe(1)
  writeFileSync(join(directory, 'tickets.txt'), '')
  expect((await imported('tickets', 'tickets.txt')).stdout).toContain('--format xlsx, csv or ndjson')
})
