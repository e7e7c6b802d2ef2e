import fc from 'fast-check'
import { sql } from 'drizzle-orm'
import { beforeEach, expect, it } from 'vitest'
import { csv, ndjson, t, table } from '@varve/core'
import { describeEngines } from '../../../test-support/engines.ts'
import { applyLoad, dimensionDefinition, emptyState, guards, load, parseDefinition, remove, Scd2Dimension, verifyDimension, versionsIn, type DimensionDefinition, type LoadRow, type ReplayLoad } from '../src/index.ts'
import { storedVersions } from './stored-dimension.ts'

const numberOfReplays = 40
const columns = { id: t.integer().notNull(), a: t.text(), b: t.decimal(8, 2), o: t.text(), g: t.json() }
const plain = { key: ['id'], overwrite: ['o'], ignore: ['g'] } as const
const closing: DimensionDefinition = dimensionDefinition(table('dim', columns), { ...plain, deletes: 'close' })
const ignoring: DimensionDefinition = dimensionDefinition(table('dim', columns), { ...plain, deletes: 'ignore', openEnd: '9999-12-31T00:00:00Z' })

const small = (max: number) => fc.integer({ min: 0, max })
const anyLoad = fc.record({
  gap: small(3),
  isComplete: fc.boolean(),
  rows: fc.uniqueArray(fc.record({ key: small(3), a: small(2), b: small(1), o: small(2), isDelete: small(7) }), { selector: (row) => row.key, maxLength: 4 }),
})
/** Mostly loads of one kind, one after the other. */
const anyReplay = fc.record({ isClosing: fc.boolean(), isComplete: fc.boolean(), isMixed: fc.integer({ min: 0, max: 5 }), loads: fc.array(anyLoad, { maxLength: 9 }) })

type Drawn = typeof anyReplay extends fc.Arbitrary<infer R> ? R : never

function loadsOf({ isComplete, isMixed, loads }: Drawn) {
  let day = 0
  return loads.map((drawn, index) => {
    day += Math.max(1, drawn.gap)
    const rows = drawn.rows.map(({ key, a, b, o, isDelete }) => (isDelete === 7 ? remove({ id: key }) : { id: key, a: [null, '', 'x'][a], b: [null, '1.50'][b], o: [null, 'p', 'q'][o], g: { load: index } }))
    return { at: new Date(Date.UTC(2025, 0, day)).toISOString().replace('.000Z', '.000001Z'), rows, complete: isMixed === 5 ? drawn.isComplete : isComplete }
  })
}

describeEngines('a replay', (context) => {
  const clear = async () => {
    for (const name of ['dim', 'dim_timed']) await context.engine.change({ kind: 'drop-table', table: { schema: undefined, name } })
    for (const name of ['dimensions', 'dimension_loads', 'memory_dim_timed', 'before_dim', 'before_dim_timed']) await context.engine.change({ kind: 'drop-table', table: { schema: 'varve', name } })
  }
  const show = async () => (await context.engine.query<{ line: string }>(sql`select concat_ws(' ', id, a, to_char(valid_from, 'MM-DD') || '..' || coalesce(to_char(valid_to, 'MM-DD'), '')) as line from dim order by id, valid_from`)).rows.map((row) => row.line)
  beforeEach(clear)

  it('leaves the versions and tells the counts that there would be if its loads had come one by one', async () => {
    let together = 0
    await fc.assert(
      fc.asyncProperty(anyReplay, async (drawn) => {
        await clear()
        const definition = drawn.isClosing ? closing : ignoring
        const loads = loadsOf(drawn)
        let state = emptyState()
        const counts = []
        for (const [index, { at, rows, complete }] of loads.entries()) {
          const model = applyLoad(definition, state, load(at, rows, { complete, allow: guards, batch: String(index) }))
          state = model.state
          counts.push(model.counts)
        }
        const done = await new Scd2Dimension(context.engine, definition).replay(loads, { allow: guards })
        expect(done.loads.map((one) => one.counts)).toEqual(counts)
        if (loads.length === 0) return
        const stored = await storedVersions(context.engine, definition)
        const shown = ({ values, validFrom, validTo }: { values: unknown; validFrom: unknown; validTo: unknown }) => ({ values, validFrom, validTo: validTo === '9999-12-31T00:00:00Z' ? null : validTo })
        expect(stored.map(({ version }) => shown(version))).toEqual(versionsIn(state).map(shown))
        const batchOf = (index: string) => done.loads[Number(index)]?.batchId
        expect(stored.map(({ version }) => [version.openedBy, version.closedBy])).toEqual(versionsIn(state).map(({ openedBy, closedBy }) => [batchOf(openedBy), closedBy === null ? null : batchOf(closedBy)]))
        expect((await verifyDimension(context.engine, definition)).findings).toEqual([])
        if (drawn.isMixed < 5) expect(done.inOneGo).toBe(loads.length)
        together += done.inOneGo
      }),
      { numRuns: numberOfReplays, ...(process.env['CI'] ? { seed: 20_261_121 } : {}) },
    )
    expect(together).toBeGreaterThan(numberOfReplays)
  }, 300_000)

  const dimension = () => new Scd2Dimension(context.engine, closing)
  const days = (...tiers: readonly (readonly [at: string, rows: readonly LoadRow[]])[]): ReplayLoad[] => tiers.map(([at, rows]) => ({ at, rows, complete: true }))

  it('of files reads each when its turn has come, says which it is, and loads none of it twice', async () => {
    const opened: string[] = []
    const told: string[] = []
    const loads = (['2025-01-31', '2025-02-28'] as const).map((at, index) => ({
      at, complete: true, name: `${at}.csv`,
      rows: () => {
        opened.push(at)
        return index === 0 ? csv('id,a\n1,gold\n2,gold\n') : ndjson('{"id":1,"a":"silver"}\n')
      },
    }))
    const progress = ({ name, index }: { name: string; index: number }) => void (told.at(-1) === `${index} ${name}` || told.push(`${index} ${name}`))
    const done = await dimension().replay(loads, { progress, allow: ['mass-close'] })
    expect(opened).toEqual(['2025-01-31', '2025-02-28'])
    expect(told).toEqual(['0 2025-01-31.csv', '1 2025-02-28.csv'])
    expect(done).toMatchObject({ inOneGo: 2, loads: [{ name: '2025-01-31.csv', at: '2025-01-31T00:00:00Z', counts: { read: 2, new: 2 } }, { name: '2025-02-28.csv', counts: { read: 1, changed: 1, closed: 1, absent: 1 } }] })
    expect(await show()).toEqual(['1 gold 01-31..02-28', '1 silver 02-28..', '2 gold 01-31..02-28'])
    const rows = async () => (await context.engine.query(sql`select id, xmin::text, valid_from from dim order by 1, 3`)).rows
    const before = await rows()
    expect((await dimension().replay(loads.map((one) => ({ ...one })), { allow: guards })).loads.map(({ counts }) => [counts.unchanged, counts.new + counts.changed + counts.closed + counts.reopened])).toEqual([[2, 0], [1, 0]])
    expect(await rows()).toEqual(before)
  })

  it('goes on load by load from the first that does not fit in', async () => {
    const loads = [...days(['2025-01-01', [{ id: 1, a: 'x' }]], ['2025-02-01', [{ id: 1, a: 'y' }]]), { at: '2025-03-01', rows: [{ id: 2, a: 'z' }] }, ...days(['2025-04-01', [{ id: 1, a: 'y' }, { id: 2, a: 'w' }]])]
    const done = await dimension().replay(loads)
    expect(done.inOneGo).toBe(2)
    expect(new Set(done.loads.map((one) => one.batchId)).size).toBe(3)
    expect(await show()).toEqual(['1 x 01-01..02-01', '1 y 02-01..', '2 z 03-01..04-01', '2 w 04-01..'])
  })

  it('merges a load with several rows for a member after those before it', async () => {
    const done = await dimension().replay(days(['2025-01-01', [{ id: 1, a: 'x' }]], ['2025-02-01', [{ id: 1, a: 'y' }, { id: 1, a: 'y' }]], ['2025-03-01', [{ id: 1, a: 'z' }]]))
    expect(done.loads.map(({ counts }) => [counts.read, counts.duplicate, counts.changed])).toEqual([[1, 0, 0], [2, 1, 1], [1, 0, 1]])
    expect(done.inOneGo).toBe(1)
    expect(await show()).toEqual(['1 x 01-01..02-01', '1 y 02-01..03-01', '1 z 03-01..'])
  })

  it('is refused as a whole where a guard refuses one of its loads, and says which', async () => {
    const many = Array.from({ length: 20 }, (_, id) => ({ id, a: 'x' }))
    await expect(dimension().replay(days(['2025-01-01', many], ['2025-02-01', []], ['2025-03-01', many]))).rejects.toMatchObject({ code: 'V2006', message: expect.stringMatching(/Load 2025-02-01T00:00:00Z of the replay: Dimension dim: the complete load holds no member, while 20 live\./) as string, context: { guard: 'empty', load: '2025-02-01T00:00:00Z' } })
    expect(await context.engine.tableNames('public')).not.toContain('dim')
    await expect(dimension().replay(days(['2025-01-01', many], ['2025-02-01', many.slice(0, 3)]))).rejects.toMatchObject({ code: 'V2006', context: { guard: 'mass-close', closing: 17, living: 20 } })
    expect((await dimension().replay(days(['2025-01-01', many], ['2025-02-01', many.slice(0, 3)]), { allow: ['mass-close'] })).loads[1]?.counts.closed).toBe(17)
  })

  it('sets bad rows aside, and tells of columns that the source no longer sends', async () => {
    const done = await dimension().replay([{ at: '2025-01-01', rows: csv('id,a,b\n1,x,1.5\nnone,x,1\n') }, { at: '2025-02-01', rows: csv('id,a\n1,x\n') }])
    expect(done.loads.map(({ counts }) => [counts.read, counts.rejected, counts.new, counts.changed])).toEqual([[2, 1, 1, 0], [1, 0, 0, 1]])
    expect(done.loads[1]?.findings).toMatchObject([{ column: 'b' }])
    expect((await context.engine.query(sql`select row_number, column_name from varve.data_quality_issues where batch_id = ${done.loads[0]?.batchId} and check_name = 'quarantine'`)).rows).toEqual([{ row_number: 2n, column_name: 'id' }])
  })

  it('of a dimension with a sequence column gives what its events give, in whatever order their files come', async () => {
    const timed = parseDefinition({ table: 'dim_timed', columns: { id: 'integer', a: 'text', at: 'timestamp' }, key: ['id'], sequence: 'at' })
    const done = await new Scd2Dimension(context.engine, timed).replay([{ at: '2025-06-02', rows: [{ id: 1, a: 'y', at: '2025-02-01' }] }, { at: '2025-06-01', rows: [{ id: 1, a: 'x', at: '2025-01-01' }] }])
    expect(done).toMatchObject({ inOneGo: 0, loads: [{ counts: { new: 1 } }, { counts: { changed: 1, late: 1 } }] })
  })

  it('of nothing does nothing', async () => {
    expect(await dimension().replay([])).toEqual({ loads: [], inOneGo: 0 })
  })

  it('can be reverted as the one batch that it is', async () => {
    const done = await dimension().replay(days(['2025-01-01', [{ id: 1, a: 'x' }]], ['2025-02-01', [{ id: 1, a: 'y' }]]))
    expect((await dimension().revert(done.loads[0]?.batchId as string)).dimensions).toEqual([{ dimension: 'dim', deleted: 2, reopened: 0, restored: 0 }])
    expect(await show()).toEqual([])
  })
})
