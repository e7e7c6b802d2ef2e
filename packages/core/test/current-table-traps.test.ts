import { sql } from 'drizzle-orm'
import { expect, it } from 'vitest'
import { describeEngines } from '../../../test-support/engines.ts'
import { csv, currentTable, etlBatch, from, mapping, ndjson, t, table, type RemovalCounts, type StagedRows } from '../src/index.ts'

/** Timesheets of a service desk, under its own names. What identifies one may be empty. */
const columns = {
  login: t.text().named('TS-User Username'),
  day: t.date().named('TS-Date'),
  timeFrom: t.text().named('TS-Time From'),
  ticket: t.integer().named('TS-Crm ID'),
  hours: t.float().named('TS-Hours'),
  job: t.text().named('TS-Job#/Ref#'),
  quoted: t.text().named('TS-"Odd" Name'),
  createdAt: t.timestamp(),
  updatedAt: t.timestamp(),
  createdBy: t.uuid(),
  updatedBy: t.uuid(),
}
const housekeeping = { createdAt: 'createdAt', updatedAt: 'updatedAt', createdBatchId: 'createdBy', batchId: 'updatedBy' } as const
const key = ['login', 'day', 'timeFrom', 'ticket'] as const

let made = 0

function declare() {
  return class extends currentTable(table(`desk.timesheets_${(made += 1)}`, columns, { indexes: [{ columns: ['ticket'] }, { columns: ['login', 'day'] }] }), { key, ...housekeeping }) {}
}

const nothing = { read: 0, rejected: 0, duplicate: 0, new: 0, changed: 0, unchanged: 0, late: 0 }

describeEngines('the traps of whole-view loads', (context) => {
  const fresh = () => new (declare())(context.engine)
  type Timesheets = ReturnType<typeof fresh>
  const nameOf = ({ definition: { table: { schema = '', name } } }: Timesheets) => sql`${sql.identifier(schema)}.${sql.identifier(name)}`
  const stored = async (current: Timesheets) => (await context.engine.query(sql`select "TS-User Username" as login, "TS-Date"::text as day, "TS-Time From" as "timeFrom", "TS-Crm ID" as ticket, "TS-Hours" as hours, "TS-Job#/Ref#" as job from ${nameOf(current)} order by 1, 2, 3, 4`)).rows
  const traces = async (current: Timesheets) => (await context.engine.query(sql`select ctid::text as place, xmin::text as writer, xmax::text as locker from ${nameOf(current)} order by ctid`)).rows

  // Trap 1
  it('keeps keys with NULLs unique: a second load adds nothing, the check for duplicates finds none, and the database itself refuses one', async () => {
    const current = fresh()
    const rows = [{ login: 'ann', day: '2026-01-05', timeFrom: null, ticket: null, hours: 1 }, { login: 'ann', day: '2026-01-05', timeFrom: '09:00', ticket: null, hours: 2 }, { hours: 3 }]
    expect((await current.upsert(rows)).counts).toEqual({ ...nothing, read: 3, new: 3 })
    expect((await current.upsert(rows)).counts).toEqual({ ...nothing, read: 3, unchanged: 3 })
    const { rows: check } = await context.engine.query(sql`select (count(*) - count(distinct ("TS-User Username", "TS-Date", "TS-Time From", "TS-Crm ID")))::int as several from ${nameOf(current)}`)
    expect(check).toEqual([{ several: 0 }])
    await expect(context.engine.query(sql`insert into ${nameOf(current)} ("TS-User Username", "TS-Date") values ('ann', '2026-01-05')`)).rejects.toMatchObject({ code: 'V3006' })
  })

  // Trap 2
  it('takes the last of a key that comes several times in one delivery, also where it is there already, and NULLs are in it', async () => {
    const current = fresh()
    const ann = { login: 'ann', day: '2026-01-05' }
    await current.upsert([{ ...ann, hours: 1 }])
    expect((await current.upsert([{ ...ann, hours: 2 }, { login: 'bob', ticket: 7, hours: 1 }, { ...ann, hours: 3 }, { login: 'bob', ticket: 7, hours: 2 }, { login: 'bob', ticket: 8, hours: 5 }])).counts).toEqual({ ...nothing, read: 5, duplicate: 2, new: 2, changed: 1 })
    expect(await stored(current)).toEqual([
      { login: 'ann', day: '2026-01-05', timeFrom: null, ticket: null, hours: 3, job: null },
      { login: 'bob', day: null, timeFrom: null, ticket: 7, hours: 2, job: null },
      { login: 'bob', day: null, timeFrom: null, ticket: 8, hours: 5, job: null },
    ])
  })

  // Trap 3
  it('loses to a constraint or a trigger the very rows that they refuse, new and changed ones, and goes on in the same transaction', async () => {
    const current = fresh()
    await current.upsert([{ login: 'ann', hours: 1 }, { login: 'bob', hours: 1 }])
    await context.engine.query(sql`alter table ${nameOf(current)} add constraint at_most_a_day check ("TS-Hours" <= 24)`)
    const trigger = sql.identifier(`no_strangers_${made}`)
    await context.engine.query(sql`create function desk.${trigger}() returns trigger language plpgsql as $$ begin if new."TS-User Username" like 'stranger%' then raise exception 'who is %?', new."TS-User Username"; end if; return new; end $$`)
    await context.engine.query(sql`create trigger ${trigger} before insert or update on ${nameOf(current)} for each row execute function desk.${trigger}()`)
    const many = Array.from({ length: 200 }, (_, at) => ({ login: at === 150 ? 'stranger' : `user ${at}`, ticket: at, hours: at === 33 ? 25 : 8 }))
    let after: unknown
    const { steps } = await etlBatch<StagedRows>({
      pipeline: 'desk timesheets',
      extract: (extract) => current.stage(extract, [{ login: 'ann', hours: 99 }, { login: 'bob', hours: 2 }, ...many]),
      load: async (load, staged) => {
        await current.load(load, staged)
        after = (await load.transaction.query(sql`select count(*)::int as rows from ${nameOf(current)}`)).rows
      },
    }).run(context.engine)
    expect(steps[0]?.counts).toMatchObject({ read: 202, rejected: 3, new: 198, changed: 1, unchanged: 0 })
    expect(after).toEqual([{ rows: 200 }])
    expect((await stored(current)).slice(0, 2)).toMatchObject([{ login: 'ann', hours: 1 }, { login: 'bob', hours: 2 }])
    expect((await stored(current)).filter(({ login }) => login === 'stranger' || login === 'user 33')).toEqual([])
    const { rows: issues } = await context.engine.query(sql`select row_number::int as "rowNumber", check_name as check, severity, reason, message, raw from varve.data_quality_issues where table_name = ${`desk.${current.definition.table.name}`} order by row_number`)
    const refusal = { check: 'quarantine', severity: 'error', reason: 'refused' }
    expect(issues).toEqual([
      { ...refusal, rowNumber: 1, message: expect.stringMatching(/^the database refused the row: .*at_most_a_day/) as string, raw: expect.stringContaining('"TS-Hours":99') as string },
      { ...refusal, rowNumber: 36, message: expect.stringContaining('at_most_a_day') as string, raw: expect.stringContaining('"TS-User Username":"user 33"') as string },
      { ...refusal, rowNumber: 153, message: 'the database refused the row: who is stranger?', raw: expect.stringContaining('"TS-Crm ID":150') as string },
    ])
  })

  // Trap 4
  it('counts new, changed and unchanged rows exactly, changes every column, and does not touch a row that is the same', async () => {
    const current = fresh()
    const row = (ticket: number, more: object = {}) => ({ login: 'ann', day: '2026-01-05', timeFrom: '09:00', ticket, hours: 1.5, job: 'J-1', ...more })
    expect((await current.upsert([1, 2, 3].map((ticket) => row(ticket)))).counts).toEqual({ ...nothing, read: 3, new: 3 })
    const before = await traces(current)
    expect((await current.upsert([1, 2, 3].map((ticket) => row(ticket)))).counts).toEqual({ ...nothing, read: 3, unchanged: 3 })
    expect(await traces(current)).toEqual(before)
    const { batchId, counts } = await current.upsert([row(1), row(2, { job: 'J-2', hours: null }), row(4)])
    expect(counts).toEqual({ ...nothing, read: 3, new: 1, changed: 1, unchanged: 1 })
    expect((await traces(current)).slice(0, 2)).toEqual([before[0], before[2]])
    expect(await stored(current)).toMatchObject([row(1), row(2, { job: 'J-2', hours: null }), row(3), row(4)])
    const { rows: stamps } = await context.engine.query(sql`select "TS-Crm ID" as ticket, created_by = ${batchId} as "isMade", updated_by = ${batchId} as "isWritten", created_at = updated_at as "isAsMade" from ${nameOf(current)} order by 1`)
    expect(stamps).toEqual([
      { ticket: 1, isMade: false, isWritten: false, isAsMade: true },
      { ticket: 2, isMade: false, isWritten: true, isAsMade: false },
      { ticket: 3, isMade: false, isWritten: false, isAsMade: true },
      { ticket: 4, isMade: true, isWritten: true, isAsMade: true },
    ])
  })

  // Trap 6
  it('deletes nothing because it is absent, and by their keys just those that are named', async () => {
    const current = fresh()
    await current.upsert([{ login: 'ann', ticket: 1 }, { login: 'ann' }, { login: 'bob', ticket: 2 }, { login: 'bob' }])
    await current.upsert([{ login: 'ann', ticket: 1 }])
    expect(await stored(current)).toHaveLength(4)
    let counts: RemovalCounts | undefined
    const { steps } = await etlBatch<StagedRows>({
      pipeline: 'desk timesheets',
      extract: (extract) => current.stageKeys(extract, [{ login: 'ann' }, { login: 'bob', ticket: 2 }, { login: 'bob', ticket: 2 }, { login: 'cid' }]),
      load: async (load, staged) => void (counts = await current.remove(load, staged)),
    }).run(context.engine)
    expect(counts).toEqual({ read: 4, rejected: 0, duplicate: 1, deleted: 2, unchanged: 1 })
    expect(steps[0]).toMatchObject({ step: `desk.${current.definition.table.name}: deletions`, counts: { read: 4, duplicate: 1, deleted: 2, unchanged: 1 } })
    expect(await stored(current)).toMatchObject([{ login: 'ann', ticket: 1 }, { login: 'bob', ticket: null }])
  })

  it('leaves columns alone that no row of the delivery has, and empties those that a mapping fills with NULL', async () => {
    const current = fresh()
    await current.upsert([{ login: 'ann', hours: 1, job: 'J-1' }, { login: 'bob', hours: 1, job: 'J-2' }])
    expect((await current.upsert([{ login: 'ann', hours: 2 }, { login: 'bob', hours: 1 }])).counts).toEqual({ ...nothing, read: 2, changed: 1, unchanged: 1 })
    expect(await stored(current)).toMatchObject([{ login: 'ann', hours: 2, job: 'J-1' }, { login: 'bob', hours: 1, job: 'J-2' }])
    const mapped = mapping(current.definition.input, { login: from('user'), hours: from('hours'), job: from('job') })
    expect((await current.upsert([{ user: 'ann', hours: 2 }], { mapping: mapped })).counts).toMatchObject({ changed: 1 })
    expect(await stored(current)).toMatchObject([{ login: 'ann', hours: 2, job: null }, { login: 'bob', hours: 1, job: 'J-2' }])
  })

  it('reads CSV and NDJSON as staging does, and sets rows aside that cannot be read', async () => {
    const current = fresh()
    expect((await current.upsert(csv('TS-User Username,TS-Crm ID,TS-Hours,"TS-""Odd"" Name"\nann,1,1.5,x\nbob,none,1,x\nann,1,2.5,""\n'))).counts).toEqual({ ...nothing, read: 3, rejected: 1, duplicate: 1, new: 1 })
    expect((await current.upsert(ndjson('{"login":"ann","ticket":1,"hours":2.5,"quoted":""}\n'))).counts).toEqual({ ...nothing, read: 1, unchanged: 1 })
    expect(await stored(current)).toMatchObject([{ login: 'ann', ticket: 1, hours: 2.5 }])
  })

  it('tells in a dry run what it would do, the refused rows too, and leaves nothing', async () => {
    const current = fresh()
    await current.upsert([{ login: 'ann', hours: 1 }])
    await context.engine.query(sql`alter table ${nameOf(current)} add constraint some_hours check ("TS-Hours" > 0)`)
    const written = async () => (await traces(current)).map(({ place, writer }) => [place, writer])
    const before = await written()
    const { counts, findings } = await current.upsert([{ login: 'ann', hours: 2 }, { login: 'bob', hours: 0 }, { login: 'cid', hours: 1 }], { dryRun: true })
    expect(counts).toEqual({ ...nothing, read: 3, rejected: 1, new: 1, changed: 1 })
    expect(findings).toMatchObject([{ check: 'quarantine', reason: 'refused', rowNumber: 2 }])
    expect(await written()).toEqual(before)
  })

  it('makes the table with its indexes, and brings one that is there to its declaration, also where the engine numbers its rows', async () => {
    const name = `desk.people_${(made += 1)}`
    const first = new (currentTable(table(name, { id: t.integer().identity(), login: t.text().notNull() }, { primaryKey: ['id'] }), { key: ['login'] }))(context.engine)
    await first.upsert([{ login: 'ann' }])
    const second = new (currentTable(table(name, { id: t.integer().identity(), login: t.text().notNull(), full: t.text(), seen: t.bigint() }, { primaryKey: ['id'], indexes: [{ columns: ['full'] }] }), { key: ['login'], sequence: 'seen' }))(context.engine)
    expect((await second.prepare()).changes.map(({ kind }) => kind)).toEqual(['add-column', 'add-column', 'add-index'])
    expect((await second.upsert([{ login: 'ann', full: 'Ann Sample', seen: 10 }, { login: 'bob', seen: 9 }])).counts).toEqual({ ...nothing, read: 2, new: 1, changed: 1 })
    expect((await second.upsert([{ login: 'ann', full: 'Ann', seen: 9 }, { login: 'bob', full: 'Bob', seen: 10 }])).counts).toEqual({ ...nothing, read: 2, late: 1, changed: 1 })
    const { rows } = await context.engine.query(sql`select id, login, "full", seen from desk.${sql.identifier(name.split('.')[1] as string)} order by id`)
    expect(rows).toEqual([{ id: 1, login: 'ann', full: 'Ann Sample', seen: 10n }, { id: 2, login: 'bob', full: 'Bob', seen: 10n }])
    const live = await context.engine.introspect('desk', name.split('.')[1] as string)
    expect(live?.indexes.filter(({ unique }) => unique).map((index) => index.columns)).toEqual(expect.arrayContaining([['id'], ['login']]) as string[][])
  })
})

describeEngines('a load that fails', (context) => {
  it('refuses a load of which the database refuses more than a thousand rows, and leaves the table as it was', async () => {
    const current = new (declare())(context.engine)
    const { table: { name } } = current.definition
    await current.upsert([{ login: 'ann', hours: 1 }])
    await context.engine.query(sql`alter table desk.${sql.identifier(name)} add constraint no_more check ("TS-Hours" < 2)`)
    const rows = Array.from({ length: 1100 }, (_, ticket) => ({ login: 'bob', ticket, hours: 2 }))
    await expect(current.upsert([{ login: 'ann', hours: 0 }, ...rows])).rejects.toMatchObject({ code: 'V2003', message: expect.stringMatching(/more than 1000 rows.*no_more/) as string })
    expect((await context.engine.query(sql`select "TS-User Username" as login, "TS-Hours" as hours from desk.${sql.identifier(name)}`)).rows).toEqual([{ login: 'ann', hours: 1 }])
  })

  it('fails as a whole: a broken connection is no row to be refused', async () => {
    const current = new (declare())(context.engine)
    await current.upsert([{ login: 'ann', hours: 1 }])
    const { table: { name } } = current.definition
    await context.engine.query(sql`create function desk.break_off() returns trigger language plpgsql as $$ begin perform pg_terminate_backend(pg_backend_pid()); return new; end $$`)
    await context.engine.query(sql`create trigger break_off before insert on desk.${sql.identifier(name)} for each row when (new."TS-User Username" = 'bob') execute function desk.break_off()`)
    const batch = etlBatch<StagedRows>({ pipeline: 'desk', extract: (extract) => current.stage(extract, [{ login: 'ann', hours: 2 }, { login: 'bob' }]), load: async (load, staged) => void (await current.load(load, staged)) })
    await expect(batch.run(context.engine, { retry: { retries: 0 } })).rejects.toMatchObject({ code: 'V3001' })
    expect((await context.engine.query(sql`select "TS-User Username" as login, "TS-Hours" as hours from desk.${sql.identifier(name)}`)).rows).toEqual([{ login: 'ann', hours: 1 }])
    expect((await context.engine.query(sql`select status from varve.etl_batches where pipeline = 'desk'`)).rows).toEqual([{ status: 'failed' }])
  })
}, ['postgres'])

describeEngines('two loads of one table at once', (context) => {
  it('take turns: the second sees what the first wrote', async () => {
    const current = new (declare())(context.engine)
    await current.prepare()
    let release = (): void => undefined
    const held = new Promise<void>((resolve) => (release = resolve))
    let begun = (): void => undefined
    const isBegun = new Promise<void>((resolve) => (begun = resolve))
    const load = (pipeline: string, hours: number, written: () => Promise<void> | void) => etlBatch<StagedRows>({
      pipeline,
      extract: (extract) => current.stage(extract, [{ login: 'ann', hours }]),
      load: async (loading, staged) => {
        await current.load(loading, staged)
        await written()
      },
    }).run(context.engine)
    const first = load('one', 1, () => (begun(), held))
    await isBegun
    const second = load('two', 2, () => undefined)
    const waiting = async () => (await context.engine.query(sql`select 1 from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`)).rows.length > 0
    while (!(await waiting()));
    release()
    expect((await first).steps[0]?.counts).toMatchObject({ new: 1, changed: 0 })
    expect((await second).steps[0]?.counts).toMatchObject({ new: 0, changed: 1 })
  })
}, ['postgres'])
