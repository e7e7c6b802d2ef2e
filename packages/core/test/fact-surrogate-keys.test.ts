import { sql } from 'drizzle-orm'
import { expect, it } from 'vitest'
import { describeEngines } from '../../../test-support/engines.ts'
import { alignTable, inferredMembers, partitionedFact, t, table, type DimensionReference } from '../src/index.ts'
import { employeeShape, freshFact, loadFact, makeEmployees, repointFact, shifts } from './shift-facts.ts'

const factWith = (reference: Partial<DimensionReference<typeof shifts>>) =>
  partitionedFact(shifts, { identity: ['shiftId'], eventTime: 'startsAt', batchId: 'etlBatchId', updatedAt: 'updatedAt', dimensions: { employeeKey: { dimension: employeeShape, by: ['employeeId'], ...reference } } })

const shift = (shiftId: number, employeeId: number | null, startsAt: string, rest: object = {}) => ({ periodId: '2025_01', shiftId, employeeId, startsAt, hours: 8, modifiedOn: '2025-02-01', ...rest })

// Employee 1 was away in February, 2 came in March.
const versions = [
  [1, 'Ada', '2025-01-01', '2025-01-15'],
  [1, 'Ada B', '2025-01-15', '2025-02-01'],
  [1, 'Ada C', '2025-03-01', null],
  [2, 'Bo', '2025-03-01', null],
] as const

describeEngines('the surrogate keys of facts', (context) => {
  /** The names of the versions that facts point at. */
  const named = async () => (await context.engine.query(sql`select f.shift_id, d.name from facts.fact_shift f left join facts.dim_employee d on d.surrogate_key = f.employee_key order by f.shift_id`)).rows.map(Object.values)
  const start = async (reference: Partial<DimensionReference<typeof shifts>>) => {
    await makeEmployees(context.engine, versions)
    return freshFact(context.engine, factWith(reference), ['2025_01', '2025_02'])
  }

  it('are those of the versions valid at the event, to the microsecond', async () => {
    const fact = await start({})
    await loadFact(fact, [
      shift(1, 1, '2025-01-01T00:00:00Z'),
      shift(2, 1, '2025-01-14T23:59:59.999999Z'),
      shift(3, 1, '2025-01-15T00:00:00Z'),
      shift(4, 1, '2025-06-01T00:00:00+02:00'),
      shift(5, 2, '2025-03-01T00:00:00Z'),
      shift(6, null, '2025-03-01T00:00:00Z'),
    ])
    expect(await named()).toEqual([[1n, 'Ada'], [2n, 'Ada'], [3n, 'Ada B'], [4n, 'Ada C'], [5n, 'Bo'], [6n, null]])
  })

  it('an event before the first version takes the first, and one in a gap the version before', async () => {
    const fact = await start({})
    const { findings } = await loadFact(fact, [shift(1, 1, '2024-01-01'), shift(2, 1, '2025-02-01'), shift(3, 1, '2025-02-28T23:59:59Z'), shift(4, 2, '2025-01-01')])
    expect(await named()).toEqual([[1n, 'Ada'], [2n, 'Ada B'], [3n, 'Ada B'], [4n, 'Bo']])
    expect(findings).toEqual([])
  })

  it('or these are findings, where the reference says so', async () => {
    const fact = await start({ early: 'find', gone: 'find' })
    const { findings } = await loadFact(fact, [shift(1, 1, '2024-01-01'), shift(2, 1, '2025-02-01'), shift(3, 1, '2025-03-01'), shift(4, 2, '2025-01-01'), shift(5, 9, '2025-01-01')])
    expect(await named()).toEqual([[1n, null], [2n, null], [3n, 'Ada C'], [4n, null], [5n, null]])
    expect(findings.map(({ reason, column, message }) => [reason, column, message])).toEqual([
      ['unknown member', 'employee_key', 'employee_id=9 is not known in facts.dim_employee; 1 fact refers to it'],
      ['no version then', 'employee_key', 'employee_id=1 was not valid at the event time in facts.dim_employee; 2 facts refer to it'],
      ['no version then', 'employee_key', 'employee_id=2 was not valid at the event time in facts.dim_employee; 1 fact refers to it'],
    ])
  })

  it('a member that is missing is a finding with its facts, or stands for all that are unknown', async () => {
    const fact = await start({})
    const rows = [shift(1, 8, '2025-01-01'), shift(2, 8, '2025-01-01'), shift(3, 9, '2025-01-01'), shift(4, 2, '2025-04-01'), shift(5, null, '2025-01-01')]
    const { findings } = await loadFact(fact, rows)
    expect(await named()).toEqual([[1n, null], [2n, null], [3n, null], [4n, 'Bo'], [5n, null]])
    expect(findings.map(({ check, severity, raw }) => [check, severity, raw])).toEqual([['dimensions', 'warn', '{"employee_id":"8","facts":2}'], ['dimensions', 'warn', '{"employee_id":"9","facts":1}']])

    const known = await freshFact(context.engine, factWith({ missing: { unknown: -1 } }), ['2025_01'])
    expect((await loadFact(known, rows)).findings.length).toBe(2)
    const { rows: keys } = await context.engine.query(sql`select shift_id, employee_key from facts.fact_shift where employee_key = -1 order by 1`)
    expect(keys).toEqual([{ shift_id: 1n, employee_key: -1n }, { shift_id: 2n, employee_key: -1n }, { shift_id: 3n, employee_key: -1n }, { shift_id: 5n, employee_key: -1n }])
  })

  it('a member that is missing is inferred once, by one placeholder for all instants', async () => {
    const fact = await start({ missing: 'infer' })
    const first = await loadFact(fact, [shift(1, 8, '2025-01-01'), shift(2, 8, '2030-01-01'), shift(3, 9, '2025-01-01'), shift(4, 1, '2025-01-01')])
    expect(first).toMatchObject({ counts: { new: 4, inferred: 2 }, findings: [] })
    const second = await loadFact(fact, [shift(5, 8, '2024-01-01'), shift(6, 10, '2025-01-01'), shift(3, 9, '2025-01-02')])
    expect(second.counts).toMatchObject({ new: 2, changed: 1, inferred: 1 })
    const { rows: placeholders } = await context.engine.query(sql`select employee_id, name, valid_from, valid_to from facts.dim_employee where valid_from < '2000-01-01' order by employee_id`)
    const placeholder = { name: null, valid_from: '0001-01-01T00:00:00.000001Z', valid_to: '0001-01-01T00:00:00.000002Z' }
    expect(placeholders).toEqual([{ employee_id: 8, ...placeholder }, { employee_id: 9, ...placeholder }, { employee_id: 10, ...placeholder }])
    const { rows: members } = await context.engine.query(sql`select f.shift_id, d.employee_id from facts.fact_shift f join facts.dim_employee d on d.surrogate_key = f.employee_key order by f.shift_id`)
    expect(members.map(Object.values)).toEqual([[1n, 8], [2n, 8], [3n, 9], [4n, 1], [5n, 8], [6n, 10]])
    const { rows: entered } = await context.engine.query(sql`select distinct i.dimension, d.employee_id from ${inferredMembers.pg} i join facts.dim_employee d on d.surrogate_key = i.surrogate_key order by 2`)
    expect(entered.map(Object.values)).toEqual([['facts.dim_employee', 8], ['facts.dim_employee', 9], ['facts.dim_employee', 10]])
  })

  it('a placeholder stands for its member also where an event without a version is a finding', async () => {
    const fact = await start({ missing: 'infer', early: 'find', gone: 'find' })
    const { counts, findings } = await loadFact(fact, [shift(1, 8, '2030-01-01'), shift(2, 1, '2024-01-01')])
    expect(counts).toMatchObject({ new: 2, inferred: 1 })
    expect(findings.map(({ message }) => message)).toEqual(['employee_id=1 was not valid at the event time in facts.dim_employee; 1 fact refers to it'])
    const { rows } = await context.engine.query(sql`select f.shift_id, d.employee_id from facts.fact_shift f left join facts.dim_employee d on d.surrogate_key = f.employee_key order by f.shift_id`)
    expect(rows.map(Object.values)).toEqual([[1n, 8], [2n, null]])
  })

  it('come by compound keys, for days, from dimensions with a high date', async () => {
    const { engine } = context
    const sites = table('facts.dim_site', { sk: t.bigint().identity(), region: t.text(10).notNull(), site: t.integer().notNull(), name: t.text(), begins: t.timestamp().notNull(), ends: t.timestamp().notNull() }, { primaryKey: ['region', 'site', 'begins'] })
    const visits = table('facts.fact_visit', { day: t.date().notNull(), visit: t.integer().notNull(), region: t.text(10), site: t.integer(), siteSk: t.integer() }, { primaryKey: ['day', 'visit'], partitionBy: { range: 'day' } })
    const dimension = { table: sites.spec, key: ['region', 'site'], surrogateKey: 'sk', validFrom: 'begins', validTo: 'ends', openEnd: '9999-12-31T00:00:00Z' }
    await engine.change({ kind: 'drop-table', table: sites.spec })
    await alignTable(engine, sites.spec)
    for (const [region, name, begins, ends] of [['a', 'Depot', '2025-01-01', '2025-02-01'], ['a', 'Yard', '2025-02-01', '9999-12-31'], ['b', 'Other', '2025-01-15', '9999-12-31']]) await engine.query(sql`insert into facts.dim_site (region, site, name, begins, ends) values (${region}, 1, ${name}, ${begins}, ${ends})`)
    const fact = new (partitionedFact(visits, { identity: ['visit'], eventTime: 'day', dimensions: { siteSk: { dimension, by: ['region', 'site'], missing: 'infer' } } }))(engine)
    await fact.prepare()
    await fact.ensurePartitions([{ from: '2025-01-01', to: '2026-01-01' }])
    const visit = (number: number, day: string, region: string | null, site: number | null) => ({ day, visit: number, region, site })
    await loadFact(fact, [visit(1, '2025-01-31', 'a', 1), visit(2, '2025-02-01', 'a', 1), visit(3, '2025-12-31', 'b', 1), visit(4, '2025-03-01', 'b', 2), visit(5, '2025-03-01', 'a', null)])
    const { rows } = await engine.query(sql`select f.visit, d.name, d.region, d.site from facts.fact_visit f left join facts.dim_site d on d.sk = f.site_sk order by 1`)
    expect(rows.map(Object.values)).toEqual([[1, 'Depot', 'a', 1], [2, 'Yard', 'a', 1], [3, 'Other', 'b', 1], [4, null, 'b', 2], [5, null, null, null]])
  })

  it('follow the natural key and the event time of a fact that changes, also when it moves', async () => {
    const fact = await start({})
    await loadFact(fact, [shift(1, 1, '2025-01-01'), shift(2, 1, '2025-01-01'), shift(3, 1, '2025-01-01')])
    const { counts } = await loadFact(fact, [shift(1, 1, '2025-01-20'), shift(2, 2, '2025-01-01'), shift(3, 1, '2025-03-05', { periodId: '2025_02' })])
    expect(counts).toMatchObject({ changed: 2, moved: 1 })
    expect(await named()).toEqual([[1n, 'Ada B'], [2n, 'Bo'], [3n, 'Ada C']])
  })

  it('point at the right versions again after history was re-cut, where they differ and nowhere else', async () => {
    const fact = await start({})
    await loadFact(fact, [shift(1, 1, '2025-01-02'), shift(2, 1, '2025-01-10'), shift(3, 1, '2025-01-20'), shift(4, 2, '2025-04-01'), shift(5, 1, '2025-01-09T23:59:59.999999Z')])
    const batch = '0195e7c2-0000-7000-8000-000000000001'
    await context.engine.query(sql`update facts.dim_employee set valid_to = '2025-01-10', closed_by_batch_id = ${batch} where name = 'Ada'`)
    await context.engine.query(sql`insert into facts.dim_employee (employee_id, name, valid_from, valid_to, etl_batch_id) values (1, 'Ada late', '2025-01-10', '2025-01-15', ${batch})`)
    await context.engine.query(sql`update facts.dim_employee set name = 'Bo by nobody' where employee_id = 2`)
    const before = (await context.engine.query(sql`select shift_id, updated_at from facts.fact_shift order by 1`)).rows

    expect((await repointFact(fact, 'employeeKey', { batchId: batch })).counts).toMatchObject({ read: 4, changed: 1, unchanged: 3 })
    expect(await named()).toEqual([[1n, 'Ada'], [2n, 'Ada late'], [3n, 'Ada B'], [4n, 'Bo by nobody'], [5n, 'Ada']])
    const after = (await context.engine.query(sql`select shift_id, updated_at from facts.fact_shift order by 1`)).rows
    expect(after.filter((row, at) => row['updated_at'] !== before[at]?.['updated_at']).map((row) => row['shift_id'])).toEqual([2n])
    expect((await repointFact(fact, 'employeeKey', { batchId: batch })).counts).toMatchObject({ read: 4, changed: 0, unchanged: 4 })
  })

  it('are re-pointed for members by their keys, and fill what was missing', async () => {
    const fact = await start({})
    await loadFact(fact, [shift(1, 8, '2025-01-02'), shift(2, 9, '2025-01-02'), shift(3, 9, '2025-01-02')])
    await context.engine.query(sql`insert into facts.dim_employee (employee_id, name, valid_from) values (8, 'Cy', '2025-01-01'), (9, 'Di', '2025-02-01')`)
    expect((await repointFact(fact, 'employeeKey', { keys: [[9], ['9'], [77]] })).counts).toMatchObject({ read: 2, changed: 2, unchanged: 0 })
    expect(await named()).toEqual([[1n, null], [2n, 'Di'], [3n, 'Di']])
    await expect(repointFact(fact, 'employeeKey', { keys: [['x']] })).rejects.toMatchObject({ code: 'V1009' })
    await expect(repointFact(fact, 'shiftId', { keys: [[9]] })).rejects.toMatchObject({ code: 'V1009', message: expect.stringContaining('Allowed are employeeKey') as string })
  })
})
