import { sql } from 'drizzle-orm'
import { expect, it } from 'vitest'
import { etlBatch, inferredMembers, partitionedFact, t, table, type ChangedMembers, type Engine, type FactResult } from '@varve/core'
import { describeEngines } from '../../../test-support/engines.ts'
import { dimensionDefinition, dimensionShape, remove, Scd2Dimension, verifyDimension, type DimensionDefinition } from '../src/index.ts'

const columns = { employeeId: t.integer().notNull(), name: t.text().notNull(), region: t.text() }
const dated = { ...columns, modifiedOn: t.timestamp().notNull() }

// One dimension for each way to keep history; each has a fact of its own.
const kinds = {
  plain: dimensionDefinition(table('tt.dim_plain', columns), { key: ['employeeId'], deletes: 'close' }),
  sequenced: dimensionDefinition(table('tt.dim_sequenced', dated), { key: ['employeeId'], sequence: 'modifiedOn', deletes: 'close' }),
  hashed: dimensionDefinition(table('tt.dim_hashed', dated), {
    key: ['employeeId'], sequence: 'modifiedOn', openEnd: '9999-12-31',
    housekeeping: { surrogateKey: 'employee_sk', validFrom: 'effective_start', validTo: 'effective_end', isCurrent: 'current_flag', recordHash: 'record_hash', recordSource: { name: 'record_source', value: 'crm' }, openedBy: 'opened_by', closedBy: 'closed_by', createdAt: 'created_at', updatedAt: 'updated_at' },
  }),
} as const

const factOver = (name: string, definition: DimensionDefinition) => {
  const shifts = table(`tt.fact_${name}`, { periodId: t.text(10).notNull(), shiftId: t.integer().notNull(), employeeId: t.integer(), employeeKey: t.bigint(), startsAt: t.timestamp().notNull() }, { primaryKey: ['periodId', 'shiftId'], partitionBy: { list: 'periodId' } })
  const dimension = dimensionShape(definition, { name: '(not known yet)' })
  return partitionedFact(shifts, { identity: ['shiftId'], eventTime: 'startsAt', dimensions: { employeeKey: { dimension, by: ['employeeId'], missing: 'infer' } } })
}

const shift = (shiftId: number, employeeId: number, startsAt: string) => ({ periodId: '2025_01', shiftId, employeeId, startsAt })

describeEngines('members that facts have inferred', (context) => {
  const start = async (kind: keyof typeof kinds, test: string) => {
    const { engine } = context
    const definition = { ...kinds[kind], table: { ...kinds[kind].table, name: `${kinds[kind].table.name}_${test}` } } as DimensionDefinition
    const dimension = new Scd2Dimension(engine, definition)
    const fact = new (factOver(`${kind}_${test}`, definition))(engine)
    await fact.prepare()
    await fact.ensurePartitions(['2025_01'])
    const write = async (rows: readonly object[]) => {
      let result: FactResult | undefined
      await etlBatch({ pipeline: 'shifts', extract: (extracting) => fact.stage(extracting, rows), load: async (loading, staged) => void (result = await fact.load(loading, staged)) }).run(engine)
      return result?.counts
    }
    const repointAll = async (members: ChangedMembers) => {
      let result: FactResult | undefined
      await etlBatch({ pipeline: 'shifts', load: async (loading) => void (result = await fact.repoint(loading, 'employeeKey', members)) }).run(engine)
      return result?.counts
    }
    const repoint = async (batchId: string) => (await repointAll({ batchId }))?.changed
    const repointKeys = (keys: readonly (readonly unknown[])[]) => repointAll({ keys })
    const { surrogateKey = '', validFrom } = definition.housekeeping
    const address = engine.phrases.table(definition.table)
    const facts = async () => (await engine.query(sql`select f.shift_id, d.name, d.region from ${engine.phrases.table(fact.definition.table)} f left join ${address} d on ${engine.phrases.column(surrogateKey, 'd')} = f.employee_key order by f.shift_id`)).rows.map((row) => [row['shift_id'], row['name'], row['region']])
    const versions = async () => (await engine.query(sql`select employee_id, name, ${engine.phrases.column(validFrom)} as begins, ${engine.phrases.column(surrogateKey)} as key from ${address} order by 1, 3`)).rows
    return { engine, definition, dimension, write, repoint, repointKeys, facts, versions }
  }
  const at = (instant: string) => ({ at: instant })
  const row = (kind: keyof typeof kinds, employeeId: number, name: string, modifiedOn: string) => ({ employeeId, name, region: 'East', ...(kind === 'plain' ? {} : { modifiedOn }) })

  it.each(Object.keys(kinds) as (keyof typeof kinds)[])('become the real ones, and keep their surrogate keys (%s)', async (kind) => {
    const { engine, definition, dimension, write, facts, versions } = await start(kind, 'fill')
    await dimension.load([row(kind, 1, 'Ada', '2025-01-01')], at('2025-01-01'))
    expect(await write([shift(1, 1, '2025-01-05'), shift(2, 8, '2025-01-05'), shift(3, 9, '2025-01-05')])).toMatchObject({ new: 3, inferred: 2 })
    expect(await facts()).toEqual([[1, 'Ada', 'East'], [2, '(not known yet)', null], [3, '(not known yet)', null]])
    expect(await verifyDimension(engine, definition)).toMatchObject({ isSound: true })
    const before = await versions()

    const done = await dimension.load([row(kind, 1, 'Ada', '2025-01-01'), row(kind, 8, 'Cy', '2025-02-01')], at('2025-02-01'))
    expect(done.counts).toMatchObject({ read: 2, new: 1, unchanged: 1, reopened: 0, changed: 0 })
    expect(await facts()).toEqual([[1, 'Ada', 'East'], [2, 'Cy', 'East'], [3, '(not known yet)', null]])
    const keyOf = (rows: readonly Record<string, unknown>[], employee: number) => rows.filter((version) => version['employee_id'] === employee).map((version) => version['key'])
    const after = await versions()
    expect(keyOf(after, 8)).toEqual(keyOf(before, 8))
    expect(after.map((version) => [version['employee_id'], version['name'], version['begins']])).toEqual([
      [1, 'Ada', '2025-01-01T00:00:00Z'],
      [8, 'Cy', '2025-02-01T00:00:00Z'],
      [9, '(not known yet)', '0001-01-01T00:00:00.000001Z'],
    ])
    expect(await verifyDimension(engine, definition)).toMatchObject({ isSound: true })
    const { rows: left } = await engine.query(sql`select count(*) as open from ${inferredMembers.pg} where dimension = ${`tt.${definition.table.name}`}`)
    expect(left).toEqual([{ open: 1n }])
    expect((await dimension.load([row(kind, 8, 'Cy', '2025-02-01')], at('2025-02-02'))).counts).toMatchObject({ unchanged: 1, new: 0 })
    expect(keyOf(await versions(), 8)).toEqual(keyOf(before, 8))
  })

  it('take part in no history: they are neither absent nor current, and guards do not count them', async () => {
    const { dimension, write, facts } = await start('plain', 'absent')
    await dimension.load([row('plain', 1, 'Ada', '')], { at: '2025-01-01', complete: true })
    await write(Array.from({ length: 20 }, (_, place) => shift(place + 1, place + 100, '2025-01-05')))
    const done = await dimension.load([row('plain', 1, 'Ada', '')], { at: '2025-02-01', complete: true })
    expect(done.counts).toMatchObject({ unchanged: 1, closed: 0, absent: 0 })
    expect((await facts()).map(([, name]) => name)).toEqual(Array.from({ length: 20 }, () => '(not known yet)'))
    const { counts } = await dimension.load([row('plain', 1, 'Ada', ''), row('plain', 100, 'Cy', '')], { at: '2025-03-01', complete: true })
    expect(counts).toMatchObject({ new: 1, unchanged: 1 })
  })

  it('give their key to the first of several versions, and facts of later ones are re-pointed', async () => {
    const { dimension, write, repoint, facts } = await start('sequenced', 'several')
    await write([shift(1, 8, '2025-01-05'), shift(2, 8, '2025-02-05'), shift(3, 8, '2025-03-05')])
    const done = await dimension.load([row('sequenced', 8, 'Cy C', '2025-03-01'), row('sequenced', 8, 'Cy B', '2025-02-01'), row('sequenced', 8, 'Cy A', '2025-01-20')], at('2025-03-10'))
    expect((await facts()).map(([, name]) => name)).toEqual(['Cy A', 'Cy A', 'Cy A'])
    expect(await repoint(done.batchId)).toBe(2)
    expect((await facts()).map(([, name]) => name)).toEqual(['Cy A', 'Cy B', 'Cy C'])
    const late = await dimension.load([row('sequenced', 8, 'Cy early', '2025-01-01')], at('2025-03-11'))
    expect(await repoint(late.batchId)).toBe(1)
    expect((await facts()).map(([, name]) => name)).toEqual(['Cy early', 'Cy B', 'Cy C'])
  })

  it('stand as they are when a load is only planned, or says that they are gone', async () => {
    const { dimension, write, facts, versions } = await start('sequenced', 'planned')
    await write([shift(1, 8, '2025-01-05')])
    const before = await versions()
    expect((await dimension.plan([row('sequenced', 8, 'Cy', '2025-02-01')], at('2025-02-01'))).counts).toMatchObject({ new: 1 })
    await dimension.load([remove({ employeeId: 8, modifiedOn: '2024-12-01' })], at('2025-02-01'))
    expect(await versions()).toEqual(before)
    await dimension.load([row('sequenced', 8, 'Cy', '2025-02-01')], at('2025-02-02'))
    expect(await facts()).toEqual([[1, 'Cy', 'East']])
  })

  it('are waited for no longer once their placeholders are gone, and are inferred again when their facts are re-pointed', async () => {
    const { engine, definition, dimension, write, repointKeys, facts } = await start('plain', 'gone')
    await dimension.load([row('plain', 1, 'Ada', '')], at('2025-01-01'))
    await write([shift(1, 8, '2025-01-05'), shift(2, 1, '2025-01-05')])
    await engine.query(sql`delete from ${engine.phrases.table(definition.table)} where employee_id = 8`)
    await dimension.load([row('plain', 1, 'Ada', '')], at('2025-01-02'))
    const waiting = async () => (await engine.query(sql`select count(*) as open from ${inferredMembers.pg} where dimension = ${`tt.${definition.table.name}`}`)).rows
    expect(await waiting()).toEqual([{ open: 0n }])
    expect(await facts()).toEqual([[1, null, null], [2, 'Ada', 'East']])
    expect(await repointKeys([[8], [1]])).toMatchObject({ read: 2, changed: 1, unchanged: 1, inferred: 1 })
    expect(await facts()).toEqual([[1, '(not known yet)', null], [2, 'Ada', 'East']])
    expect(await waiting()).toEqual([{ open: 1n }])
  })

  it.runIf(context.engineName === 'postgres')('are inferred while nobody loads their dimension', async () => {
    const { engine, dimension, write, facts } = await start('plain', 'turns')
    await dimension.load([row('plain', 1, 'Ada', '')], at('2025-01-01'))
    let release = (): void => undefined
    const held = new Promise<void>((resolve) => (release = resolve))
    let begun = (): void => undefined
    const isHeld = new Promise<void>((resolve) => (begun = resolve))
    const loading = etlBatch({
      pipeline: 'employees',
      extract: (extracting) => dimension.stage(extracting, [row('plain', 8, 'Cy', '')], at('2025-02-01')),
      load: async (context_, staged) => {
        await dimension.merge(context_, staged)
        begun()
        await held
      },
    }).run(engine)
    await isHeld
    const writing = write([shift(1, 8, '2025-02-05')])
    await waitingForLock(engine)
    release()
    await loading
    expect(await writing).toMatchObject({ new: 1, inferred: 0 })
    expect(await facts()).toEqual([[1, 'Cy', 'East']])
  })
})

/** Until some session waits for a lock. */
async function waitingForLock(engine: Engine): Promise<void> {
  for (;;) {
    const { rows } = await engine.query(sql`select 1 from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`)
    if (rows.length > 0) return
  }
}
