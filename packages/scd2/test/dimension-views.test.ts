import { sql } from 'drizzle-orm'
import { expect, it } from 'vitest'
import { alignTableWithViews, describeChange, t, table, type Engine } from '@varve/core'
import { describeEngines } from '../../../test-support/engines.ts'
import { dimensionDefinition, dimensionViews, parseDefinition, physicalTable, type DimensionDefinition } from '../src/index.ts'
import { storeVersions } from './stored-versions.ts'

const align = async (engine: Engine, definition: DimensionDefinition) =>
  (await engine.transaction((tx) => alignTableWithViews(tx, physicalTable(definition), dimensionViews(definition)))).changes.map(describeChange)

describeEngines('the views over a dimension', (context) => {
  it.each([{ openEnd: null, name: 'dim_open' }, { openEnd: '9999-12-31', name: 'dim "dated"' }])('show the current versions and all of them, business columns first (open end: $openEnd)', async ({ openEnd, name }) => {
    const { engine } = context
    const definition = dimensionDefinition(table(`crm.${name}`, { siteId: t.integer().notNull(), name: t.text() }), { key: ['siteId'], openEnd, housekeeping: { surrogateKey: 'sk', validFrom: 'begin', validTo: 'end', isCurrent: 'current' } })
    expect(await align(engine, definition)).toEqual(expect.arrayContaining([`create or replace view crm.${name}_current over crm.${name}`, `create or replace view crm.${name}_history over crm.${name}`]))
    await storeVersions(engine, definition, [
      { siteId: 1, name: 'old', validFrom: '2025-01-01', validTo: '2025-02-01', isCurrent: false },
      { siteId: 1, name: 'new', validFrom: '2025-02-01', validTo: openEnd, isCurrent: true },
    ])
    const select = async (view: string) => (await engine.query(sql`select * from crm.${sql.identifier(view)} order by 4`)).rows.map((row) => Object.entries(row))
    const end = openEnd === null ? null : '9999-12-31T00:00:00Z'
    const current = [['site_id', 1], ['name', 'new'], ['sk', 2n], ['begin', '2025-02-01T00:00:00Z'], ['end', end], ['current', true]]
    expect(await select(`${name}_current`)).toEqual([current])
    expect(await select(`${name}_history`)).toEqual([[['site_id', 1], ['name', 'old'], ['sk', 1n], ['begin', '2025-01-01T00:00:00Z'], ['end', '2025-02-01T00:00:00Z'], ['current', false]], current])
    expect(await align(engine, definition)).toEqual([])
  })

  it('follow a dimension whose columns grow in width and number', async () => {
    const { engine } = context
    const first = parseDefinition({ table: 'dim_grows', columns: { id: 'integer', name: 'text(10)' }, key: ['id'] })
    const second = parseDefinition({ table: 'dim_grows', columns: { id: 'bigint', name: 'text(10)', tier: 'text' }, key: ['id'] })
    const third = parseDefinition({ table: 'dim_grows', columns: { id: 'bigint', name: 'text(10)', tier: 'text', rank: 'integer' }, key: ['id'] })
    await align(engine, first)
    await engine.query(sql`insert into dim_grows (id, name, valid_from, is_current, etl_batch_id) values (1, 'x', '2025-01-01', true, gen_random_uuid())`)
    expect(await align(engine, second)).toEqual(['widen column id of dim_grows from integer to bigint', 'add column tier text to dim_grows', 'create or replace view dim_grows_current over dim_grows', 'create or replace view dim_grows_history over dim_grows'])
    await engine.query(sql`create view report as select id, tier from dim_grows_current`)
    expect(await align(engine, third)).toEqual(['add column rank integer to dim_grows', 'create or replace view dim_grows_current over dim_grows', 'create or replace view dim_grows_history over dim_grows'])
    expect((await engine.query(sql`select id, name, tier, rank from dim_grows_current`)).rows).toEqual([{ id: 1n, name: 'x', tier: null, rank: null }])
    expect((await engine.query(sql`select * from report`)).rows).toEqual([{ id: 1n, tier: null }])
  })
})
