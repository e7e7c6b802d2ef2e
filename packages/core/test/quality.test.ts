import { sql } from 'drizzle-orm'
import { integer, pgSchema, text, timestamp } from 'drizzle-orm/pg-core'
import { expect, it } from 'vitest'
import { describeEngines } from '../../../test-support/engines.ts'
import {
  acceptedValues, alignTable, checkAll, customSql, etlBatch, failureOfChecks, freshness, notNull, range, relationship, rowCountChange, specOf, t, table, unique,
  type DataQualityCheck, type TableLike,
} from '../src/index.ts'

const people = table('crm.people', {
  id: t.integer().notNull(),
  name: t.text(40),
  tier: t.text(10),
  balance: t.decimal(8, 2),
  born: t.date(),
  managerId: t.bigint(),
}, { primaryKey: ['id'] })

// Names that need quoting, a key of two columns that is not first, and a column of every awkward kind.
const shifts = table('Odd "Schema".Order', {
  note: t.json(),
  hours: t.float(),
  shiftId: t.text(20).named('Shift "ID"'),
  period: t.integer().notNull().named('select'),
  line: t.bigint().notNull().named('The Line'),
  startedAt: t.timestamp(),
}, { primaryKey: ['line', 'period'] })

const loose = table('crm.loose', { a: t.integer(), b: t.text(), payload: t.json(), bytes: t.binary() })

describeEngines('a rule', (context) => {
  const fresh = async (...tables: TableLike[]) => {
    for (const like of tables) {
      const spec = specOf(like)
      await context.engine.change({ kind: 'drop-table', table: spec })
      await alignTable(context.engine, spec)
    }
  }
  const run = async (check: DataQualityCheck) => {
    const [result] = await checkAll(context.engine, [check])
    if (!result) throw new Error('no result')
    return { passed: result.passed, offending: result.offending, message: result.message, samples: result.samples.map((sample) => JSON.parse(sample.raw) as unknown), columns: [...new Set(result.samples.map((sample) => sample.column))] }
  }
  const passed = (message: string) => ({ passed: true, offending: 0, message, samples: [], columns: [] })

  it('holds in an empty table, unless it asks for something to be there', async () => {
    await fresh(people, shifts)
    const results = await checkAll(context.engine, [
      notNull(people, 'name'),
      unique(people, ['name', 'tier']),
      acceptedValues(people, 'tier', ['gold']),
      range(people, 'balance', { min: '0' }),
      relationship(people, 'managerId', people, 'id'),
      rowCountChange(people, { atMost: 0 }),
      customSql('nobody', sql`select * from ${people.pg}`, { table: people }),
      freshness(shifts, 'startedAt', { within: { hours: 1 } }),
    ])
    expect(results.map(({ check, table: of, severity, passed: held, offending, measured, message, samples }) => [check, of, severity, held, offending, measured, message, samples])).toEqual([
      ['crm.people.name not null', 'crm.people', 'error', true, 0, undefined, 'every row has a value in "name"', []],
      ['crm.people (name, tier) unique', 'crm.people', 'error', true, 0, undefined, 'no two rows have the same ("name", "tier")', []],
      ['crm.people.tier accepted values', 'crm.people', 'error', true, 0, undefined, 'every value of "tier" is one of "gold"', []],
      ['crm.people.balance range', 'crm.people', 'error', true, 0, undefined, 'no "balance" lies below 0.00', []],
      ['crm.people.manager_id relationship to crm.people', 'crm.people', 'error', true, 0, undefined, 'every "manager_id" is in crm.people."id"', []],
      ['crm.people row count change', 'crm.people', 'error', true, 0, 0, '0 rows; no earlier count to compare with', []],
      ['nobody', 'crm.people', 'error', true, 0, undefined, 'no row offends', []],
      ['Odd "Schema".Order.started_at freshness', 'Odd "Schema".Order', 'error', false, 0, undefined, 'there is no "started_at" up to now; at most 60 minutes are allowed', []],
    ])
  })

  it('not null: counts NULLs, not empty texts, and shows at most five rows in the order of their keys', async () => {
    await fresh(people)
    await context.engine.query(sql`insert into ${people.pg} (id, name, tier) values (9, null, 'gold'), (8, null, 'gold'), (7, null, 'gold'), (6, null, 'tin'), (5, null, 'gold'), (4, null, 'gold'), (3, '', 'gold'), (2, 'Ada', null)`)
    const row = (id: number, tier: string) => ({ id, name: null, tier, balance: null, born: null, manager_id: null })
    expect(await run(notNull(people, 'name'))).toEqual({
      passed: false, offending: 6, message: '6 rows have no value in "name"', samples: [row(4, 'gold'), row(5, 'gold'), row(6, 'tin'), row(7, 'gold'), row(8, 'gold')], columns: ['name'],
    })
    expect(await run(notNull(people, 'name', { where: (c) => sql`${c.tier} = ${'tin'} or ${c.tier} is null` }))).toEqual({
      passed: false, offending: 1, message: '1 row has no value in "name" among those that the rule is for', samples: [row(6, 'tin')], columns: ['name'],
    })
    expect(await run(notNull(people, 'name', { where: (c) => sql`${c.id} < ${4}` }))).toEqual(passed('every row has a value in "name" among those that the rule is for'))
    expect(await run(notNull(people, 'id'))).toEqual(passed('every row has a value in "id"'))
  })

  it('not null: shows rows of a table without a key, also where the column cannot be sorted', async () => {
    await fresh(loose)
    await context.engine.query(sql`insert into ${loose.pg} (a, b, payload, bytes) values (2, 'x', null, '\\x00ff'), (1, 'y', '{"k": [1.10]}', null), (1, 'a', null, null)`)
    expect(await run(notNull(loose, 'bytes'))).toMatchObject({ offending: 2, samples: expect.arrayContaining([{ bytes: null, a: 1, b: 'y', payload: { k: [1.1] } }, { bytes: null, a: 1, b: 'a', payload: null }]) as unknown })
    expect(await run(notNull(loose, 'payload'))).toMatchObject({ offending: 2, samples: expect.arrayContaining([{ payload: null, a: 2, b: 'x', bytes: '\\x00ff' }]) as unknown })
  })

  it('unique: counts every row of each group, and lets rows with a NULL in the key be', async () => {
    await fresh(people)
    await context.engine.query(sql`insert into ${people.pg} (id, name, tier) values (1, 'Ada', 'gold'), (2, 'Bob', 'gold'), (3, 'Ada', 'gold'), (4, 'Ada', 'tin'), (5, 'Bob', null), (6, 'Bob', null), (7, null, null), (8, null, null), (9, 'Bob', 'gold'), (10, 'Ada', 'gold')`)
    const row = (id: number, name: string, tier: string) => ({ id, name, tier, balance: null, born: null, manager_id: null })
    expect(await run(unique(people, ['name', 'tier']))).toEqual({
      passed: false, offending: 5, message: '5 rows have the ("name", "tier") of another row',
      samples: [row(1, 'Ada', 'gold'), row(3, 'Ada', 'gold'), row(10, 'Ada', 'gold'), row(2, 'Bob', 'gold'), row(9, 'Bob', 'gold')], columns: [undefined],
    })
    expect((await run(unique(people, ['name']))).offending).toBe(8)
    expect(await run(unique(people, ['id']))).toEqual(passed('no two rows have the same "id"'))
    expect(await run(unique(people, ['name', 'tier'], { where: (c) => sql`${c.id} > ${3}` }))).toEqual(passed('no two rows have the same ("name", "tier") among those that the rule is for'))
    expect((await run(unique(people, ['name', 'tier'], { where: (c) => sql`${c.id} > ${1}` }))).offending).toBe(4)
  })

  it('accepted values: counts others, exactly spelled, and lets NULL pass', async () => {
    await fresh(people)
    await context.engine.query(sql`insert into ${people.pg} (id, tier, manager_id, balance) values (1, 'gold', 1, 1), (2, 'Gold', 9007199254740993, 1.5), (3, 'o''tin"', null, null), (4, null, 2, 2)`)
    expect(await run(acceptedValues(people, 'tier', ['gold', 'o\'tin"']))).toMatchObject({ offending: 1, message: '1 row has another "tier" than "gold", "o\'tin\\""', samples: [{ id: 2, tier: 'Gold' }], columns: ['tier'] })
    expect((await run(acceptedValues(people, 'managerId', [1n, 2n]))).offending).toBe(1)
    expect((await run(acceptedValues(people, 'managerId', [1n, 2n, 9007199254740993n]))).offending).toBe(0)
    expect((await run(acceptedValues(people, 'balance', ['1', '1.50', '2.00']))).offending).toBe(0)
    expect((await run(acceptedValues(people, 'tier', ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j', 'k', 'gold']))).message).toBe('2 rows have another "tier" than "a", "b", "c", "d", "e", "f", "g", "h", "i", "j" and 2 more')
  })

  it('range: its bounds belong to it, either may be left out, and NULL passes', async () => {
    await fresh(people, shifts)
    await context.engine.query(sql`insert into ${people.pg} (id, balance, born) values (1, 0, '2000-01-01'), (2, -0.01, '1999-12-31'), (3, 100, '2000-12-31'), (4, 100.01, '2001-01-01'), (5, null, null)`)
    expect(await run(range(people, 'balance', { min: '0', max: '100' }))).toMatchObject({ offending: 2, message: '2 rows have a "balance" outside of 0.00 to 100.00', samples: [{ id: 2, balance: '-0.01' }, { id: 4, balance: '100.01' }] })
    expect(await run(range(people, 'balance', { min: '0' }))).toMatchObject({ offending: 1, message: '1 row has a "balance" below 0.00' })
    expect(await run(range(people, 'balance', { max: '100' }))).toMatchObject({ offending: 1, message: '1 row has a "balance" above 100.00' })
    expect(await run(range(people, 'born', { min: '2000-01-01', max: '2000-12-31' }))).toMatchObject({ offending: 2 })
    expect(await run(range(people, 'balance', { min: '0', max: '100' }, { where: (c) => sql`${c.id} = 2 or ${c.id} = 3` }))).toMatchObject({ offending: 1, samples: [{ id: 2 }] })
    await context.engine.query(sql`insert into ${shifts.pg} ("select", "The Line", hours, started_at) values (1, 1, 7.5, '2025-01-01T00:00:00.000001Z'), (1, 2, 8.25, '2025-01-01T00:00:00Z')`)
    expect(await run(range(shifts, 'startedAt', { max: '2025-01-01T01:00:00+01:00' }))).toMatchObject({ offending: 1, samples: [{ started_at: '2025-01-01T00:00:00.000001Z' }] })
    expect(await run(range(shifts, 'hours', { max: 8 }))).toMatchObject({ offending: 1, samples: [{ hours: 8.25 }] })
  })

  it('relationship: counts orphans over one column and over several, lets NULL pass, and needs no key on the other side', async () => {
    await fresh(people, shifts, loose)
    await context.engine.query(sql`insert into ${people.pg} (id, manager_id) values (1, null), (2, 1), (3, 2), (4, 99), (5, 98)`)
    expect(await run(relationship(people, 'managerId', people, 'id'))).toMatchObject({ offending: 2, message: '2 rows have a "manager_id" that is not in crm.people."id"', samples: [{ id: 4, manager_id: 99 }, { id: 5, manager_id: 98 }], columns: ['manager_id'] })
    expect((await run(relationship(people, 'managerId', people, 'id', { where: (c) => sql`${c.id} < ${5}` }))).offending).toBe(1)
    expect((await run(relationship(people, 'id', loose, 'a'))).offending).toBe(5)
    await context.engine.query(sql`insert into ${loose.pg} (a, b) values (1, 'x'), (1, 'x'), (1, 'y'), (2, null), (null, 'x')`)
    await context.engine.query(sql`insert into ${shifts.pg} ("select", "The Line", "Shift ""ID""") values (1, 1, 'x'), (1, 2, 'y'), (2, 3, 'x'), (2, 4, null), (1, 5, 'x')`)
    expect(await run(relationship(shifts, ['period', 'shiftId'], loose, ['a', 'b']))).toEqual({
      passed: false, offending: 1, message: '1 row has a ("select", "Shift "ID"") that is not in crm.loose.("a", "b")',
      samples: [{ 'The Line': 3, select: 2, 'Shift "ID"': 'x', note: null, hours: null, started_at: null }], columns: [undefined],
    })
  })

  it('shows the key first, then what it is about, then the rest', async () => {
    await fresh(shifts)
    await context.engine.query(sql`insert into ${shifts.pg} ("select", "The Line", note) values (1, 9007199254740993, '{"a": 1}')`)
    const [result] = await checkAll(context.engine, [notNull(shifts, 'shiftId')])
    expect(result?.samples).toEqual([{ column: 'Shift "ID"', raw: '{"The Line":9007199254740993,"select":1,"Shift \\"ID\\"":null,"note":{"a":1},"hours":null,"started_at":null}' }])
  })

  it('freshness: goes by the newest instant that is not ahead, whatever NULLs there are', async () => {
    await fresh(people, shifts)
    const { rows } = await context.engine.query<{ earlier: string; day: string }>(sql`select clock_timestamp() - interval '3 hours' as earlier, (clock_timestamp() - interval '3 days')::date as day`)
    const { earlier, day } = rows[0] ?? { earlier: '', day: '' }
    await context.engine.query(sql`insert into ${shifts.pg} ("select", "The Line", started_at) values (1, 1, ${earlier}), (1, 2, '2020-01-01'), (1, 3, null), (1, 4, '9999-12-31'), (2, 5, 'infinity')`)
    expect(await run(freshness(shifts, 'startedAt', { within: { hours: 4 } }))).toEqual(passed(`the newest "started_at" is ${earlier}, 3 hours ago; at most 4 hours are allowed`))
    expect(await run(freshness(shifts, 'startedAt', { within: { hours: 2, minutes: 30 } }))).toEqual({ ...passed(`the newest "started_at" is ${earlier}, 3 hours ago; at most 2.5 hours are allowed`), passed: false })
    const [result] = await checkAll(context.engine, [freshness(shifts, 'startedAt', { within: { days: 1 } })])
    expect(result?.measured).toBeGreaterThanOrEqual(3 * 3600)
    expect(result?.measured).toBeLessThan(3 * 3600 + 300)
    expect((await run(freshness(shifts, 'startedAt', { within: { days: 1 }, where: (c) => sql`${c.line} <> ${1}` }))).message).toMatch(/^the newest "started_at" among the rows that the rule is for is 2020-01-01T00:00:00Z, \d+(\.\d)? days ago; at most 24 hours are allowed$/)
    expect((await run(freshness(shifts, 'startedAt', { within: { days: 1 }, where: (c) => sql`${c.line} = ${3}` }))).passed).toBe(false)
    await context.engine.query(sql`insert into ${people.pg} (id, born) values (1, ${day}), (2, '2999-01-01')`)
    expect((await run(freshness(people, 'born', { within: { days: 4 } }))).passed).toBe(true)
    expect((await run(freshness(people, 'born', { within: { days: 3 } }))).passed).toBe(false)
  })

  it('freshness: an instant before all time is not fresh', async () => {
    await fresh(shifts)
    await context.engine.query(sql`insert into ${shifts.pg} ("select", "The Line", started_at) values (1, 1, '-infinity')`)
    expect(await run(freshness(shifts, 'startedAt', { within: { days: 1 } }))).toEqual({ ...passed('the newest "started_at" is -infinity; at most 24 hours are allowed'), passed: false })
  })

  it('custom SQL: counts what the query answers, however much, and shows the first rows in its order', async () => {
    expect(await run(customSql('numbers', sql`with n as (select g from generate_series(1, ${2345}) g) select g as number, ${'x'}::text as mark from n order by g desc`, { severity: 'warn' }))).toEqual({
      passed: false, offending: 2345, message: '2345 rows offend', samples: [2345, 2344, 2343, 2342, 2341].map((number) => ({ number, mark: 'x' })), columns: [undefined],
    })
  })

  it('takes a table of drizzle in place of a declaration', async () => {
    const sites = pgSchema('crm').table('sites', { siteId: integer('Site ID').primaryKey(), name: text(), seenAt: timestamp('seen_at', { withTimezone: true, precision: 6 }) })
    await fresh(sites)
    await context.engine.query(sql`insert into ${sites} values (1, 'a', now()), (2, 'a', null)`)
    expect(await run(unique(sites, ['name'], { where: (c) => sql`${c.siteId} > 0` }))).toMatchObject({ offending: 2, samples: [{ 'Site ID': 1, name: 'a' }, { 'Site ID': 2 }] })
    expect((await run(range(sites, 'seenAt', { min: new Date(0) }))).offending).toBe(0)
    expect((await run(freshness(sites, 'seenAt', { within: { minutes: 5 } }))).passed).toBe(true)
  })

  it('leaves nothing behind outside of a batch, whatever it does, and says what failed', async () => {
    await fresh(people)
    await context.engine.query(sql`insert into ${people.pg} (id) values (1)`)
    const tampering: DataQualityCheck = {
      name: 'tampering', severity: 'warn', table: undefined,
      run: async ({ session }) => {
        const { rowCount } = await session.query(sql`delete from ${people.pg}`)
        return { passed: false, offending: rowCount, message: 'deleted', samples: [] }
      },
    }
    const results = await checkAll(context.engine, [tampering, notNull(people, 'name', { severity: 'info' })])
    expect(results.map(({ check, passed: held, offending }) => [check, held, offending])).toEqual([['tampering', false, 1], ['crm.people.name not null', true, 0]])
    expect(failureOfChecks(results)).toBeUndefined()
    expect((await context.engine.query(sql`select id from ${people.pg}`)).rows).toEqual([{ id: 1 }])
    const failure = failureOfChecks(await checkAll(context.engine, [notNull(people, 'name'), notNull(people, 'tier', { severity: 'warn' }), notNull(people, 'id')]))
    expect(failure).toMatchObject({ code: 'V2002', exitCode: 2, message: '[V2002] 1 of 3 checks failed: crm.people.name not null: 1 row has no value in "name". Correct the rows, or the rule.' })
  })

  it('fails with the reason where its table is missing, and stops when told', async () => {
    const gone = table('crm.never_made', { id: t.integer() })
    await expect(checkAll(context.engine, [notNull(gone, 'id')])).rejects.toMatchObject({ code: 'V3013' })
    await expect(checkAll(context.engine, [customSql('one', sql`select 1 as one`)], { signal: AbortSignal.abort() })).rejects.toMatchObject({ name: 'AbortError' })
  })
})

describeEngines('the gate of a batch', (context) => {
  const staff = table('hr.staff', { id: t.integer().notNull(), name: t.text() }, { primaryKey: ['id'] })
  const load = (rows: number, checks: DataQualityCheck[]) =>
    etlBatch({
      pipeline: 'hr',
      checks,
      load: async ({ transaction }) => {
        await alignTable(transaction, staff.spec)
        await transaction.query(sql`delete from ${staff.pg}`)
        await transaction.query(sql`insert into ${staff.pg} select n, case when n % 4 = 1 then null else 'x' end from generate_series(1, ${rows}::int) n`)
      },
    }).run(context.engine)
  const rowsNow = async () => (await context.engine.query<{ n: bigint }>(sql`select count(*) as n from ${staff.pg}`)).rows[0]?.n
  const resultsOf = async (batchId: string) => (await context.engine.query(sql`select check_name, table_name, severity, passed, offending, measured, message from varve.data_quality_results where batch_id = ${batchId} order by check_name`)).rows
  const issuesOf = async (batchId: string) => (await context.engine.query(sql`select check_name, severity, table_name, column_name, raw from varve.data_quality_issues where batch_id = ${batchId} order by issue_id`)).rows

  it('commits with warnings, and keeps results, samples and counts', async () => {
    const outcome = await load(10, [notNull(staff, 'name', { severity: 'warn' }), rowCountChange(staff, { atMost: 0.2 }), customSql('none', sql`select 1 as one where 1 = 2`, { severity: 'info' })])
    expect(await resultsOf(outcome.batchId)).toEqual([
      { check_name: 'hr.staff row count change', table_name: 'hr.staff', severity: 'error', passed: true, offending: 0n, measured: 10n, message: '10 rows; no earlier count to compare with' },
      { check_name: 'hr.staff.name not null', table_name: 'hr.staff', severity: 'warn', passed: false, offending: 3n, measured: null, message: '3 rows have no value in "name"' },
      { check_name: 'none', table_name: null, severity: 'info', passed: true, offending: 0n, measured: null, message: 'no row offends' },
    ])
    expect(await issuesOf(outcome.batchId)).toEqual([1, 5, 9].map((id) => ({ check_name: 'hr.staff.name not null', severity: 'warn', table_name: 'hr.staff', column_name: 'name', raw: `{"id":${id},"name":null}` })))
    expect(outcome.checks.map(({ check, passed: held, measured }) => [check, held, measured])).toEqual([['hr.staff.name not null', false, undefined], ['hr.staff row count change', true, 10], ['none', true, undefined]])
    expect(await rowsNow()).toBe(10n)
  })

  it('refuses a count that changed too much since the last successful batch, and leaves the table and the count to compare with as they were', async () => {
    const counted = [rowCountChange(staff, { atMost: { up: 0.5, down: 0.2 } })]
    const grown = await load(12, counted)
    expect(grown.checks[0]).toMatchObject({ passed: true, measured: 12, message: expect.stringMatching(/^12 rows, 20 % more than the 10 of batch [0-9a-f-]{36}$/) as string })
    await expect(load(19, counted)).rejects.toMatchObject({ code: 'V2002', exitCode: 2, message: expect.stringMatching(/19 rows, 58\.3 % more than the 12 of batch [0-9a-f-]{36}; at most 50 % more are allowed/) as string })
    expect(await rowsNow()).toBe(12n)
    const failed = (await context.engine.query<{ batch_id: string }>(sql`select batch_id from varve.etl_batches where status = 'failed' order by started_at desc`)).rows[0]?.batch_id ?? ''
    expect(await resultsOf(failed)).toMatchObject([{ passed: false, measured: 19n }])
    expect(await issuesOf(failed)).toEqual([{ check_name: 'hr.staff row count change', severity: 'error', table_name: 'hr.staff', column_name: null, raw: null }])
    await expect(load(9, counted)).rejects.toMatchObject({ message: expect.stringMatching(/9 rows, 25 % fewer than the 12 of batch .*; at most 20 % fewer are allowed/) as string })
    expect((await load(18, counted)).checks[0]).toMatchObject({ measured: 18, message: expect.stringMatching(/^18 rows, 50 % more than the 12 /) as string })
    const [alone] = await checkAll(context.engine, counted)
    expect(alone).toMatchObject({ passed: true, measured: 18, message: expect.stringMatching(/^18 rows, as many as in batch /) as string })
    expect((await load(1, [rowCountChange(staff, { atMost: { up: 0 } })])).checks[0]?.passed).toBe(true)
    expect((await load(0, [rowCountChange(staff, { atMost: { up: 0 } })])).checks[0]?.passed).toBe(true)
    expect((await load(5, counted)).checks[0]).toMatchObject({ passed: true, message: expect.stringMatching(/^5 rows, and none in batch /) as string })
  })

  it('refuses checks of one name before it does anything', async () => {
    const before = (await context.engine.query(sql`select batch_id from varve.etl_batches`)).rows
    await expect(load(1, [notNull(staff, 'name'), notNull(staff, 'name', { severity: 'warn' })])).rejects.toMatchObject({ code: 'V1009', message: expect.stringContaining('two checks are called "hr.staff.name not null"') as string })
    expect((await context.engine.query(sql`select batch_id from varve.etl_batches`)).rows).toEqual(before)
  })
})
