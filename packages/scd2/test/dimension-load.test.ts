import { sql } from 'drizzle-orm'
import { expect, it } from 'vitest'
import { csv, EtlBatch, ndjson, openEngine, t, table, VarveError, type ExtractContext, type LoadContext } from '@varve/core'
import { Scd2Dimension, scd2Dimension, parseDefinition, remove, type DimensionDefinition, type StagedLoad } from '../src/index.ts'
import { describeEngines } from '../../../test-support/engines.ts'

const codeOf = (work: Promise<unknown>) => work.then(() => 'loaded', (error: unknown) => (error instanceof VarveError ? error.code : String(error)))

let made = 0

function declare(sequence?: 'at'): DimensionDefinition {
  const name = `dim_customer_${(made += 1)}`
  const columns = { id: t.integer().notNull(), tier: t.text(), city: t.text().notNull(), email: t.text() }
  return sequence
    ? parseDefinition({ table: name, columns: { id: 'integer', tier: 'text', city: 'text not null', email: 'text', at: 'timestamp' }, key: ['id'], sequence: 'at', overwrite: ['email'], deletes: 'close' })
    : scd2Dimension(table(name, columns), { key: ['id'], overwrite: ['email'], deletes: 'close' }).definition
}

describeEngines('loading a dimension', (context) => {
  const dimensionOf = (definition: DimensionDefinition) => new Scd2Dimension(context.engine, definition)
  const shown = async (dimension: Scd2Dimension) =>
    (await context.engine.query<{ row: string }>(sql`select concat_ws(' ', id, tier, city, email, valid_from at time zone 'UTC', valid_to at time zone 'UTC') as row from ${sql.identifier(dimension.definition.table.name)} order by id, valid_from`)).rows.map(({ row }) => row)
  // Where each row lies and which transaction wrote it: any write at all shows.
  const traces = async (dimension: Scd2Dimension) => {
    const { name } = dimension.definition.table
    const tables = [sql`${sql.identifier(name)}`, ...(dimension.definition.sequence ? [sql`varve.${sql.identifier(`memory_${name}`)}`] : [])]
    return Promise.all(tables.map(async (one) => (await context.engine.query(sql`select ctid::text as place, xmin::text as writer, id from ${one} order by 1`)).rows))
  }

  it.each([{ sequence: undefined }, { sequence: 'at' as const }])('closes, opens and amends, and does nothing for the same load again (sequence: $sequence)', async ({ sequence }) => {
    const dimension = dimensionOf(declare(sequence))
    const at = (day: string) => (sequence ? { at: day } : {})
    const first = [1, 2, 3, 4].map((id) => ({ id, tier: 'gold', city: 'Bern', email: 'a@b', ...at('2025-01-01') }))
    expect((await dimension.load(first, { at: '2025-01-01', complete: true })).counts).toMatchObject({ read: 4, new: 4 })
    const second = [
      { id: 1, tier: 'gold', city: 'Bern', email: 'a@b', ...at('2025-01-01') },
      { id: 2, tier: 'iron', city: 'Bern', email: 'a@b', ...at('2025-02-01') },
      { id: 3, tier: 'gold', city: 'Bern', email: 'c@d', ...at('2025-02-01') },
      { id: 5, tier: 'gold', city: 'Chur', email: null, ...at('2025-02-01') },
    ]
    const { counts, batchId } = await dimension.load(second, { at: '2025-02-01', complete: true })
    expect(counts).toEqual({ read: 4, rejected: 0, duplicate: 0, unchanged: 1, new: 1, changed: 1, overwritten: 1, closed: 1, absent: 1, reopened: 0, late: 0 })
    expect(await shown(dimension)).toEqual([
      '1 gold Bern a@b 2025-01-01 00:00:00',
      '2 gold Bern a@b 2025-01-01 00:00:00 2025-02-01 00:00:00',
      '2 iron Bern a@b 2025-02-01 00:00:00',
      '3 gold Bern c@d 2025-01-01 00:00:00',
      '4 gold Bern a@b 2025-01-01 00:00:00 2025-02-01 00:00:00',
      '5 gold Chur 2025-02-01 00:00:00',
    ])
    const { rows } = await context.engine.query(sql`select rows_read, rows_new, rows_changed, rows_overwritten, rows_closed, rows_unchanged from varve.etl_batch_steps where batch_id = ${batchId}`)
    expect(rows).toEqual([{ rows_read: 4n, rows_new: 1n, rows_changed: 1n, rows_overwritten: 1n, rows_closed: 1n, rows_unchanged: 1n }])
    const before = await traces(dimension)
    expect((await dimension.load(second, { at: '2025-02-01', complete: true })).counts).toMatchObject({ read: 4, unchanged: 4, closed: 0 })
    expect((await dimension.load(second, { at: '2025-03-01', complete: true })).counts).toMatchObject({ read: 4, unchanged: 4, closed: 0 })
    expect(await traces(dimension)).toEqual(before)
  })

  it('plans exactly what the load then does, and leaves nothing behind', async () => {
    const dimension = dimensionOf(declare())
    const rows = [1, 2, 3].map((id) => ({ id, tier: 'gold', city: 'Bern' }))
    const planned = await dimension.plan(rows, { at: '2025-01-01', complete: true })
    expect(await context.engine.introspect(undefined, dimension.definition.table.name)).toBeUndefined()
    expect(planned.counts).toEqual((await dimension.load(rows, { at: '2025-01-01', complete: true })).counts)
    expect(planned.sample.map(({ kind, key }) => [kind, key])).toEqual([1, 2, 3].map((id) => ['new', { id }]))
    const before = await traces(dimension)
    const next = [{ id: 1, tier: 'iron', city: 'Bern' }, { id: 2, tier: 'gold', city: 'Bern', email: 'x' }, remove({ id: 3 })]
    const plan = await dimension.plan(next, { at: '2025-02-01' })
    expect(await traces(dimension)).toEqual(before)
    expect(plan.sample.toSorted((one, other) => Number(one.key['id']) - Number(other.key['id']))).toEqual([
      { kind: 'changed', key: { id: 1 }, versions: [
        { change: 'ended', validFrom: '2025-01-01T00:00:00Z', validTo: '2025-02-01T00:00:00Z', columns: {} },
        { change: 'opened', validFrom: '2025-02-01T00:00:00Z', validTo: null, columns: { tier: { before: 'gold', after: 'iron' } } },
      ] },
      { kind: 'overwritten', key: { id: 2 }, versions: [{ change: 'written', validFrom: '2025-01-01T00:00:00Z', validTo: null, columns: { email: { before: null, after: 'x' } } }] },
      { kind: 'closed', key: { id: 3 }, versions: [{ change: 'ended', validFrom: '2025-01-01T00:00:00Z', validTo: '2025-02-01T00:00:00Z', columns: {} }] },
    ])
    expect((await dimension.load(next, { at: '2025-02-01' })).counts).toEqual(plan.counts)
  })

  it('takes delete events from NDJSON and from remove, and looks at no other column of them', async () => {
    const dimension = dimensionOf(declare('at'))
    await dimension.load(ndjson('{"id":1,"city":"Bern","at":"2025-01-01"}\n{"id":2,"city":"Bern","at":"2025-01-01","_op":"upsert"}\n'), { at: '2025-01-01' })
    expect((await dimension.load(ndjson('{"id":1,"_op":"delete","at":"2025-01-15","whatever":7}\n{"id":3,"_op":"other","city":"x","at":"2025-01-01"}'), { at: '2025-02-01' })).counts).toMatchObject({ closed: 1, rejected: 1 })
    expect((await dimension.load([remove({ id: 2 })], { at: '2025-02-01' })).counts).toMatchObject({ closed: 1 })
    expect(await shown(dimension)).toEqual(['1 Bern 2025-01-01 00:00:00 2025-01-15 00:00:00', '2 Bern 2025-01-01 00:00:00 2025-02-01 00:00:00'])
  })

  it('knows no field by the name of its own marker, in no format', async () => {
    const dimension = dimensionOf(declare('at'))
    await dimension.load(ndjson('{"id":1,"city":"Bern","at":"2025-01-01"}\n'), { at: '2025-01-01' })
    const refused = await dimension.load(csv('id,city,at,varve_deleted\n1,Bern,2025-01-02,true\n'), { at: '2025-02-01' }).then(() => 'loaded', (error: unknown) => String(error))
    expect(refused).toContain('"varve_deleted" is no column of the table. Its columns are id, tier, city, email, at. Nothing was loaded.')
    expect((await dimension.load(ndjson('{"id":1,"city":"Bern","at":"2025-01-02","varve_deleted":true}\n{"id":2,"city":"Bern","at":"2025-01-02"}\n'), { at: '2025-02-01' })).counts).toMatchObject({ rejected: 1, new: 1, closed: 0 })
    expect(await shown(dimension)).toEqual(['1 Bern 2025-01-01 00:00:00', '2 Bern 2025-01-02 00:00:00'])
  })

  it('keeps a member whose row was rejected, and closes one without a row', async () => {
    const dimension = dimensionOf(declare())
    await dimension.load(csv('id,tier,city,email\n1,a,Bern,\n2,a,Bern,\n3,a,Bern,\n'), { at: '2025-01-01', complete: true })
    const done = await dimension.load(csv('id,tier,city,email\n1,a,Bern,\n2,a,,\n'), { at: '2025-02-01', complete: true })
    expect(done.counts).toMatchObject({ read: 2, rejected: 1, unchanged: 1, closed: 1 })
    expect(await shown(dimension)).toEqual(['1 a Bern 2025-01-01 00:00:00', '2 a Bern 2025-01-01 00:00:00', '3 a Bern 2025-01-01 00:00:00 2025-02-01 00:00:00'])
    const { rows } = await context.engine.query(sql`select row_number, reason, column_name from varve.data_quality_issues where batch_id = ${done.batchId}`)
    expect(rows).toEqual([{ row_number: 2n, reason: 'null', column_name: 'city' }])
  })

  it('refuses what contradicts itself and what looks wrong, and leaves no trace', async () => {
    const dimension = dimensionOf(declare())
    const rows = Array.from({ length: 20 }, (_, id) => ({ id, city: 'Bern' }))
    await dimension.load(rows, { at: '2025-02-01', complete: true })
    const before = await traces(dimension)
    expect(await codeOf(dimension.load([{ id: 1, city: 'Bern' }, { id: 1, city: 'Chur' }, { id: 1, city: 'Bern' }], { at: '2025-03-01' }))).toBe('V2008')
    expect(await codeOf(dimension.load([], { at: '2025-03-01', complete: true }))).toBe('V2006')
    expect(await codeOf(dimension.load(rows.slice(0, 9), { at: '2025-03-01', complete: true }))).toBe('V2006')
    expect(await codeOf(dimension.load(rows, { at: '2025-01-01', complete: true }))).toBe('V2006')
    expect(await codeOf(dimension.plan(rows.slice(0, 9), { at: '2025-03-01', complete: true }))).toBe('V2006')
    expect(await traces(dimension)).toEqual(before)
    expect((await dimension.load(rows.slice(0, 9), { at: '2025-03-01', complete: true, allow: ['mass-close'] })).counts.closed).toBe(11)
    expect((await dimension.load([{ id: 1, city: 'Bern' }, { id: 1, city: 'Bern' }], { at: '2025-04-01' })).counts).toMatchObject({ duplicate: 1, unchanged: 1 })
  })

  it('adds a column by itself, and re-versions only members that have a value in it', async () => {
    const definition = declare()
    await dimensionOf(definition).load([{ id: 1, city: 'Bern' }, { id: 2, city: 'Bern' }], { at: '2025-01-01' })
    const { table: wider } = definition
    const more = parseDefinition({ table: wider.name, columns: { id: 'integer', tier: 'text', city: 'text not null', email: 'text', score: 'integer' }, key: ['id'], overwrite: ['email'], deletes: 'close' })
    const done = await new Scd2Dimension(context.engine, more).load([{ id: 1, city: 'Bern', score: null }, { id: 2, city: 'Bern', score: 5 }], { at: '2025-02-01' })
    expect(done.counts).toMatchObject({ unchanged: 1, changed: 1 })
    const lossy = parseDefinition({ table: wider.name, columns: { id: 'integer', tier: 'integer', city: 'text not null', email: 'text' }, key: ['id'], overwrite: ['email'], deletes: 'close' })
    expect(await codeOf(new Scd2Dimension(context.engine, lossy).load([{ id: 1, tier: 4, city: 'Bern' }], { at: '2025-03-01' }))).toBe('V2001')
    const missing = await new Scd2Dimension(context.engine, more).load([{ id: 2, city: 'Chur' }], { at: '2025-03-01' })
    expect(missing.findings.map(({ kind, column }) => [kind, column])).toEqual([['missing-column', 'score']])
  })

  it('keeps its place in a batch with others, and its counts in the ledger', async () => {
    const dimension = dimensionOf(declare())
    class Night extends EtlBatch<StagedLoad> {
      readonly pipeline = 'night'
      protected override extract(extract: ExtractContext) {
        return dimension.stage(extract, [{ id: 1, city: 'Bern' }], { at: '2025-01-01' })
      }
      protected async load(load: LoadContext, staged: StagedLoad) {
        expect((await dimension.merge(load, staged)).counts.new).toBe(1)
      }
    }
    expect((await new Night().run(context.engine)).steps).toMatchObject([{ step: dimension.definition.table.name, counts: { read: 1, new: 1 } }])
    expect(await shown(dimension)).toEqual(['1 Bern 2025-01-01 00:00:00'])
  })

  it('lets one load wait for another, so that both are seen', async () => {
    const dimension = dimensionOf(declare())
    const other = context.engineName === 'postgres' ? await openEngine(context.url) : context.engine
    try {
      const results = await Promise.all([1, 2, 3, 4].map((id) => new Scd2Dimension(id % 2 === 0 ? other : context.engine, dimension.definition).load([{ id: 7, tier: `t${id}`, city: 'Bern' }], { at: `2025-01-0${id}` })))
      expect(results.reduce((sum, { counts }) => sum + counts.new + counts.changed + counts.unchanged, 0)).toBe(4)
      const { rows } = await context.engine.query<{ overlaps: bigint }>(sql`select count(*) as overlaps from ${sql.identifier(dimension.definition.table.name)} a join ${sql.identifier(dimension.definition.table.name)} b on a.id = b.id and a.valid_from < b.valid_from and (a.valid_to is null or a.valid_to > b.valid_from)`)
      expect(rows[0]?.overlaps).toBe(0n)
    } finally {
      if (other !== context.engine) await other.close()
    }
  })

  it('keeps the high date for an open end, and refuses instants that reach it', async () => {
    const name = `dim_dated_${(made += 1)}`
    const definition = parseDefinition({ table: name, columns: { id: 'integer', tier: 'text', at: 'timestamp' }, key: ['id'], sequence: 'at', openEnd: '9999-12-31', deletes: 'close' })
    const dimension = new Scd2Dimension(context.engine, definition)
    const row = (tier: string, at: string) => ({ id: 1, tier, at })
    await dimension.load([row('a', '2025-01-01')], { at: '2025-01-01', complete: true })
    await dimension.load([row('b', '2025-02-01'), { id: 2, tier: 'x', at: '2025-02-01' }], { at: '2025-02-01', complete: true })
    await dimension.load([row('c', '2025-01-15')], { at: '2025-02-02' })
    await dimension.load([row('b', '2025-02-01')], { at: '2025-03-01', complete: true })
    expect(await codeOf(dimension.load([row('d', '9999-12-31')], { at: '2025-03-02' }))).toBe('V2003')
    const { rows } = await context.engine.query(sql`select id, tier, valid_from, valid_to, is_current from ${sql.identifier(name)} order by id, valid_from`)
    expect(rows.map((one) => Object.values(one).map(String).join(' '))).toEqual([
      '1 a 2025-01-01T00:00:00Z 2025-01-15T00:00:00Z false',
      '1 c 2025-01-15T00:00:00Z 2025-02-01T00:00:00Z false',
      '1 b 2025-02-01T00:00:00Z 9999-12-31T00:00:00Z true',
      '2 x 2025-02-01T00:00:00Z 2025-03-01T00:00:00Z false',
    ])
  })

  it('fills the record hash alike on every way', async () => {
    const name = `dim_hashed_${(made += 1)}`
    const definition = parseDefinition({ table: name, columns: { id: 'integer', tier: 'text', at: 'timestamp' }, key: ['id'], sequence: 'at', housekeeping: { validFrom: 'f', validTo: 'u', recordHash: 'record_hash' } })
    const dimension = new Scd2Dimension(context.engine, definition)
    await dimension.load([{ id: 1, tier: 'a', at: '2025-01-01' }, { id: 2, tier: null, at: '2025-01-01' }], { at: '2025-01-01' })
    await dimension.load([{ id: 1, tier: 'b', at: '2025-01-03' }, { id: 2, tier: '', at: '2025-01-03' }], { at: '2025-01-03' })
    await dimension.load([{ id: 1, tier: 'a', at: '2025-01-02' }], { at: '2025-01-04' })
    const { rows } = await context.engine.query<{ record_hash: string }>(sql`select record_hash from ${sql.identifier(name)} order by id, f`)
    expect(new Set(rows.map((row) => row.record_hash)).size).toBe(4)
    for (const { record_hash: hash } of rows) expect(hash).toMatch(/^[0-9a-f]{64}$/)
  })

  it('gives equal values the same record hash, whenever they were seen and whatever is ignored', async () => {
    const name = `dim_hashed_${(made += 1)}`
    const definition = parseDefinition({ table: name, columns: { id: 'integer', tier: 'text', by: 'text', at: 'timestamp' }, key: ['id'], sequence: 'at', ignore: ['by'], housekeeping: { validFrom: 'f', validTo: 'u', recordHash: 'record_hash' } })
    const dimension = new Scd2Dimension(context.engine, definition)
    await dimension.load([{ id: 1, tier: 'a', by: 'ann', at: '2025-01-01' }, { id: 1, tier: 'b', by: 'ann', at: '2025-01-02' }, { id: 1, tier: 'a', by: 'bob', at: '2025-01-03' }], { at: '2025-01-03' })
    const { rows } = await context.engine.query<{ record_hash: string }>(sql`select record_hash from ${sql.identifier(name)} order by f`)
    const [first, second, third] = rows.map((row) => row.record_hash)
    expect(third).toBe(first)
    expect(second).not.toBe(first)
  })
})
