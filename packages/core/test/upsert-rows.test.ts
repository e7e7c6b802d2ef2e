import { sql } from 'drizzle-orm'
import { expect, it } from 'vitest'
import { describeEngines } from '../../../test-support/engines.ts'
import { alignTable, etlBatch, t, table, upsertRows, type StagedRows } from '../src/index.ts'

const prices = table('shop.prices', { shop: t.text().notNull(), item: t.integer().notNull(), price: t.decimal(8, 2), note: t.json() }, { primaryKey: ['shop', 'item'] })

describeEngines('an upsert by key', (context) => {
  const load = async (rows: object[]) => {
    const batch = etlBatch<StagedRows>({
      pipeline: 'prices',
      extract: (extract) => extract.stage(prices, rows),
      load: async (loading, staged) => {
        const { engine, transaction } = loading
        await alignTable(transaction, prices.spec)
        await loading.step('prices', 'shop.prices', () => upsertRows(engine, transaction, prices, staged, ['shop', 'item']))
      },
    })
    const { new: added, changed, unchanged } = (await batch.run(context.engine)).steps[0]?.counts ?? {}
    return { new: added, changed, unchanged }
  }
  const stored = async () => (await context.engine.query(sql`select * from ${prices.pg} order by shop, item`)).rows

  it('inserts, updates and leaves alone, and counts each row once', async () => {
    expect(await load([{ shop: 'a', item: 1, price: '1.5', note: { x: 1, y: null } }, { shop: 'a', item: 2 }, { shop: 'b', item: 1, price: 3 }])).toEqual({ new: 3, changed: 0, unchanged: 0 })
    expect(await load([{ shop: 'a', item: 1, price: '1.50', note: { y: null, x: 1.0 } }, { shop: 'a', item: 2, price: 0 }, { shop: 'c', item: 1 }])).toEqual({ new: 1, changed: 1, unchanged: 1 })
    expect(await stored()).toEqual([
      { shop: 'a', item: 1, price: '1.50', note: { x: 1, y: null } },
      { shop: 'a', item: 2, price: '0.00', note: null },
      { shop: 'b', item: 1, price: '3.00', note: null },
      { shop: 'c', item: 1, price: null, note: null },
    ])
    expect(await load([{ shop: 'a', item: 2, price: null }])).toEqual({ new: 0, changed: 1, unchanged: 0 })
    expect(await load([])).toEqual({ new: 0, changed: 0, unchanged: 0 })
  })

  it('refuses two rows of one key, and names it', async () => {
    await expect(load([{ shop: 'a', item: 1 }, { shop: 'a', item: 1 }])).rejects.toMatchObject({ code: 'V2008', message: expect.stringContaining('shop=a, item=1') as string })
  })
})
