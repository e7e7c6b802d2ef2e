import { sql } from 'drizzle-orm'
import { expect, it } from 'vitest'
import { describeEngines } from '../../../test-support/engines.ts'
import { alignObjects, strangersAmong } from '../src/warehouse-object/align-objects.ts'
import { readingFunction, view, type WarehouseObject } from '../src/warehouse-object/warehouse-object.ts'

describeEngines('views and functions of a warehouse', (context) => {
  const align = (...objects: WarehouseObject[]) => context.engine.transaction((transaction) => alignObjects(transaction, objects))
  const written = async () => (await context.engine.query(sql`select c.relname as name, c.oid::int as id, c.xmin::text as row from pg_class c join pg_namespace n on n.oid = c.relnamespace where n.nspname = 'shop' and c.relkind = 'v' order by 1`)).rows
  const one = view('shop.one', 'select 1 as a')
  const two = view('shop.two', 'select a, a + 1 as b from shop.one')
  const answer = (returns: string, body: string) => readingFunction('shop.answer', ['integer'], 'of_x integer', returns, body)

  it('are made once, and not touched while they agree', async () => {
    await context.engine.query(sql`create schema shop`)
    await align(one, two, answer('integer', 'select of_x + 1'))
    const before = await written()
    await align(one, two, answer('integer', 'select of_x + 1'))
    expect(await written()).toEqual(before)
    expect((await context.engine.query(sql`select b, shop.answer(b) as c from shop.two`)).rows).toEqual([{ b: 2, c: 3 }])
  })

  it('are put in the place of the earlier ones where that can be, and what others made of them lives on', async () => {
    await context.engine.query(sql`create view shop.theirs as select b from shop.two`)
    const before = await written()
    await align(view('shop.one', 'select 5 as a, 6 as more'), two, answer('integer', 'select of_x * 2'))
    expect((await context.engine.query(sql`select t.b, shop.answer(t.b) as c from shop.theirs t`)).rows).toEqual([{ b: 6, c: 12 }])
    // The view that did not change was not written.
    expect((await written()).find(({ name }) => name === 'two')).toEqual(before.find(({ name }) => name === 'two'))
  })

  it('are refused where something of others depends on one that has to go, and nothing is changed then', async () => {
    const before = await written()
    await expect(align(view('shop.one', `select 'text' as a`), view('shop.two', 'select a as b from shop.one'))).rejects.toMatchObject({ code: 'V2001', message: expect.stringContaining('shop.two is another one in this version of the program, but something of yours depends on it') as string })
    expect(await written()).toEqual(before)
    await context.engine.query(sql`drop view shop.theirs`)
    await align(view('shop.one', `select 'text' as a`), view('shop.two', 'select a as b from shop.one'), answer('text', `select 'x' || of_x`))
    expect((await context.engine.query(sql`select b, shop.answer(1) as c from shop.two`)).rows).toEqual([{ b: 'text', c: 'x1' }])
  })

  it('are refused where something else has a name', async () => {
    await context.engine.query(sql`create table shop.three (a integer)`)
    const three = view('shop.three', 'select 3 as a')
    expect(await strangersAmong(context.engine, [one, three])).toEqual([three])
    await expect(align(three)).rejects.toMatchObject({ code: 'V2001', message: expect.stringContaining('shop.three is there already, and was not made by Varve') as string })
  })
})
