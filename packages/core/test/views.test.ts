import { sql } from 'drizzle-orm'
import { expect, it } from 'vitest'
import { alignTable, alignTableWithViews, alignViews, describeChange, t, table, type Engine, type ViewSpec } from '../src/index.ts'
import { describeEngines } from '../../../test-support/engines.ts'

const columns = { siteId: t.integer().notNull().named('Site "Id"'), name: t.text(10), closed: t.timestamp() }
const sites = table('crm.site', columns)
const isOpen = sql`${sql.identifier('closed')} = ${'9999-12-31T00:00:00Z'}`
const view = (name: string, names: readonly string[], where?: ViewSpec['where']): ViewSpec => ({ schema: 'crm', name, table: sites.spec, columns: names, ...(where ? { where } : {}) })
const align = async (engine: Engine, views: readonly ViewSpec[]) => (await engine.transaction((tx) => alignViews(tx, views))).map(describeChange)
const rowsOf = async (engine: Engine, name: string) => (await engine.query(sql`select * from crm.${sql.identifier(name)}`)).rows

describeEngines('a view over a table', (context) => {
  const open = view("o'pen", ['Site "Id"', 'name'], isOpen)
  const all = view('all sites', ['name'])

  it('is made, shows the rows that meet its condition, and is left alone while nothing changes', async () => {
    const { engine } = context
    await alignTable(engine, sites.spec)
    await engine.query(sql`insert into crm.site values (1, 'open', '9999-12-31'), (2, 'closed', '2025-01-01')`)
    expect(await align(engine, [open, all])).toEqual(["create or replace view crm.o'pen over crm.site", 'create or replace view crm.all sites over crm.site'])
    expect(await rowsOf(engine, "o'pen")).toEqual([{ 'Site "Id"': 1, name: 'open' }])
    expect(await rowsOf(engine, 'all sites')).toEqual([{ name: 'open' }, { name: 'closed' }])
    expect(await align(engine, [open, all])).toEqual([])
    expect(await engine.introspect('crm', "o'pen")).toMatchObject({ kind: 'view', columns: [{ name: 'Site "Id"', type: { kind: 'integer' } }, { name: 'name', type: { kind: 'text', length: 10 } }] })
  })

  it('is replaced when its condition or its columns change; new columns go to the end, so that what depends on it lives on', async () => {
    const { engine } = context
    await engine.query(sql`create view crm.dependent as select name from crm."all sites"`)
    const wider = view('all sites', ['Site "Id"', 'name'])
    expect(await align(engine, [wider])).toEqual(['create or replace view crm.all sites over crm.site'])
    expect((await rowsOf(engine, 'all sites')).map((row) => Object.keys(row))).toEqual([['name', 'Site "Id"'], ['name', 'Site "Id"']])
    expect(await align(engine, [wider])).toEqual([])
    expect(await align(engine, [view('all sites', ['Site "Id"', 'name'], sql`${sql.identifier('name')} = ${'closed'}`)])).toEqual(['create or replace view crm.all sites over crm.site'])
    expect(await rowsOf(engine, 'dependent')).toEqual([{ name: 'closed' }])
  })

  it('is made anew when it loses a column, unless something depends on it', async () => {
    const { engine } = context
    expect(await align(engine, [view("o'pen", ['name'], isOpen)])).toEqual(["drop view crm.o'pen", "create or replace view crm.o'pen over crm.site"])
    expect(await rowsOf(engine, "o'pen")).toEqual([{ name: 'open' }])
    await expect(align(engine, [view('all sites', ['Site "Id"'])])).rejects.toMatchObject({ name: 'VarveError' })
    expect(await rowsOf(engine, 'dependent')).toEqual([{ name: 'closed' }])
  })

  it('takes no name of a table or of a view that was made elsewhere', async () => {
    const { engine } = context
    await expect(align(engine, [view('site', ['name'])])).rejects.toThrow('[V2001] "crm.site" is a table, and would become a view over crm.site. Nothing was changed. Rename it, or drop it by hand.')
    await expect(align(engine, [view('fresh', ['name']), view('dependent', ['name'])])).rejects.toThrow('[V2001] "crm.dependent" is a view that Varve has not made')
    expect(await engine.introspect('crm', 'fresh')).toBeUndefined()
  })

  it('steps aside while a column that it shows is widened', async () => {
    const { engine } = context
    await engine.query(sql`drop view crm.dependent`)
    const wider = table('crm.site', { ...columns, name: t.text(20), tier: t.text() })
    const views = [view('all sites', ['name', 'tier']), view("o'pen", ['name'], isOpen)]
    const done = await engine.transaction((tx) => alignTableWithViews(tx, wider.spec, views))
    expect(done.changes.map(describeChange)).toEqual(['widen column name of crm.site from text(10) to text(20)', 'add column tier text to crm.site', 'create or replace view crm.all sites over crm.site', "create or replace view crm.o'pen over crm.site"])
    expect(await rowsOf(engine, 'all sites')).toEqual([{ name: 'open', tier: null }, { name: 'closed', tier: null }])
    expect((await engine.transaction((tx) => alignTableWithViews(tx, wider.spec, views))).changes).toEqual([])
  })

  it('is dropped, once or twice', async () => {
    const { engine } = context
    expect(engine.explainChange({ kind: 'drop-view', view: all })).toEqual(['drop view if exists "crm"."all sites"'])
    for (const _ of [1, 2]) await engine.change({ kind: 'drop-view', view: all })
    expect(await engine.introspect('crm', 'all sites')).toBeUndefined()
  })
})
