import { sql } from 'drizzle-orm'
import { expect, it } from 'vitest'
import { openEngine } from '@varve/core'
import { createDatabase, describeEngines } from '../../../test-support/engines.ts'
import { migrateOtc } from '../src/pipeline/otc/migration/migrate-otc.ts'
import { planOtcMigration } from '../src/pipeline/otc/migration/plan-otc-migration.ts'
import { makeOldWarehouse } from './otc-old-warehouse.ts'
import { booking, counted, deliver, rowsOf, writtenState } from './otc-rows.ts'
import { varve } from './varve.ts'

const zone = 'Australia/Sydney'
const bookings = { pglite: { rows: 3000, duplicates: 80 }, postgres: { rows: 149_667, duplicates: 3992 } } as const
// The check of the earlier program: it takes two NULLs for one.
const check = sql`select (count(*) - count(distinct (user_username, date, time_from, crm_id)))::int as doubles from servicedesk.v_timesheets`

describeEngines('the schema of the earlier program', (context) => {
  const { rows, duplicates } = bookings[context.engineName]
  const rowsFound = (query: Parameters<typeof rowsOf>[1]) => rowsOf(context.engine, query)

  it('is taken over: of each booking one stays, the others are kept aside, and everything again changes nothing', async () => {
    const { engine } = context
    await makeOldWarehouse(engine, { rows, duplicates })
    const delivered = (await engine.query(sql`select "TS-User Username", "TS-User Full Name", to_char("TS-Date", 'DD/MM/YYYY') as "TS-Date", "TS-Time From", "TS-Time To", replace("TS-Hours"::text, '.', ',') as "TS-Hours", "TS-Crm ID", "TS-Description" from servicedesk.timesheets order by ctid`)).rows

    const { steps, duplicates: planned } = await planOtcMigration(engine, zone)
    expect(planned).toMatchObject({ rows, removed: duplicates, groups: duplicates, archive: 'servicedesk.timesheets_duplicates', keeps: 'the row that lies last in the table' })
    expect(steps.map(({ what }) => what)).toEqual(expect.arrayContaining([
      'servicedesk.v_data_freshness of the earlier program makes room',
      'servicedesk.get_full_name(text) of the earlier program makes room',
      'servicedesk.etl_metadata, a table of the earlier program, is kept as servicedesk.etl_metadata_before_varve',
      'tickets: "TKT-Modified Time" becomes an instant: its times are those of Australia/Sydney',
      'timesheets: "TS-Date" becomes a date',
      'timesheets: "TS-Hours" becomes a number of double precision',
      `user_lookup: "source" is 'manual' where nothing is said`,
    ]))
    expect(await rowsFound(sql`select count(*)::int as rows from servicedesk.timesheets`)).toEqual([{ rows }])
    await expect(deliver(engine, 'timesheets', [booking()])).rejects.toMatchObject({ code: 'V2001', message: expect.stringContaining('varve migrate otc --dry-run') as string })

    const done = await migrateOtc(engine, zone)
    expect(done.duplicates).toMatchObject({ rows, removed: duplicates })
    expect(await rowsFound(sql`select (select count(*)::int from servicedesk.timesheets) as timesheets, (select count(*)::int from servicedesk.timesheets_duplicates) as archived`)).toEqual([{ timesheets: rows - duplicates, archived: duplicates }])
    expect(await rowsFound(check)).toEqual([{ doubles: 0 }])
    // The later row stayed, and the archive says why.
    expect(await rowsFound(sql`select distinct "TS-Time To" as time_to, "TS-Hours"::text as hours, removed_reason from servicedesk.timesheets_duplicates`)).toEqual([{ time_to: '17:00', hours: '0.7', removed_reason: 'another row has the same user, date, time and ticket; the one that lies last in the table was kept' }])
    expect(await rowsFound(sql`select count(*)::int as later from servicedesk.v_timesheets where time_to = '18:00' and hours = 1.1`)).toEqual([{ later: duplicates }])
    expect(await rowsFound(sql`select created_time, modified_time, parent_id from servicedesk.v_tickets`)).toEqual([{ created_time: '2026-01-04T21:00:00Z', modified_time: '2026-07-04T22:00:00Z', parent_id: 4180 }])
    expect(await rowsFound(sql`select view_name from servicedesk.etl_metadata_before_varve`)).toEqual([{ view_name: 'tickets' }])

    const before = await writtenState(engine)
    expect(await migrateOtc(engine, zone)).toEqual({ steps: [], duplicates: undefined })
    expect(await planOtcMigration(engine, zone)).toEqual({ steps: [], duplicates: undefined })
    expect(await writtenState(engine)).toEqual(before)

    // What the earlier program had read, delivered again.
    expect(counted(await deliver(engine, 'timesheets', delivered), 'timesheets')).toEqual({ read: rows, duplicate: duplicates, unchanged: rows - duplicates })
    // A pair by last name was not made by hand, so it goes; a row without a source was.
    expect(await rowsFound(sql`select short_username, full_name, source from servicedesk.user_lookup where short_username in ('jsample', 'boss', 'user1') order by 1`)).toEqual([
      { short_username: 'boss', full_name: 'The Boss', source: 'manual' },
      { short_username: 'user1', full_name: 'User 1', source: 'auto_timesheet' },
    ])
    const loaded = await writtenState(engine)
    const last = Math.min(2000, duplicates)
    expect(counted(await deliver(engine, 'timesheets', delivered.slice(-last)), 'timesheets')).toEqual({ read: last, unchanged: last })
    expect(await writtenState(engine)).toEqual(loaded)
    expect(await rowsFound(check)).toEqual([{ doubles: 0 }])
  }, 60_000)
})

it('is not taken over where something would be lost, and nothing is changed', async () => {
  await using engine = await openEngine('pglite://memory')
  await makeOldWarehouse(engine, { rows: 20, duplicates: 2 })
  await engine.query(sql`update servicedesk.timesheets set "TS-Date" = "TS-Date" + interval '1 hour' where "TS-Description" = 'work 5'`)
  await expect(migrateOtc(engine, zone)).rejects.toMatchObject({ code: 'V2001', message: expect.stringContaining('timesheets: 1 value of "TS-Date" have a time of day') as string })
  await engine.query(sql`update servicedesk.timesheets set "TS-Date" = date_trunc('day', "TS-Date")`)
  await engine.query(sql`create view public.theirs as select "TS-Hours" from servicedesk.timesheets`)
  await expect(migrateOtc(engine, zone)).rejects.toMatchObject({ code: 'V2001', message: expect.stringMatching(/timesheets: "TS-Hours" becomes a number of double precision, but the database refuses it .+Where a view of yours stands on the table, drop it/) as string })
  expect((await engine.query(sql`select count(*)::int as rows, (select count(*)::int from servicedesk.etl_metadata) as metadata from servicedesk.timesheets`)).rows).toEqual([{ rows: 20, metadata: 1 }])
})

it('keys with blanks around them are cleaned before they are compared', async () => {
  await using engine = await openEngine('pglite://memory')
  await makeOldWarehouse(engine, { rows: 20, duplicates: 0 })
  await engine.query(sql`insert into servicedesk.timesheets ("TS-User Username", "TS-Date", "TS-Time From") values (' ann', '2026-01-05', ''), ('ann', '2026-01-05', null)`)
  const done = await migrateOtc(engine, zone)
  expect(done.steps.map(({ what }) => what)).toContain('timesheets: the texts of the key of 1 row lose the blanks around them')
  expect(done.duplicates?.removed).toBe(1)
})

it('makes the tables where there are none; duplicates that came in later are told by a run, and go with another migration', async () => {
  const database = await createDatabase('postgres')
  {
    await using engine = await openEngine(database.url)
    expect(await migrateOtc(engine, zone)).toEqual({ steps: [], duplicates: undefined })
    await deliver(engine, 'timesheets', [booking()])
    await engine.query(sql`alter table servicedesk.timesheets drop constraint timesheets_booking_key`)
    await engine.query(sql`insert into servicedesk.timesheets select * from servicedesk.timesheets`)
    await expect(deliver(engine, 'timesheets', [booking()])).rejects.toMatchObject({ code: 'V2008', message: expect.stringContaining('varve migrate otc --dry-run') as string })
    expect((await migrateOtc(engine, zone)).duplicates).toMatchObject({ rows: 2, removed: 1 })
    expect(counted(await deliver(engine, 'timesheets', [booking()]), 'timesheets')).toEqual({ read: 1, unchanged: 1 })
  }
  await database.drop()
})

it('varve migrate otc tells first, then does, and then has nothing to do', async () => {
  const database = await createDatabase('postgres')
  {
    await using engine = await openEngine(database.url)
    await makeOldWarehouse(engine, { rows: 300, duplicates: 10 })
  }
  const migrate = (...more: string[]) => varve(['migrate', 'otc', '--db', database.url, ...more])
  const dry = await migrate('--dry-run')
  expect(dry.stdout).toMatch(/alter table "servicedesk"\."timesheets" alter column "TS-Date" type date using cast\("TS-Date" as date\);/)
  expect(dry.stdout).toMatch(/10 of 300 rows would move to servicedesk\.timesheets_duplicates, since 10 keys have several; of each key stays the row that lies last in the table\n.*\n.*Nothing was changed\./)
  expect((await migrate('--dry-run', '--json')).json).toMatchObject({ pipeline: 'otc', dryRun: true, duplicates: { removed: 10 } })
  const done = await migrate()
  expect([done.exitCode, done.stdout]).toEqual([0, expect.stringMatching(/10 of 300 rows moved to servicedesk\.timesheets_duplicates/)])
  expect((await migrate('--json')).json).toMatchObject({ dryRun: false, steps: [] })
  await database.drop()
})
