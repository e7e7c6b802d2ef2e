import { sql } from 'drizzle-orm'
import { expect, it } from 'vitest'
import { describeEngines } from '../../../test-support/engines.ts'
import { currentTable, t, table } from '../src/index.ts'

const entries = table('old.timesheets', {
  login: t.text().named('TS-User Username'),
  day: t.date().named('TS-Date'),
  ticket: t.integer().named('TS-Crm ID'),
  hours: t.float().named('TS-Hours'),
  modified: t.timestamp().named('TS-Modified Time'),
  updatedAt: t.timestamp(),
})
class Timesheets extends currentTable(entries, { key: ['login', 'day', 'ticket'], sequence: 'modified', updatedAt: 'updatedAt' }) {}

const tickets = table('old.tickets', { ticketId: t.integer().notNull().named('TKT-Ticket ID'), title: t.text() }, { primaryKey: ['ticketId'] })
class Tickets extends currentTable(tickets, { key: ['ticketId'] }) {}

describeEngines('the clean-up of duplicates', (context) => {
  const run = (statement: string) => context.engine.query(sql.raw(statement))
  const rows = async (statement: string) => (await run(statement)).rows
  const fresh = async (columns: string, name = 'timesheets') => {
    await run('create schema if not exists old')
    for (const one of [name, `${name}_duplicates`]) await run(`drop table if exists old.${one}`)
    await run(`create table old.${name} (${columns})`)
  }
  /** As an old loader made it: a column that nobody declares, a type that has no logical one, no key at all. */
  const oldColumns = '"row id" serial, "TS-User Username" text, "TS-Date" date, "TS-Crm ID" integer, "TS-Hours" double precision, "TS-Modified Time" timestamp(6) with time zone, money real not null default 1.5'
  const insert = (values: string) => run(`insert into old.timesheets ("TS-User Username", "TS-Date", "TS-Crm ID", "TS-Hours", "TS-Modified Time") values ${values}`)
  const stored = (name = 'timesheets') => rows(`select "row id" as id, "TS-User Username" as login, "TS-Crm ID" as ticket, "TS-Hours" as hours from old.${name} order by 1`)

  it('keeps the latest of each key, NULLs being equal, moves the others aside with all their columns, and gives the table its key', async () => {
    await fresh(oldColumns)
    await insert(`('ann', '2026-01-05', 1, 1, '2026-01-05'), ('ann', '2026-01-05', 1, 2, '2026-01-07'), ('ann', '2026-01-05', 1, 3, '2026-01-06'), ('ann', '2026-01-05', null, 4, '2026-01-05'),
      ('ann', '2026-01-05', null, 5, null), (null, null, null, 6, null), (null, null, null, 7, null), ('bob', null, 1, 8, null), ('', null, 1, 9, null)`)
    const timesheets = new Timesheets(context.engine)
    await expect(timesheets.upsert([{ login: 'cid' }])).rejects.toMatchObject({ code: 'V2008', message: expect.stringContaining('planDeduplication()') as string })
    const before = await rows('select * from old.timesheets order by 1')

    const plan = await timesheets.planDeduplication()
    expect(plan).toMatchObject({ rows: 9, groups: 3, removed: 4, archive: 'old.timesheets_duplicates', keeps: 'the highest "TS-Modified Time", and of those the row that lies last in the table' })
    expect(plan.sample.map(({ kept, removed }) => [kept['TS-Hours'], removed.map((row) => row['TS-Hours'])])).toEqual([[2, [3, 1]], [4, [5]], [7, [6]]])
    expect(await rows('select * from old.timesheets order by 1')).toEqual(before)
    expect(await context.engine.tableNames('old')).not.toContain('timesheets_duplicates')

    const { batchId, ...done } = await timesheets.deduplicate()
    expect(done).toMatchObject({ rows: 9, groups: 3, removed: 4, archive: 'old.timesheets_duplicates' })
    expect(await stored()).toEqual([{ id: 2, login: 'ann', ticket: 1, hours: 2 }, { id: 4, login: 'ann', ticket: null, hours: 4 }, { id: 7, login: null, ticket: null, hours: 7 }, { id: 8, login: 'bob', ticket: 1, hours: 8 }, { id: 9, login: '', ticket: 1, hours: 9 }])
    expect(await rows(`select "row id" as id, "TS-Hours" as hours, money, removed_by_batch_id = '${batchId}' as "isOurs", removed_at is not null as "isDated", removed_reason as reason from old.timesheets_duplicates order by 1`)).toEqual(
      [1, 3, 5, 6].map((id) => ({ id, hours: id, money: 1.5, isOurs: true, isDated: true, reason: 'another row has the same key; kept was the highest "TS-Modified Time", and of those the row that lies last in the table' })),
    )
    expect(await rows(`select batch_type as type, status from varve.etl_batches where batch_id = '${batchId}'`)).toEqual([{ type: 'deduplicate', status: 'succeeded' }])
    await expect(insert(`(null, null, null, 1, null)`)).rejects.toMatchObject({ code: 'V3006' })
  })

  it('removes nothing when it runs again, and adds to the archive when there are new ones', async () => {
    await fresh(oldColumns)
    await insert(`('ann', null, 1, 1, null), ('ann', null, 1, 2, null)`)
    const timesheets = new Timesheets(context.engine)
    expect(await timesheets.deduplicate({ latestBy: ['row id'], reason: 'loaded twice in March' })).toMatchObject({ removed: 1, keeps: 'the highest "row id", and of those the row that lies last in the table' })
    expect(await timesheets.deduplicate()).toMatchObject({ rows: 1, groups: 0, removed: 0 })
    expect(await timesheets.planDeduplication()).toMatchObject({ rows: 1, groups: 0, removed: 0, sample: [] })
    expect((await timesheets.upsert([{ login: 'ann', ticket: 1, hours: 2, modified: null }])).counts).toMatchObject({ read: 1, unchanged: 1 })

    const { rows: keys } = await run(`select conname as name from pg_constraint where conrelid = 'old.timesheets'::regclass and contype = 'u'`)
    await run(`alter table old.timesheets drop constraint "${String(keys[0]?.['name'])}", add column note text`)
    await run(`insert into old.timesheets ("TS-User Username", "TS-Crm ID", "TS-Hours", note) values ('ann', 1, 3, 'third')`)
    expect(await timesheets.deduplicate()).toMatchObject({ rows: 2, groups: 1, removed: 1 })
    expect(await rows('select "TS-Hours" as hours, note, removed_reason as reason from old.timesheets_duplicates order by 1')).toEqual([
      { hours: 1, note: null, reason: 'loaded twice in March' },
      { hours: 2, note: null, reason: expect.stringContaining('"TS-Modified Time"') as string },
    ])
  })

  // Trap 1: such a constraint let them in.
  it('cleans up beside an old constraint to which two NULLs are different, even one of the same name', async () => {
    await fresh(`${oldColumns}, unique ("TS-User Username", "TS-Date", "TS-Crm ID")`)
    await insert(`('ann', '2026-01-05', null, 1, null), ('ann', '2026-01-05', null, 2, null), ('ann', '2026-01-05', 1, 3, null)`)
    const timesheets = new Timesheets(context.engine)
    expect(await timesheets.deduplicate()).toMatchObject({ removed: 1 })
    expect(await stored()).toEqual([{ id: 2, login: 'ann', ticket: null, hours: 2 }, { id: 3, login: 'ann', ticket: 1, hours: 3 }])
    await expect(insert(`('ann', '2026-01-05', null, 4, null)`)).rejects.toMatchObject({ code: 'V3006' })
    expect((await timesheets.prepare()).changes.map(({ kind }) => kind)).toEqual(['add-column'])
    expect((await timesheets.upsert([{ login: 'ann', day: '2026-01-05', hours: 2.5 }])).counts).toMatchObject({ new: 0, changed: 1 })
  })

  it('gives a table that had none its primary key', async () => {
    await fresh('"TKT-Ticket ID" integer, title text', 'tickets')
    await run(`insert into old.tickets values (1, 'first'), (2, 'only'), (1, 'second')`)
    expect(await new Tickets(context.engine).deduplicate()).toMatchObject({ removed: 1, keeps: 'the row that lies last in the table' })
    expect(await rows('select "TKT-Ticket ID" as id, title from old.tickets order by 1')).toEqual([{ id: 1, title: 'second' }, { id: 2, title: 'only' }])
    expect((await new Tickets(context.engine).upsert([{ ticketId: 1, title: 'third' }, { ticketId: 3, title: null }])).counts).toMatchObject({ new: 1, changed: 1 })
  })

  it('leaves everything as it was where the key cannot be given', async () => {
    await fresh('"TKT-Ticket ID" integer, title text', 'tickets')
    await run(`insert into old.tickets values (1, 'first'), (1, 'second'), (null, 'none')`)
    await expect(new Tickets(context.engine).deduplicate()).rejects.toMatchObject({ code: 'V3006' })
    expect(await rows('select title from old.tickets order by 1')).toEqual([{ title: 'first' }, { title: 'none' }, { title: 'second' }])
    expect(await context.engine.tableNames('old')).not.toContain('tickets_duplicates')
  })

  it('says what is wrong with a table or a rule that does not fit', async () => {
    await fresh('"TKT-Ticket ID" integer', 'tickets')
    await expect(new Tickets(context.engine).planDeduplication({ latestBy: ['modified'] })).rejects.toMatchObject({ code: 'V1009', message: expect.stringContaining('no column "modified"') as string })
    await run('drop table old.tickets')
    await expect(new Tickets(context.engine).planDeduplication()).rejects.toMatchObject({ code: 'V3013' })
    await expect(new Tickets(context.engine).deduplicate()).rejects.toMatchObject({ code: 'V3013' })
  })

  it('cleans up 100,000 rows with 4,000 duplicates, and leaves each key once', async () => {
    await fresh(oldColumns)
    await run(`insert into old.timesheets ("TS-User Username", "TS-Date", "TS-Crm ID", "TS-Hours") select 'user ' || i % 350, case when i % 7 > 0 then date '2025-01-01' + i % 400 end, case when i % 3 > 0 then i end, 1 from generate_series(1, 145000) i where i % 3 > 0`)
    await run(`insert into old.timesheets ("TS-User Username", "TS-Date", "TS-Crm ID", "TS-Hours") select "TS-User Username", "TS-Date", "TS-Crm ID", 2 from old.timesheets where "row id" <= 4000`)
    const { removed } = await new Timesheets(context.engine).deduplicate()
    expect(removed).toBe(4000)
    expect(await rows(`select count(*)::int as rows, count(distinct ("TS-User Username", "TS-Date", "TS-Crm ID"))::int as keys, count(*) filter (where "TS-Hours" = 2)::int as later from old.timesheets`)).toEqual([{ rows: 96_666 + 1, keys: 96_667, later: 4000 }])
  })
})
