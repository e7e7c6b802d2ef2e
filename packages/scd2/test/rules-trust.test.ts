import { sql } from 'drizzle-orm'
import { describe, expect, it } from 'vitest'
import type { LoadCounts } from '../src/index.ts'
import { describeEngines } from '../../../test-support/engines.ts'
import { gone, seen, timed, untimed, type Row, type RuledDimension } from './ruled-dimension.ts'

describeEngines('rules of trust', (context) => {
  // Where each row lies and which transaction wrote it: any write at all shows.
  const traces = ({ definition: { table, sequence } }: RuledDimension) =>
    Promise.all([sql`${sql.identifier(table.name)}`, ...(sequence ? [sql`varve.${sql.identifier(`memory_${table.name}`)}`] : [])].map(async (one) => (await context.engine.query(sql`select ctid::text as place, xmin::text as writer, id from ${one} order by 1`)).rows))

  describe('H13 again is nothing', () => {
    it('writes no row for the same loads again, late events, deletes and returns among them, and says so', async () => {
      const dimension = timed(context.engine)
      const loads = [
        () => dimension.complete('02-01', seen(1, '01-01', 'gold', { mail: 'a' }), seen(2, '01-01', 'x'), seen(3, '01-01', 'y')),
        () => dimension.complete('03-01', seen(1, '01-01', 'gold', { mail: 'b' }), seen(1, '02-15', 'silver'), seen(3, '01-01', 'y')),
        () => dimension.partial('03-02', seen(1, '01-20', 'bronze'), gone(3, '02-20'), gone(7, '02-20'), seen(4, '09-01', 'later')),
        () => dimension.partial('04-01', gone(1)),
        () => dimension.partial('05-01', seen(2, '04-15', 'z')),
      ]
      for (const load of loads) await load()
      const [shown, before] = [await dimension.show('tier', 'mail'), await traces(dimension)]
      for (const load of [...loads.slice(1), ...loads.slice(2).toReversed()]) {
        const { counts } = await load()
        expect(counts).toEqual({ read: counts.read, rejected: 0, duplicate: 0, unchanged: counts.read, new: 0, changed: 0, overwritten: 0, reopened: 0, closed: 0, absent: 0, late: 0 })
      }
      expect(await dimension.show('tier', 'mail')).toEqual(shown)
      expect(await traces(dimension)).toEqual(before)
    })

    it('writes no row for a complete load in which nothing changed, at any later instant', async () => {
      for (const dimension of [untimed(context.engine), timed(context.engine)]) {
        const rows = Array.from({ length: 50 }, (_, id) => seen(id, '01-01', 'gold')).map((row) => (dimension.definition.sequence ? row : Object.fromEntries(Object.entries(row).filter(([property]) => property !== 'at'))))
        await dimension.complete('02-01', ...rows)
        const before = await traces(dimension)
        expect((await dimension.complete('03-01', ...rows.toReversed())).counts).toMatchObject({ read: 50, unchanged: 50, closed: 0 })
        expect(await traces(dimension)).toEqual(before)
      }
    })

    it('leaves no trace of a load that was refused or failed on the way', async () => {
      const dimension = timed(context.engine)
      const rows = Array.from({ length: 20 }, (_, id) => seen(id, '01-01', 'gold'))
      await dimension.complete('02-01', ...rows)
      const before = [await traces(dimension), (await context.engine.query(sql`select count(*) as loads from varve.dimension_loads`)).rows]
      await dimension.refusal('03-01', [seen(1, '02-01', 'a'), seen(1, '02-01', 'b')])
      await dimension.refusal('03-01', [seen(1, '02-01', 'a')], { complete: true })
      await dimension.refusal('01-01', rows, { complete: true })
      const broken = function* (): Generator<Row> {
        yield seen(1, '02-01', 'silver')
        throw new Error('the source broke')
      }
      await expect(dimension.dimension.load(broken(), { at: '2025-03-01' })).rejects.toThrow('the source broke')
      expect([await traces(dimension), (await context.engine.query(sql`select count(*) as loads from varve.dimension_loads`)).rows]).toEqual(before)
      expect((await context.engine.tableNames('varve')).filter((name) => name.startsWith('stage_'))).toEqual([])
    })
  })

  describe('H14 lineage', () => {
    const lineage = async (dimension: RuledDimension) => (await context.engine.query<{ tier: string; opened: string; closed: string | null }>(sql`select tier, etl_batch_id as opened, closed_by_batch_id as closed from ${sql.identifier(dimension.definition.table.name)} order by id, valid_from`)).rows.map(({ tier, opened, closed }) => [tier, opened, closed])

    it('names the batch that opened each version and the one that closed it, also where a late event came between', async () => {
      const dimension = timed(context.engine)
      const a = (await dimension.partial('06-01', seen(1, '01-01', 'gold'))).batchId
      const b = (await dimension.partial('06-02', seen(1, '03-01', 'silver'))).batchId
      expect(await lineage(dimension)).toEqual([['gold', a, b], ['silver', b, null]])
      const c = (await dimension.partial('06-03', seen(1, '02-01', 'bronze'))).batchId
      const d = (await dimension.partial('06-04', gone(1))).batchId
      await dimension.partial('06-05', seen(1, '01-10', 'gold')) // changes nothing, and is named nowhere
      expect(await lineage(dimension)).toEqual([['gold', a, c], ['bronze', c, b], ['silver', b, d]])
      expect((await dimension.dimension.verify()).rules).toEqual(expect.arrayContaining(['opened-by', 'closed-by', 'hand-over']))
    })

    it('names the first of two batches that close a member at one instant', async () => {
      const dimension = untimed(context.engine)
      const a = (await dimension.complete('01-01', { id: 1, tier: 'x' }, { id: 2, tier: 'x' })).batchId
      const b = (await dimension.complete('02-01', { id: 2, tier: 'x' })).batchId
      await dimension.partial('02-01', gone(1))
      expect(await lineage(dimension)).toEqual([['x', a, b], ['x', a, null]])
    })
  })

  describe('H15 counts', () => {
    const sum = ({ rejected, duplicate, unchanged, new: opened, changed, overwritten, reopened, closed, absent }: LoadCounts) => rejected + duplicate + unchanged + opened + changed + overwritten + reopened + (closed - absent)

    it('give each row one outcome, and add up', async () => {
      const dimension = timed(context.engine)
      await dimension.complete('02-01', seen(1, '01-01', 'a'), seen(2, '01-01', 'a'), seen(3, '01-01', 'a', { mail: 'm' }), seen(4, '01-01', 'a'), seen(5, '01-01', 'a'))
      await dimension.partial('02-02', gone(4))
      const rows = [seen(1, '01-01', 'a'), seen(2, '02-10', 'b'), seen(2, '02-10', 'b'), seen(3, '02-10', 'a', { mail: 'n' }), seen(4, '02-10', 'a'), seen(6, '02-10', 'a'), { id: null, at: '2025-01-01' }]
      const planned = await dimension.plan('03-01', rows, { complete: true })
      const { counts, batchId } = await dimension.complete('03-01', ...rows)
      expect(counts).toEqual({ read: 7, rejected: 1, duplicate: 1, unchanged: 1, new: 1, changed: 1, overwritten: 1, reopened: 1, closed: 1, absent: 1, late: 0 })
      expect(sum(counts)).toBe(counts.read)
      expect(planned.counts).toEqual(counts)
      const { rows: steps } = await context.engine.query(sql`select rows_read, rows_rejected, rows_duplicate, rows_unchanged, rows_new, rows_changed, rows_overwritten, rows_reopened, rows_closed, rows_late from varve.etl_batch_steps where batch_id = ${batchId}`)
      expect(steps.map((step) => Object.values(step).map(Number))).toEqual([[7, 1, 1, 1, 1, 1, 1, 1, 1, 0]])
    })

    it('count a late row in its place too, and one that does nothing as no more than that', async () => {
      const dimension = timed(context.engine)
      await dimension.partial('06-01', seen(1, '03-01', 'a'))
      const { counts } = await dimension.partial('06-02', seen(1, '01-01', 'b'), seen(1, '02-01', 'b'), seen(1, '04-01', 'c'), gone(1, '05-01'))
      expect(counts).toEqual({ read: 4, rejected: 0, duplicate: 0, unchanged: 1, new: 0, changed: 2, overwritten: 0, reopened: 0, closed: 1, absent: 0, late: 1 })
      expect(sum(counts)).toBe(4)
    })
  })

  describe('H16 surrogate keys are stable', () => {
    const keys = async (dimension: RuledDimension) => (await context.engine.query<{ tier: string; surrogate_key: bigint }>(sql`select tier, surrogate_key from ${sql.identifier(dimension.definition.table.name)} order by id, valid_from`)).rows.map((row) => [row.tier, row.surrogate_key] as const)

    it.each([
      ['an event between them', seen(1, '03-01', 'bronze'), ['gold', 'bronze', 'silver']],
      ['a begin that moves', seen(1, '01-01', 'gold'), ['gold', 'silver']],
      ['a begin that moves over another version\'s end', seen(1, '03-01', 'silver'), ['gold', 'silver']],
      ['an end that moves', gone(1, '03-01'), ['gold', 'silver']],
      ['an overwritten value', seen(1, '05-01', 'silver', { mail: 'x' }), ['gold', 'silver']],
      ['a close', gone(1), ['gold', 'silver']],
      ['a change', seen(1, '05-01', 'iron'), ['gold', 'silver', 'iron']],
    ])('stay with their versions: %s', async (_, event, tiers) => {
      const dimension = timed(context.engine)
      await dimension.partial('06-01', seen(1, '02-01', 'gold'), seen(1, '04-01', 'silver'))
      const before = new Map(await keys(dimension))
      await dimension.partial('06-02', event)
      const after = await keys(dimension)
      expect(after.map(([tier]) => tier)).toEqual(tiers)
      expect(after.filter(([tier]) => before.has(tier))).toEqual([...before])
      expect(new Set(after.map(([, key]) => key)).size).toBe(after.length)
    })

    it('go to the first part of a version that is split, and are given to nobody twice', async () => {
      const dimension = timed(context.engine)
      await dimension.partial('06-01', seen(1, '01-01', 'gold'), seen(1, '03-01', 'gold'))
      const [[, whole]] = (await keys(dimension)) as [readonly [string, bigint]]
      await dimension.partial('06-02', seen(1, '02-01', 'silver'))
      const after = await keys(dimension)
      expect(after.map(([tier, key]) => [tier, key === whole])).toEqual([['gold', true], ['silver', false], ['gold', false]])
      expect(new Set(after.map(([, key]) => key)).size).toBe(3)
    })
  })

  describe('H17 one at a time', () => {
    it('lets loads of one dimension that come at once follow each other: the result is that of some order', async () => {
      const dimension = untimed(context.engine)
      await dimension.partial('01-01', { id: 1, tier: 'start' })
      const done = await Promise.all(['02-01', '03-01'].map((at) => dimension.partial(at, { id: 1, tier: at })))
      expect(done.map(({ counts }) => counts.read)).toEqual([1, 1])
      expect([['1 start 01-01..02-01', '1 02-01 02-01..03-01', '1 03-01 03-01..']]).toContainEqual(await dimension.show())
    })
  })
})
