import { sql } from 'drizzle-orm'
import * as pg from 'drizzle-orm/pg-core'
import { expect, it } from 'vitest'
import { describeEngines } from '../../../test-support/engines.ts'
import { alignTable, rowReader, sentColumns, specOf, type EncodedRow } from '../src/index.ts'

const sites = pg.pgSchema('hand').table('dim_site', {
  siteKey: pg.bigint('site_key', { mode: 'number' }).generatedAlwaysAsIdentity({ startWith: 1000, increment: 10 }),
  siteId: pg.integer('site_id').primaryKey(),
  name: pg.varchar({ length: 40 }).notNull(),
  nameUpper: pg.text('name_upper').generatedAlwaysAs(sql`upper(name)`),
  tier: pg.text({ enum: ['gold', 'silver'] }).notNull().default('silver'),
  budget: pg.numeric({ precision: 12, scale: 2, mode: 'number' }),
  seenAt: pg.timestamp('seen_at', { withTimezone: true }).notNull().defaultNow(),
}, (self) => [
  pg.uniqueIndex('one_gold').on(self.name).where(sql`${self.tier} = ${'gold'}`),
  pg.index('by_upper').on(sql`lower(${self.name})`, self.tier.desc()),
  pg.check('budget_positive', sql`${self.budget} > 0`),
])

async function* slices(rows: EncodedRow[]): AsyncGenerator<EncodedRow[]> {
  yield await Promise.resolve(rows)
}

describeEngines('a table of drizzle in place of a declaration', (context) => {
  it('is made, takes rows in bulk without the columns that the engine fills, and is read in its own types', async () => {
    const { engine } = context
    const spec = specOf(sites)
    await alignTable(engine, spec)
    expect(await alignTable(engine, spec)).toEqual({ changes: [], refusals: [], undeclared: [] })
    const columns = sentColumns(spec)
    expect(columns.map((column) => column.property)).toEqual(['siteId', 'name', 'tier', 'budget', 'seenAt'])
    await engine.bulkIn({ schema: 'hand', name: 'dim_site', columns }, slices([
      ['1', 'Depot', 'gold', '10.50', '2025-03-31T10:00:00.123456Z'],
      ['2', 'Yard', 'silver', null, '2025-03-31T10:00:00Z'],
    ]))
    const { rows } = await engine.query(sql`select * from ${sites} order by ${sites.siteId}`)
    expect(rows.map(rowReader(sites))).toEqual([
      { siteKey: 1000, siteId: 1, name: 'Depot', nameUpper: 'DEPOT', tier: 'gold', budget: 10.5, seenAt: new Date('2025-03-31T10:00:00.123Z') },
      { siteKey: 1010, siteId: 2, name: 'Yard', nameUpper: 'YARD', tier: 'silver', budget: null, seenAt: new Date('2025-03-31T10:00:00Z') },
    ])
  })

  it('holds its keys and checks', async () => {
    const { engine } = context
    await expect(engine.query(sql`insert into hand.dim_site (site_id, name, tier) values (3, 'Depot', 'gold')`)).rejects.toMatchObject({ code: 'V3006' })
    await expect(engine.query(sql`insert into hand.dim_site (site_id, name, budget) values (3, 'Shed', 0)`)).rejects.toMatchObject({ code: 'V3006' })
    await engine.query(sql`insert into hand.dim_site (site_id, name) values (3, 'Depot')`)
    expect((await engine.query(sql`select tier from hand.dim_site where site_id = 3`)).rows).toEqual([{ tier: 'silver' }])
  })

  it('grows as a declaration does', async () => {
    const { engine } = context
    const grown = pg.pgSchema('hand').table('dim_site', {
      siteKey: pg.bigint('site_key', { mode: 'number' }).generatedAlwaysAsIdentity(),
      siteId: pg.bigint('site_id', { mode: 'bigint' }).primaryKey(),
      name: pg.text().notNull(),
      tier: pg.text().notNull().default('silver'),
      budget: pg.numeric({ precision: 14, scale: 2 }),
      seenAt: pg.timestamp('seen_at', { withTimezone: true, mode: 'string' }).notNull().defaultNow(),
      doubled: pg.numeric({ precision: 15, scale: 2 }).generatedAlwaysAs(sql`budget * 2`),
    })
    // Some of what depends on a column keeps its engine from changing it: here the computed one.
    await engine.query(sql`alter table hand.dim_site drop column name_upper`)
    await alignTable(engine, specOf(grown))
    const { rows } = await engine.query(sql`select site_id, doubled from hand.dim_site order by 1`)
    expect(rows).toEqual([{ site_id: 1n, doubled: '21.00' }, { site_id: 2n, doubled: null }, { site_id: 3n, doubled: null }])
  })
})
