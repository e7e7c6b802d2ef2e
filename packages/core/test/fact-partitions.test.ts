import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createDatabase, describeEngines, type TestDatabase } from '../../../test-support/engines.ts'
import { describeChange, etlBatch, openEngine, partitionedFact, stageRows, stagingTable, t, table, type Engine, type SchemaChange, type StagedRows } from '../src/index.ts'
import { freshFact, loadFact, PlainShifts } from './shift-facts.ts'

const readings = table('facts.fact_reading', { at: t.timestamp().notNull(), meter: t.integer().notNull(), value: t.float() }, { primaryKey: ['at', 'meter'], partitionBy: { range: 'at' } })
class Readings extends partitionedFact(readings, { identity: ['meter'] }) {}

const month = (from: string, to: string) => ({ from: `2025-${from}-01`, to: `2025-${to}-01` })
const shift = (periodId: string, shiftId: number, hours = 8) => ({ periodId, shiftId, startsAt: '2025-01-10T08:00:00Z', hours, modifiedOn: '2025-01-11T00:00:00Z' })

describeEngines('the partitions of a fact', (context) => {
  it('are made once, by list, under names that fit their values', async () => {
    const fact = await freshFact(context.engine, PlainShifts, [])
    expect(await fact.ensurePartitions(['2025_02', '2025_01', '2025_02'])).toEqual({ created: ['fact_shift_2025_02', 'fact_shift_2025_01'], existing: [], adopted: 0 })
    expect(await fact.ensurePartitions(['2025_01', '2025-02'])).toEqual({ created: [expect.stringMatching(/^fact_shift_2025_02_[0-9a-f]{8}$/)], existing: ['fact_shift_2025_01'], adopted: 0 })
    expect((await fact.partitions()).map(({ bound }) => bound)).toEqual([{ kind: 'list', values: ['2025-02'] }, { kind: 'list', values: ['2025_01'] }, { kind: 'list', values: ['2025_02'] }])
    await expect(fact.ensurePartitions([{ from: '1', to: '2' }])).rejects.toMatchObject({ code: 'V1009', message: expect.stringContaining('cut by list') as string })
  })

  it('are made by range, where they meet and nowhere else', async () => {
    const fact = await freshFact(context.engine, Readings, [])
    expect(await fact.ensurePartitions([month('01', '02'), { from: '2025-02-01T00:00:00+00:00', to: new Date('2025-03-01') }])).toMatchObject({ created: ['fact_reading_2025_01_01', 'fact_reading_2025_02_01'] })
    expect(await fact.ensurePartitions([{ from: '2025-01-10', to: '2025-01-20' }])).toMatchObject({ created: [], existing: ['fact_reading_2025_01_01'] })
    await expect(fact.ensurePartitions([{ from: '2025-02-15', to: '2025-03-15' }])).rejects.toMatchObject({ code: 'V2006', message: expect.stringContaining('would overlap "fact_reading_2025_02_01"') as string })
    await expect(fact.ensurePartitions([{ from: '2025-06-01', to: '2025-05-01' }])).rejects.toMatchObject({ code: 'V1009' })
    await expect(fact.ensurePartitions(['2025-05-01'])).rejects.toMatchObject({ code: 'V1009' })
    const { counts } = await loadFact(fact, [{ at: '2025-01-31T23:59:59.999999Z', meter: 1, value: 1 }, { at: '2025-02-01T00:00:00Z', meter: 2, value: 2 }])
    expect(counts).toMatchObject({ new: 2 })
    expect((await loadFact(fact, [{ at: '2025-02-10T00:00:00Z', meter: 1, value: 1 }])).counts).toMatchObject({ moved: 1 })
    expect((await loadFact(fact, [{ at: '2025-02-11T00:00:00Z', meter: 1, value: 1 }])).counts).toMatchObject({ moved: 1 })
    expect((await fact.coverage()).partitions.map(({ rows }) => rows)).toEqual([0, 2])
    expect((await loadFact(fact, [{ at: '2025-02-11T00:00:00Z', meter: 1, value: 1 }], { periods: [month('02', '03')] })).counts).toMatchObject({ unchanged: 1, deleted: 1 })
  })

  it('are changes of the schema that can be explained', async () => {
    const fact = await freshFact(context.engine, PlainShifts, [])
    const { table: spec } = fact.definition
    const list: SchemaChange = { kind: 'create-partition', table: spec, name: 'p', bound: { kind: 'list', values: [`it's`, null] } }
    const range: SchemaChange = { kind: 'create-partition', table: spec, name: 'p', bound: { kind: 'range', from: undefined, to: '2025-01-01' } }
    const detach: SchemaChange = { kind: 'detach-partition', table: spec, name: 'p' }
    expect([list, range, detach].map(describeChange)).toEqual([`create partition p of facts.fact_shift for it's, NULL`, 'create partition p of facts.fact_shift for … to 2025-01-01', 'detach partition p of facts.fact_shift'])
    expect([list, range, detach].flatMap((change) => context.engine.explainChange(change))).toEqual([
      'create table "facts"."p" (like "facts"."fact_shift" including all)',
      `alter table "facts"."fact_shift" attach partition "facts"."p" for values in ('it''s', null)`,
      'create table "facts"."p" (like "facts"."fact_shift" including all)',
      `alter table "facts"."fact_shift" attach partition "facts"."p" for values from (minvalue) to ('2025-01-01')`,
      'alter table "facts"."fact_shift" detach partition "facts"."p"',
    ])
  })

  it('that are missing are told, with the rows in the partition for all others, and adopt those once they are made', async () => {
    const fact = await freshFact(context.engine, PlainShifts, ['2025_01'])
    await context.engine.query(sql`create table facts.fact_shift_rest partition of facts.fact_shift default`)
    await loadFact(fact, [shift('2025_01', 1), shift('2025_02', 2), shift('2025_02', 3), shift('2025_09', 4)])
    expect(await fact.coverage(['2025_01', '2025_02', '2025_03'])).toEqual({
      partitions: [
        { name: 'fact_shift_2025_01', bound: { kind: 'list', values: ['2025_01'] }, rows: 1 },
        { name: 'fact_shift_rest', bound: { kind: 'other' }, rows: 3 },
      ],
      missing: ['2025_02', '2025_03'],
      elsewhere: [{ value: '2025_02', rows: 2 }, { value: '2025_09', rows: 1 }],
      homeless: [],
    })
    expect(await fact.ensurePartitions(['2025_02', '2025_03'])).toEqual({ created: ['fact_shift_2025_02', 'fact_shift_2025_03'], existing: [], adopted: 2 })
    expect(await fact.coverage(['2025_01', '2025_02', '2025_03'])).toMatchObject({ missing: [], elsewhere: [{ value: '2025_09', rows: 1 }] })
    const { rows } = await context.engine.query(sql`select shift_id from facts.fact_shift_2025_02 order by 1`)
    expect(rows).toEqual([{ shift_id: 2n }, { shift_id: 3n }])
    expect((await loadFact(fact, [shift('2025_02', 2), shift('2025_03', 4)])).counts).toMatchObject({ unchanged: 1, moved: 1 })
  })

  it('leave staged rows homeless that none of them takes', async () => {
    const fact = await freshFact(context.engine, PlainShifts, ['2025_01'])
    const { engine } = context
    const spec = fact.definition.input.spec
    await engine.change({ kind: 'create-table', table: stagingTable(spec, { schema: 'facts', name: 'stage_shift' }) })
    const staged: StagedRows = await stageRows(engine, spec, { schema: 'facts', name: 'stage_shift' }, [shift('2025_01', 1), shift('2025_07', 2), shift('2025_07', 3)], { reject: () => Promise.reject(new Error('rejected')), find: () => Promise.resolve() })
    expect((await fact.coverage([], { staged })).homeless).toEqual([{ value: '2025_07', rows: 2 }])
    await engine.change({ kind: 'drop-table', table: staged.table })
  })

  it('that are too old are shown first, then dropped or detached, all or none', async () => {
    const { engine } = context
    const fact = await freshFact(engine, PlainShifts, ['2024_25', '2024_26', '2025_01', '2025_02'])
    await loadFact(fact, [shift('2024_25', 1), shift('2024_26', 2), shift('2024_26', 3), shift('2025_01', 4)])
    const plan = await fact.planRetention({ before: '2025_01', action: 'drop' })
    expect(plan.partitions.map(({ name, rows }) => [name, rows])).toEqual([['fact_shift_2024_25', 1], ['fact_shift_2024_26', 2]])
    expect((await fact.partitions()).length).toBe(4)

    await loadFact(fact, [shift('2024_26', 5)])
    await expect(fact.retain(plan)).rejects.toMatchObject({ code: 'V2006', message: expect.stringContaining('"fact_shift_2024_26" has 3 rows, and had 2') as string })
    expect((await fact.partitions()).length).toBe(4)
    await fact.retain(await fact.planRetention({ before: '2024_26', action: 'detach' }))
    await fact.retain(await fact.planRetention({ before: '2025_01', action: 'drop' }))
    expect((await fact.partitions()).map(({ name }) => name)).toEqual(['fact_shift_2025_01', 'fact_shift_2025_02'])
    expect((await engine.query(sql`select shift_id from facts.fact_shift_2024_25`)).rows).toEqual([{ shift_id: 1n }])
    expect(await engine.introspect('facts', 'fact_shift_2024_26')).toBeUndefined()
    await expect(fact.ensurePartitions(['2024_25'])).rejects.toMatchObject({ code: 'V2006', message: expect.stringContaining('perhaps a partition that was detached') as string })
    await engine.change({ kind: 'drop-table', table: { schema: 'facts', name: 'fact_shift_2024_25' } })
  })

  it('that a plan of retention by range spares hold something from the value on', async () => {
    const fact = await freshFact(context.engine, Readings, [])
    await fact.ensurePartitions([month('01', '02'), month('02', '03'), month('03', '04')])
    const old = async (before: string) => (await fact.planRetention({ before, action: 'drop' })).partitions.length
    expect([await old('2025-02-01'), await old('2025-02-28'), await old('2025-03-01'), await old('2024-01-01')]).toEqual([1, 1, 2, 0])
  })

  it('are read by their periods, as rows of the table', async () => {
    const fact = await freshFact(context.engine, PlainShifts, ['2025_01', '2025_02', '2025_03'])
    await loadFact(fact, [shift('2025_01', 1), shift('2025_02', 2, 7.5), shift('2025_03', 3)])
    const read = []
    for await (const row of fact.read({ periods: ['2025_02', '2025_03'], where: sql`hours < 8` })) read.push(row)
    expect(read).toEqual([{ periodId: '2025_02', shiftId: 2n, employeeId: null, employeeKey: null, startsAt: '2025-01-10T08:00:00Z', hours: '7.50', rawData: null, modifiedOn: '2025-01-11T00:00:00Z', etlBatchId: expect.any(String) as string, updatedAt: expect.any(String) as string }])
    const all = new Set<bigint>()
    for await (const { shiftId } of fact.read()) all.add(shiftId)
    expect(all).toEqual(new Set([1n, 2n, 3n]))
  })
})

describe('the partitions of a fact on a server', () => {
  let database: TestDatabase
  let engine: Engine
  beforeAll(async () => {
    database = await createDatabase('postgres')
    engine = await openEngine(database.url)
  })
  afterAll(async () => {
    await engine?.close()
    await database?.drop()
  })

  it('are made once by two processes at once', async () => {
    await freshFact(engine, PlainShifts, [])
    await using other = await openEngine(database.url)
    const periods = Array.from({ length: 8 }, (_, at) => `2025_${String(at + 1).padStart(2, '0')}`)
    const answers = await Promise.all([new PlainShifts(engine).ensurePartitions(periods), new PlainShifts(other).ensurePartitions(periods.toReversed())])
    const made = answers.map(({ created, existing }) => [created.length, existing.length])
    expect(made.toSorted(([a = 0], [b = 0]) => a - b)).toEqual([[0, 8], [8, 0]])
    expect((await new PlainShifts(engine).partitions()).length).toBe(8)
  })

  it('that hold none of the wanted periods are not touched by a read', async () => {
    const fact = await freshFact(engine, PlainShifts, ['2025_01', '2025_02', '2025_03'])
    const touched = async (statement: ReturnType<typeof sql>) => {
      const { rows } = await engine.query<Record<string, string>>(sql`explain ${statement}`)
      return [...new Set(rows.flatMap((row) => Object.values(row).flatMap((line) => /fact_shift_2025_\d\d/.exec(line)?.[0] ?? [])))].toSorted()
    }
    expect(await touched(fact.select({ periods: ['2025_02'] }))).toEqual(['fact_shift_2025_02'])
    expect(await touched(fact.select({ periods: ['2025_01', '2025_03'] }))).toEqual(['fact_shift_2025_01', 'fact_shift_2025_03'])
    const byRange = await freshFact(engine, Readings, [])
    await byRange.ensurePartitions([month('01', '02'), month('02', '03'), month('03', '04')])
    const { rows } = await engine.query(sql`explain ${byRange.select({ periods: [{ from: '2025-02-03', to: '2025-02-04' }] })}`)
    expect(JSON.stringify(rows).match(/fact_reading_\w+/g)?.every((name) => name.startsWith('fact_reading_2025_02'))).toBe(true)
  })

  it('do not wait for those who read or write the fact meanwhile', async () => {
    const fact = await freshFact(engine, PlainShifts, ['2025_01'])
    await engine.transaction(async (transaction) => {
      await transaction.query(sql`insert into facts.fact_shift (period_id, shift_id, starts_at, modified_on) values ('2025_01', 1, now(), now())`)
      expect(await fact.ensurePartitions(['2025_02'])).toMatchObject({ created: ['fact_shift_2025_02'] })
    })
  })

  it('are not written by a load of what they hold already', async () => {
    const fact = await freshFact(engine, PlainShifts, ['2025_01', '2025_02'])
    const rows = Array.from({ length: 500 }, (_, at) => shift(at % 2 === 0 ? '2025_01' : '2025_02', at))
    await loadFact(fact, rows)
    const versions = async () => (await engine.query(sql`select shift_id, xmin::text, ctid::text from facts.fact_shift order by 1`)).rows
    const before = await versions()
    expect((await loadFact(fact, rows)).counts).toMatchObject({ read: 500, unchanged: 500, new: 0, changed: 0, moved: 0 })
    expect((await loadFact(fact, rows, { periods: ['2025_01', '2025_02'], expected: 500 })).counts).toMatchObject({ unchanged: 500, deleted: 0 })
    expect(await versions()).toEqual(before)
  })

  it('take one load after the other, so that a fact never comes to two of them', async () => {
    await freshFact(engine, PlainShifts, ['2025_01', '2025_02'])
    await using other = await openEngine(database.url)
    const counts = await Promise.all([loadPeriod(engine, '2025_01'), loadPeriod(other, '2025_02')])
    expect(counts.toSorted((a, b) => a.new - b.new)).toMatchObject([{ new: 0, moved: 50 }, { new: 50, moved: 0 }])
    expect((await engine.query(sql`select count(*) as facts from facts.fact_shift`)).rows).toEqual([{ facts: 50n }])
  })
})

async function loadPeriod(engine: Engine, period: string) {
  const fact = new PlainShifts(engine)
  let counts = { new: 0, moved: 0 }
  await etlBatch({
    pipeline: `shifts of ${period}`, // two pipelines: nothing but the fact itself keeps them apart
    extract: (context) => fact.stage(context, Array.from({ length: 50 }, (_, at) => shift(period, at))),
    load: async (context, staged) => {
      counts = (await fact.load(context, staged)).counts
    },
  }).run(engine)
  return counts
}
