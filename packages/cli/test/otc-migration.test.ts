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
  expect(done.steps.map(({ what }) => what)).toContain('timesheets: the logins and times of 1 row get their one spelling, without blanks around them, and 09:00 for 9:00')
  expect(done.duplicates?.removed).toBe(1)
})

it('times of one spelling are one booking, in the rows that are there and in what is delivered; the dry run knows', async () => {
  await using engine = await openEngine('pglite://memory')
  await makeOldWarehouse(engine, { rows: 20, duplicates: 0 })
  const times = ['9:00', '09:00', '09:00:00', '9:00 AM', '21:00', '9:00pm', '9:00:30', '24:00', 'morning', '12:15 am', '', ' 0:15 ']
  for (const [at, time] of times.entries()) await engine.query(sql`insert into servicedesk.timesheets ("TS-User Username", "TS-Date", "TS-Time From", "TS-Time To", "TS-Hours") values ('ann', '2026-01-05', ${time}, '9:30', ${at})`)
  const planned = await planOtcMigration(engine, zone)
  expect(planned.duplicates).toMatchObject({ rows: 32, groups: 3, removed: 5 })
  const done = await migrateOtc(engine, zone)
  expect(done.duplicates).toMatchObject({ rows: 32, groups: 3, removed: 5 })
  const kept = () => rowsOf(engine, sql`select time_from, time_to, hours from servicedesk.v_timesheets where user_username = 'ann' order by hours`)
  const stay = [['09:00', 3], ['21:00', 5], ['09:00:30', 6], ['24:00', 7], ['morning', 8], [null, 10], ['00:15', 11]].map(([from, hours]) => ({ time_from: from, time_to: '09:30', hours }))
  expect(await kept()).toEqual(stay)
  // Each of these spellings, delivered: nothing new, and nothing to update.
  const delivered = times.map((time, at) => ({ 'TS-User Username': 'ann', 'TS-Date': '05/01/2026', 'TS-Time From': time, 'TS-Time To': '9:30 am', 'TS-Hours': at, 'TS-Crm ID': '' }))
  expect(counted(await deliver(engine, 'timesheets', delivered), 'timesheets')).toEqual({ read: 12, duplicate: 5, unchanged: 7 })
  expect(await kept()).toEqual(stay)
  await expect(engine.query(sql`insert into servicedesk.timesheets ("TS-User Username", "TS-Time From") values ('ann', '9:00')`)).rejects.toMatchObject({ code: 'V3006' })
  expect(await migrateOtc(engine, zone)).toEqual({ steps: [], duplicates: undefined })
})

it('a table that was filled before times had one spelling is told by a run, and cleaned by a migration', async () => {
  await using engine = await openEngine('pglite://memory')
  await deliver(engine, 'timesheets', [booking()])
  await engine.query(sql`alter table servicedesk.timesheets drop constraint timesheets_time_from`)
  await engine.query(sql`update servicedesk.timesheets set "TS-Time From" = '9:00'`)
  await expect(deliver(engine, 'timesheets', [booking()])).rejects.toMatchObject({ code: 'V2008', message: expect.stringContaining('varve migrate otc --dry-run') as string })
  await migrateOtc(engine, zone)
  expect(counted(await deliver(engine, 'timesheets', [booking({ 'TS-Time From': '9:00' })]), 'timesheets')).toEqual({ read: 1, unchanged: 1 })
})

it('a column that was taken for another type because its first sample was empty becomes what it is; one that nobody can convert is refused before anything is done', async () => {
  await using engine = await openEngine('pglite://memory')
  await makeOldWarehouse(engine, { rows: 20, duplicates: 4 })
  for (const alter of [
    'timesheets alter "TS-Sub Category" type real using null', 'timesheets alter "TS-Category 2" type real using 2', `timesheets alter "TS-Time From" type time using "TS-Time From"::time`, 'comments alter visible_to_customer type boolean using true',
    'timesheets drop "TS-Title"', 'tickets alter "TKT-Title" type timestamp using null',
  ]) await engine.query(sql.raw(`alter table servicedesk.${alter}`))
  await engine.query(sql`insert into servicedesk.comments (comment_id, visible_to_customer) values (1, true), (2, false), (3, null)`)
  const refused = { code: 'V2001', message: expect.stringMatching(/tickets: column "TKT-Title" is .+ and would become text, which can lose values\. Nothing was changed/) as string }
  await expect(planOtcMigration(engine, zone)).rejects.toMatchObject(refused)
  await expect(migrateOtc(engine, zone)).rejects.toMatchObject(refused)
  expect(await rowsOf(engine, sql`select count(*)::int as rows, (select data_type from information_schema.columns where table_name = 'timesheets' and column_name = 'TS-Hours') as hours from servicedesk.timesheets`)).toEqual([{ rows: 20, hours: 'real' }])
  await engine.query(sql`alter table servicedesk.tickets drop "TKT-Title"`)
  expect((await migrateOtc(engine, zone)).duplicates).toMatchObject({ rows: 20, removed: 4 })
  expect(await rowsOf(engine, sql`select distinct sub_category, category2, title, time_from from servicedesk.v_timesheets where description = 'work 1'`)).toEqual([{ sub_category: null, category2: '2', title: null, time_from: '00:04' }])
  expect(await rowsOf(engine, sql`select comment_id, visible_to_customer from servicedesk.v_comments order by 1`)).toEqual([{ comment_id: 1, visible_to_customer: 'Yes' }, { comment_id: 2, visible_to_customer: 'No' }, { comment_id: 3, visible_to_customer: null }])
})

it('a table of metadata that comes back is kept beside the one that was kept before', async () => {
  await using engine = await openEngine('pglite://memory')
  await makeOldWarehouse(engine, { rows: 5, duplicates: 0 })
  await engine.query(sql`create table servicedesk.etl_metadata_before_varve as select 'kept' as view_name`)
  await migrateOtc(engine, zone)
  expect(await rowsOf(engine, sql`select b.view_name, n.view_name as next from servicedesk.etl_metadata_before_varve b, servicedesk.etl_metadata_before_varve_2 n`)).toEqual([{ view_name: 'kept', next: 'tickets' }])
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
