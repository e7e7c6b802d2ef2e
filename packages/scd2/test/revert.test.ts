import { sql } from 'drizzle-orm'
import { beforeEach, expect, it } from 'vitest'
import { alignTable, etlBatch, t, table, upsertRows, VarveError, type StagedRows } from '@varve/core'
import { describeEngines } from '../../../test-support/engines.ts'
import { dimensionDefinition, remove, revertLoads, Scd2Dimension, type StagedLoad } from '../src/index.ts'

const plans = dimensionDefinition(table('dim_plan', { id: t.integer().notNull(), tier: t.text(), mail: t.text() }), { key: ['id'], overwrite: ['mail'], deletes: 'close' })
const timed = dimensionDefinition(table('dim_timed', { id: t.integer().notNull(), tier: t.text(), at: t.timestamp().notNull() }), { key: ['id'], sequence: 'at', deletes: 'close' })
const bare = dimensionDefinition(table('dim_bare', { id: t.integer().notNull(), tier: t.text() }), { key: ['id'], housekeeping: {} })

describeEngines('a revert', (context) => {
  const dimension = () => new Scd2Dimension(context.engine, plans)
  const timedDimension = () => new Scd2Dimension(context.engine, timed)
  const show = async (name = 'dim_plan') => (await context.engine.query<{ line: string }>(sql`select concat_ws(' ', id, tier, to_char(valid_from, 'MM-DD') || '..' || coalesce(to_char(valid_to, 'MM-DD'), ''), is_current, surrogate_key, closed_by_batch_id is not null) as line from ${sql.identifier(name)} order by id, valid_from`)).rows.map((row) => row.line)
  const rowVersions = async () => (await context.engine.query<{ row: string }>(sql`select concat_ws(' ', id, valid_from, xmin::text) as row from dim_plan order by 1`)).rows

  beforeEach(async () => {
    for (const name of ['dim_plan', 'dim_timed', 'dim_bare']) await context.engine.change({ kind: 'drop-table', table: { schema: undefined, name } })
    for (const name of ['dimensions', 'dimension_loads', 'memory_dim_timed', 'before_dim_plan', 'before_dim_timed']) await context.engine.change({ kind: 'drop-table', table: { schema: 'varve', name } })
  })

  it('opens what the batch closed, takes away what it opened, and touches nothing else', async () => {
    await dimension().load([{ id: 1, tier: 'gold' }, { id: 2, tier: 'gold' }, { id: 3, tier: 'gold' }], { at: '2025-01-01', complete: true })
    const before = await show()
    const { batchId } = await dimension().load([{ id: 1, tier: 'silver' }, { id: 2, tier: 'gold' }, { id: 4, tier: 'new' }], { at: '2025-02-01', complete: true })
    expect(await show()).toEqual(['1 gold 01-01..02-01 f 1 t', '1 silver 02-01.. t 5 f', '2 gold 01-01.. t 2 f', '3 gold 01-01..02-01 f 3 t', '4 new 02-01.. t 4 f'].map((line) => expect.stringMatching(line.replaceAll('.', '\\.').replace(/ [45] f$/, ' [45] f')) as string))
    const untouched = (await rowVersions()).filter(({ row }) => row.startsWith('2 '))
    const done = await dimension().revert(batchId)
    expect(done).toMatchObject({ dryRun: false, reverted: [batchId], dimensions: [{ dimension: 'dim_plan', deleted: 2, reopened: 2, restored: 0 }] })
    expect(await show()).toEqual(before)
    expect((await rowVersions()).filter(({ row }) => row.startsWith('2 '))).toEqual(untouched)
  })

  it('gives back what was written over, and the batch that was reverted says who did so', async () => {
    await dimension().load([{ id: 1, tier: 'gold', mail: 'a@x' }], { at: '2025-01-01' })
    const { batchId, counts } = await dimension().load([{ id: 1, tier: 'gold', mail: 'b@x' }], { at: '2025-02-01' })
    expect(counts.overwritten).toBe(1)
    const done = await dimension().revert(batchId)
    expect(done.dimensions).toEqual([{ dimension: 'dim_plan', deleted: 0, reopened: 0, restored: 1 }])
    expect((await context.engine.query(sql`select mail from dim_plan`)).rows).toEqual([{ mail: 'a@x' }])
    expect((await context.engine.query(sql`select reverted_by from varve.etl_batches where batch_id = ${batchId}`)).rows).toEqual([{ reverted_by: done.batchId }])
    expect((await context.engine.query(sql`select batch_type, status, metadata from varve.etl_batches where batch_id = ${done.batchId}`)).rows).toEqual([{ batch_type: 'revert', status: 'succeeded', metadata: { reverts: batchId, cascade: false } }])
  })

  it('joins again what a late event had split, under the old surrogate key', async () => {
    await timedDimension().load([{ id: 1, tier: 'gold', at: '2025-01-01' }, { id: 1, tier: 'iron', at: '2025-05-01' }], { at: '2025-06-01' })
    const before = await show('dim_timed')
    const { batchId } = await timedDimension().load([{ id: 1, tier: 'silver', at: '2025-03-01' }, remove({ id: 1, at: '2025-04-01' })], { at: '2025-06-02' })
    expect(await show('dim_timed')).toHaveLength(3)
    await timedDimension().revert(batchId)
    expect(await show('dim_timed')).toEqual(before)
  })

  it('forgets what the batch had only remembered', async () => {
    await timedDimension().load([{ id: 1, tier: 'gold', at: '2025-01-01' }], { at: '2025-06-01' })
    const { batchId } = await timedDimension().load([remove({ id: 2, at: '2025-03-01' })], { at: '2025-06-02' })
    await timedDimension().revert(batchId)
    await timedDimension().load([{ id: 2, tier: 'gold', at: '2025-02-01' }], { at: '2025-06-03' })
    expect(await show('dim_timed')).toEqual(['1 gold 01-01.. t 1 f', expect.stringMatching(/^2 gold 02-01\.\. t \d+ f$/) as string])
  })

  it('lets go of a batch between others that had nothing to do with it', async () => {
    await dimension().load([{ id: 1, tier: 'gold' }, { id: 2, tier: 'gold' }], { at: '2025-01-01' })
    const { batchId } = await dimension().load([{ id: 1, tier: 'silver' }], { at: '2025-02-01' })
    await dimension().load([{ id: 2, tier: 'silver' }, { id: 3, tier: 'new' }], { at: '2025-03-01' })
    expect((await dimension().revert(batchId)).reverted).toEqual([batchId])
    expect((await show()).map((line) => line.replace(/ [tf] \d+ [tf]$/, ''))).toEqual(['1 gold 01-01..', '2 gold 01-01..03-01', '2 silver 03-01..', '3 new 03-01..'])
  })

  it('is refused where a later batch built on it, and takes that along when it is told to', async () => {
    await dimension().load([{ id: 1, tier: 'gold' }], { at: '2025-01-01' })
    const before = await show()
    const second = await dimension().load([{ id: 1, tier: 'silver' }], { at: '2025-02-01' })
    const third = await dimension().load([{ id: 1, tier: 'silver' }, { id: 2, tier: 'x' }], { at: '2025-03-01' })
    const fourth = await dimension().load([{ id: 2, tier: 'y' }], { at: '2025-04-01' })
    const all = await show()
    await expect(dimension().revert(second.batchId)).rejects.toMatchObject({ code: 'V2009', exitCode: 2, context: { batchId: second.batchId, dependents: [third.batchId, fourth.batchId] }, message: expect.stringContaining(`2 later batches built on it (${third.batchId}, ${fourth.batchId})`) as string })
    expect(await show()).toEqual(all)
    expect((await dimension().revert(second.batchId, { cascade: true })).reverted).toEqual([second.batchId, third.batchId, fourth.batchId])
    expect(await show()).toEqual(before)
  })

  it('counts a complete load as built on whatever changed before it', async () => {
    await dimension().load([{ id: 1, tier: 'gold' }], { at: '2025-01-01' })
    const { batchId } = await dimension().load([{ id: 2, tier: 'gold' }], { at: '2025-02-01' })
    await dimension().load([{ id: 1, tier: 'gold' }, { id: 2, tier: 'gold' }], { at: '2025-03-01', complete: true })
    await expect(dimension().revert(batchId)).rejects.toMatchObject({ code: 'V2009' })
  })

  it('tells exactly what it would do, and does nothing', async () => {
    await dimension().load([{ id: 1, tier: 'gold' }], { at: '2025-01-01' })
    const { batchId } = await dimension().load([{ id: 1, tier: 'silver' }], { at: '2025-02-01' })
    const all = [await show(), await rowVersions()]
    expect(await dimension().revert(batchId, { dryRun: true })).toMatchObject({ dryRun: true, reverted: [batchId], dimensions: [{ deleted: 1, reopened: 1, restored: 0 }] })
    expect([await show(), await rowVersions()]).toEqual(all)
    expect((await context.engine.query(sql`select 1 from varve.etl_batches where batch_type = 'revert' and status = 'running'`)).rows).toEqual([])
  })

  it('empties a dimension of its first load, and the load can come again', async () => {
    const rows = [{ id: 1, tier: 'gold', at: '2025-01-01' }, { id: 1, tier: 'silver', at: '2025-02-01' }, remove({ id: 2, at: '2025-02-01' })]
    const { batchId } = await timedDimension().load(rows, { at: '2025-06-01' })
    const all = (await show('dim_timed')).map((line) => line.replace(/ \d+ [tf]$/, ''))
    await timedDimension().revert(batchId)
    expect([await show('dim_timed'), (await context.engine.query(sql`select * from varve.memory_dim_timed`)).rows]).toEqual([[], []])
    expect((await timedDimension().load(rows, { at: '2025-06-01' })).counts.new).toBe(1)
    expect((await show('dim_timed')).map((line) => line.replace(/ \d+ [tf]$/, ''))).toEqual(all)
  })

  it('says why a batch cannot be reverted: there is none, it failed, it was reverted, it loaded no dimension, it keeps no lineage', async () => {
    const unknown = '01900000-0000-7000-8000-000000000000'
    await expect(revertLoads(context.engine, unknown)).rejects.toMatchObject({ code: 'V2009', message: expect.stringContaining(`There is no batch ${unknown}`) as string })
    await expect(revertLoads(context.engine, 'yesterday')).rejects.toMatchObject({ code: 'V1009' })
    const failing = etlBatch({ pipeline: 'x', load: () => Promise.reject(new VarveError('V2006', 'No.')) })
    await expect(failing.run(context.engine)).rejects.toThrow('No.')
    const { rows: [failed] } = await context.engine.query<{ batch_id: string }>(sql`select batch_id from varve.etl_batches where pipeline = 'x'`)
    await expect(revertLoads(context.engine, failed?.batch_id ?? '')).rejects.toMatchObject({ code: 'V2009', message: expect.stringContaining('failed, so the warehouse has nothing of it') as string })
    const { batchId } = await dimension().load([{ id: 1, tier: 'gold' }], { at: '2025-01-01' })
    await dimension().revert(batchId)
    await expect(dimension().revert(batchId)).rejects.toMatchObject({ code: 'V2009', message: expect.stringContaining('was reverted already') as string })
    const empty = await etlBatch({ pipeline: 'y', load: () => Promise.resolve() }).run(context.engine)
    await expect(revertLoads(context.engine, empty.batchId)).rejects.toMatchObject({ code: 'V2009', message: expect.stringContaining('loaded no dimension') as string })
    const without = await new Scd2Dimension(context.engine, bare).load([{ id: 1, tier: 'gold' }], { at: '2025-01-01' })
    await expect(revertLoads(context.engine, without.batchId)).rejects.toMatchObject({ code: 'V2009', message: expect.stringContaining('Name openedBy and closedBy') as string })
  })

  it('takes all dimensions of a batch back, with its watermarks, but not a batch that also wrote a plain table', async () => {
    const people = table('people', { id: t.integer().notNull() }, { primaryKey: ['id'] })
    const both = (day: string, alsoPlain = false) => etlBatch<{ plan: StagedLoad; timed: StagedLoad; people: StagedRows }>({
      pipeline: 'both',
      extract: async (extract) => ({ plan: await dimension().stage(extract, [{ id: 1, tier: day }], { at: day }), timed: await timedDimension().stage(extract, [{ id: 1, tier: day, at: day }], { at: day }), people: await extract.stage(people, [{ id: 1 }]) }),
      load: async (load, staged) => {
        await dimension().merge(load, staged.plan)
        await timedDimension().merge(load, staged.timed)
        await load.step('mark', undefined, async () => load.setWatermark('api', day).then(() => ({})))
        if (alsoPlain) await alignTable(load.transaction, people.spec)
        if (alsoPlain) await load.step('people', 'people', () => upsertRows(load.engine, load.transaction, people, staged.people, ['id']))
      },
    }).run(context.engine)
    await both('2025-01-01')
    const before = [await show(), await show('dim_timed')]
    const { batchId } = await both('2025-02-01')
    expect((await revertLoads(context.engine, batchId)).dimensions).toMatchObject([{ dimension: 'dim_plan', deleted: 1, reopened: 1 }, { dimension: 'dim_timed', deleted: 1, reopened: 1 }])
    expect([await show(), await show('dim_timed')]).toEqual(before)
    expect((await context.engine.query(sql`select watermark from varve.etl_sync_status`)).rows).toEqual([{ watermark: '2025-01-01' }])
    const mixed = await both('2025-03-01', true)
    await expect(revertLoads(context.engine, mixed.batchId)).rejects.toMatchObject({ code: 'V2009', message: expect.stringContaining('also wrote people') as string })
  })

  it('is refused when what it needs was removed', async () => {
    await dimension().load([{ id: 1, tier: 'gold', mail: 'a@x' }], { at: '2025-01-01' })
    const { batchId } = await dimension().load([{ id: 1, tier: 'gold', mail: 'b@x' }], { at: '2025-02-01' })
    await context.engine.query(sql`delete from varve.before_dim_plan`)
    await expect(dimension().revert(batchId)).rejects.toMatchObject({ code: 'V2009', message: expect.stringContaining('holds 0 of the 1 members') as string })
  })
})
