import { sql } from 'drizzle-orm'
import { expect, it } from 'vitest'
import { describeEngines } from '../../../test-support/engines.ts'
import { etlBatch, partitionedFact, type FactResult } from '../src/index.ts'
import { freshFact, loadFact, PlainShifts, SequencedShifts, shifts } from './shift-facts.ts'

const none = { read: 0, rejected: 0, duplicate: 0, late: 0, new: 0, changed: 0, moved: 0, unchanged: 0, deleted: 0, inferred: 0 }
const periods = ['2025_01', '2025_02', '2025_03']

/** A shift: period, number, hours, and what else differs. */
const shift = (periodId: string, shiftId: number, hours: string | number | null, rest: object = {}) => ({ periodId, shiftId, employeeId: 7, startsAt: '2025-01-10T08:00:00Z', hours, modifiedOn: '2025-01-11T00:00:00Z', ...rest })

describeEngines('a fact in partitions', (context) => {
  const stored = async () => (await context.engine.query(sql`select period_id, shift_id, hours from facts.fact_shift order by shift_id, period_id`)).rows.map(Object.values)

  it('inserts, writes what changed, moves, leaves the rest alone, and counts each row once', async () => {
    const fact = await freshFact(context.engine, PlainShifts, periods)
    const first = await loadFact(fact, [shift('2025_01', 1, '8'), shift('2025_01', 2, '7.5', { rawData: { a: 1, b: [1, 2] } }), shift('2025_02', 3, null)])
    expect(first).toEqual({ counts: { ...none, read: 3, new: 3 }, findings: [] })
    const { rows: before } = await context.engine.query(sql`select * from facts.fact_shift order by shift_id`)

    const second = await loadFact(fact, [
      shift('2025_01', 1, '8.00'),
      shift('2025_01', 2, 7.5, { rawData: { b: [1, 2], a: 1.0 } }),
      shift('2025_03', 3, '6.25'),
      shift('2025_02', 4, '5'),
    ])
    expect(second.counts).toEqual({ ...none, read: 4, new: 1, moved: 1, unchanged: 2 })
    expect(await stored()).toEqual([['2025_01', 1n, '8.00'], ['2025_01', 2n, '7.50'], ['2025_03', 3n, '6.25'], ['2025_02', 4n, '5.00']])
    const { rows: after } = await context.engine.query(sql`select * from facts.fact_shift order by shift_id`)
    expect(after.slice(0, 2)).toEqual(before.slice(0, 2))
    expect(after[2]).not.toMatchObject({ etl_batch_id: before[2]?.['etl_batch_id'] })

    expect((await loadFact(fact, [shift('2025_01', 1, null)])).counts).toEqual({ ...none, read: 1, changed: 1 })
    expect((await loadFact(fact, [shift('2025_01', 2, '7.5', { rawData: { a: 1, b: [2, 1] } })])).counts).toEqual({ ...none, read: 1, changed: 1 })
    expect((await loadFact(fact, [])).counts).toEqual(none)
  })

  it('a fact that moves and changes nothing else leaves one row', async () => {
    const fact = await freshFact(context.engine, PlainShifts, periods)
    await loadFact(fact, [shift('2025_01', 1, 8), shift('2025_01', 2, 8)])
    expect((await loadFact(fact, [shift('2025_02', 1, 8)])).counts).toEqual({ ...none, read: 1, moved: 1 })
    expect(await stored()).toEqual([['2025_02', 1n, '8.00'], ['2025_01', 2n, '8.00']])
  })

  it('identical rows of one load collapse, and different ones refuse it by name', async () => {
    const fact = await freshFact(context.engine, PlainShifts, periods)
    expect((await loadFact(fact, [shift('2025_01', 1, 8, { rawData: { a: 1, b: 2 } }), shift('2025_01', 1, '8.0', { rawData: { b: 2, a: 1 } }), shift('2025_01', 2, 1)])).counts).toEqual({ ...none, read: 3, duplicate: 1, new: 2 })
    const twins = [shift('2025_01', 2, 1), shift('2025_02', 2, 1), shift('2025_01', 1, 8), shift('2025_01', 1, 9)]
    await expect(loadFact(fact, twins)).rejects.toMatchObject({ code: 'V2008', message: expect.stringContaining('(shift_id=1; shift_id=2)') as string })
    expect(await stored()).toEqual([['2025_01', 1n, '8.00'], ['2025_01', 2n, '1.00']])
  })

  it('of several states of a fact the latest stands, whatever their order', async () => {
    const fact = await freshFact(context.engine, SequencedShifts, periods)
    const state = (period: string, hours: number, day: number) => shift(period, 1, hours, { modifiedOn: `2025-01-${String(day).padStart(2, '0')}` })
    expect((await loadFact(fact, [state('2025_01', 1, 1), state('2025_02', 3, 3), state('2025_01', 2, 2), state('2025_02', 3, 3)])).counts).toEqual({ ...none, read: 4, duplicate: 3, new: 1 })
    expect((await loadFact(fact, [state('2025_02', 9, 2), shift('2025_01', 2, 2)])).counts).toEqual({ ...none, read: 2, late: 1, new: 1 })
    expect((await loadFact(fact, [state('2025_01', 9, 2)])).counts).toEqual({ ...none, read: 1, late: 1 })
    expect(await stored()).toEqual([['2025_02', 1n, '3.00'], ['2025_01', 2n, '2.00']])
    expect((await loadFact(fact, [state('2025_01', 4, 4)])).counts).toEqual({ ...none, read: 1, moved: 1 })
    await expect(loadFact(fact, [state('2025_01', 5, 5), state('2025_01', 6, 5)])).rejects.toMatchObject({ code: 'V2008', message: expect.stringContaining('have the same "modifiedOn"') as string })
  })

  it('a row without a value to cut by goes to quarantine', async () => {
    const fact = await freshFact(context.engine, PlainShifts, periods)
    expect((await loadFact(fact, [shift('2025_01', 1, 8), { ...shift('2025_01', 2, 8), periodId: null }])).counts).toEqual({ ...none, read: 2, rejected: 1, new: 1 })
    const { rows } = await context.engine.query<{ message: string }>(sql`select message from varve.data_quality_issues where check_name = 'quarantine' order by issue_id desc limit 1`)
    expect(rows[0]?.message).toContain('"period_id" is NULL')
  })

  it('rows that no partition takes refuse the load, or are left out with a finding', async () => {
    const fact = await freshFact(context.engine, PlainShifts, periods)
    const rows = [shift('2025_01', 1, 8), shift('2025_14', 2, 8), shift('2025_14', 3, 8), shift('2025_15', 4, 8)]
    await expect(loadFact(fact, rows)).rejects.toMatchObject({ code: 'V2006', message: expect.stringContaining('2025_14: 2 rows; 2025_15: 1 row') as string })
    expect(await stored()).toEqual([])
    const lenient = await freshFact(context.engine, partitionedFact(shifts, { identity: ['shiftId'], homeless: 'find' }), periods)
    const { counts, findings } = await loadFact(lenient, rows)
    expect(counts).toEqual({ ...none, read: 4, rejected: 3, new: 1 })
    expect(findings.map(({ check, reason, message }) => [check, reason, message])).toEqual([
      ['partitions', 'no partition', 'no partition takes "periodId" 2025_14, so 2 rows were left out'],
      ['partitions', 'no partition', 'no partition takes "periodId" 2025_15, so 1 row was left out'],
    ])
    expect(await stored()).toEqual([['2025_01', 1n, '8.00']])
  })

  it('deletes facts by their identity, wherever they lie', async () => {
    const fact = await freshFact(context.engine, PlainShifts, periods)
    await loadFact(fact, [shift('2025_01', 1, 8), shift('2025_02', 2, 8), shift('2025_03', 3, 8)])
    let result: FactResult | undefined
    await etlBatch({
      pipeline: 'shifts',
      extract: (extracting) => fact.stageKeys(extracting, [{ shiftId: 1 }, { shiftId: '3' }, { shiftId: 3 }, { shiftId: 99 }]),
      load: async (loading, staged) => {
        result = await fact.delete(loading, staged)
      },
    }).run(context.engine)
    expect(result?.counts).toEqual({ ...none, read: 4, duplicate: 1, unchanged: 1, deleted: 2 })
    expect(await stored()).toEqual([['2025_02', 2n, '8.00']])
  })

  it('records what became of the rows with the batch', async () => {
    const fact = await freshFact(context.engine, PlainShifts, periods)
    await loadFact(fact, [shift('2025_01', 1, 8), shift('2025_01', 2, 8)])
    const outcome = await etlBatch({
      pipeline: 'shifts',
      extract: (extracting) => fact.stage(extracting, [shift('2025_02', 1, 8), shift('2025_01', 2, 9), shift('2025_01', 3, 9)]),
      load: async (loading, staged) => void (await fact.load(loading, staged)),
    }).run(context.engine)
    expect(outcome.steps).toMatchObject([{ step: 'facts.fact_shift', table: 'facts.fact_shift', counts: { read: 3, new: 1, changed: 2, unchanged: 0 } }])
    const { rows } = await context.engine.query(sql`select shift_id from facts.fact_shift where etl_batch_id = ${outcome.batchId} order by 1`)
    expect(rows).toEqual([{ shift_id: 1n }, { shift_id: 2n }, { shift_id: 3n }])
  })

  it('says that a fact is not prepared', async () => {
    const fact = new (class extends partitionedFact({ spec: { ...shifts.spec, name: 'fact_other' }, columns: shifts.columns }, { identity: ['shiftId'] }) {})(context.engine)
    await expect(loadFact(fact, [])).rejects.toMatchObject({ code: 'V3013', message: expect.stringContaining('Call prepare()') as string })
  })
})

describeEngines('a reload of whole periods', (context) => {
  const stored = async () => (await context.engine.query(sql`select period_id, shift_id, hours from facts.fact_shift order by shift_id, period_id`)).rows.map(Object.values)
  const start = async (count = 12) => {
    const fact = await freshFact(context.engine, PlainShifts, periods)
    await loadFact(fact, [...Array.from({ length: count }, (_, at) => shift('2025_01', at + 1, 8)), shift('2025_02', 100, 8)])
    return fact
  }
  const staged = (count: number, hours = 8) => Array.from({ length: count }, (_, at) => shift('2025_01', at + 1, hours))

  it('removes what is not staged, and leaves other periods alone', async () => {
    const fact = await start(4)
    const { counts } = await loadFact(fact, [shift('2025_01', 1, 8), shift('2025_01', 2, 9), shift('2025_01', 5, 1), shift('2025_01', 100, 8)], { periods: ['2025_01'], expected: 4 })
    expect(counts).toEqual({ ...none, read: 4, unchanged: 1, changed: 1, new: 1, moved: 1, deleted: 2 })
    expect(await stored()).toEqual([['2025_01', 1n, '8.00'], ['2025_01', 2n, '9.00'], ['2025_01', 5n, '1.00'], ['2025_01', 100n, '8.00']])
    expect((await loadFact(fact, [], { periods: ['2025_02'] })).counts).toEqual(none)
  })

  it('a fact that moves between two reloaded periods leaves one row', async () => {
    const fact = await start(2)
    expect((await loadFact(fact, [shift('2025_02', 1, 8), shift('2025_01', 2, 8), shift('2025_02', 100, 8)], { periods: ['2025_01', '2025_02'] })).counts).toEqual({ ...none, read: 3, moved: 1, unchanged: 2 })
    expect(await stored()).toEqual([['2025_02', 1n, '8.00'], ['2025_01', 2n, '8.00'], ['2025_02', 100n, '8.00']])
  })

  it('a fact that is stored in a later state stays where it is', async () => {
    const fact = await freshFact(context.engine, SequencedShifts, periods)
    await loadFact(fact, [shift('2025_01', 1, 8, { modifiedOn: '2025-02-02' }), shift('2025_02', 2, 8)])
    const { counts } = await loadFact(fact, [shift('2025_02', 1, 9, { modifiedOn: '2025-02-01' }), shift('2025_02', 2, 8)], { periods: ['2025_01', '2025_02'] })
    expect(counts).toEqual({ ...none, read: 2, late: 1, unchanged: 1 })
    expect(await stored()).toEqual([['2025_01', 1n, '8.00'], ['2025_02', 2n, '8.00']])
  })

  it('refuses fewer rows than the source counts, and passes them when told so', async () => {
    const fact = await start()
    await expect(loadFact(fact, staged(11), { periods: ['2025_01'], expected: 12 })).rejects.toMatchObject({ code: 'V2006', message: expect.stringContaining('says that there are 12 facts in 2025_01, but 11 arrived') as string })
    await expect(loadFact(fact, [...staged(11), shift('2025_01', 11, 8)], { periods: ['2025_01'], expected: 12 })).rejects.toMatchObject({ code: 'V2006' })
    expect((await stored()).length).toBe(13)
    expect((await loadFact(fact, staged(11), { periods: ['2025_01'], expected: 12, allow: ['incomplete'] })).counts).toMatchObject({ unchanged: 11, deleted: 1 })
  })

  it('refuses rejected rows, whose facts would go away', async () => {
    const fact = await start()
    await expect(loadFact(fact, [...staged(11), shift('2025_01', 12, 'many')], { periods: ['2025_01'] })).rejects.toMatchObject({ code: 'V2006', message: expect.stringContaining("allow: ['incomplete']") as string })
    expect((await stored()).length).toBe(13)
  })

  it('refuses that more than the share vanishes, and passes it when told so', async () => {
    const fact = await start()
    await expect(loadFact(fact, staged(5), { periods: ['2025_01'] })).rejects.toMatchObject({ code: 'V2006', message: expect.stringContaining('7 of the 12 facts in 2025_01 would go away, which is more than 50 %') as string })
    await expect(loadFact(fact, [], { periods: ['2025_01'] })).rejects.toMatchObject({ code: 'V2006' })
    await expect(loadFact(fact, staged(6), { periods: ['2025_01'], maxVanishingShare: 0.4 })).rejects.toMatchObject({ code: 'V2006' })
    expect((await stored()).length).toBe(13)
    expect((await loadFact(fact, staged(5), { periods: ['2025_01'], allow: ['vanishing'] })).counts).toMatchObject({ unchanged: 5, deleted: 7 })
    expect((await loadFact(fact, [], { periods: ['2025_01'] })).counts).toMatchObject({ deleted: 5 })
  })

  it('refuses rows outside of its periods', async () => {
    const fact = await start()
    await expect(loadFact(fact, [...staged(12), shift('2025_02', 13, 8)], { periods: ['2025_01'] })).rejects.toMatchObject({ code: 'V2006', message: expect.stringContaining('1 of the staged rows lies outside') as string })
  })
})
