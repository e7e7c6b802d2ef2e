import { sql } from 'drizzle-orm'
import * as mssql from 'drizzle-orm/mssql-core'
import * as pg from 'drizzle-orm/pg-core'
import { describe, expectTypeOf, it } from 'vitest'
import { rowReader, specOf, t, table, type InputOf, type InsertOf, type KeyOf, type NotNullKeyOf, type RowOf, type TableLike } from '../src/index.ts'

interface Tags {
  readonly colour: string
}

const pgSites = pg.pgSchema('crm').table('dim_site', {
  siteKey: pg.bigint('site_key', { mode: 'bigint' }).generatedByDefaultAsIdentity(),
  siteId: pg.integer('site_id').notNull(),
  visits: pg.bigint({ mode: 'number' }),
  name: pg.text().notNull(),
  state: pg.text({ enum: ['open', 'closed'] }).notNull().default('open'),
  budget: pg.numeric({ precision: 10, scale: 2 }),
  seenAt: pg.timestamp('seen_at', { withTimezone: true }).notNull().defaultNow(),
  tags: pg.jsonb().$type<Tags>(),
  label: pg.text().generatedAlwaysAs(sql`upper(name)`),
}, (site) => [pg.primaryKey({ columns: [site.siteId] })])

const mssqlSites = mssql.mssqlSchema('crm').table('dim_site', {
  siteKey: mssql.bigint('site_key', { mode: 'bigint' }).identity(),
  siteId: mssql.int('site_id').notNull(),
  visits: mssql.bigint({ mode: 'number' }),
  name: mssql.nvarchar({ length: 100 }).notNull(),
  open: mssql.bit().notNull().default(true),
  budget: mssql.decimal({ precision: 10, scale: 2 }),
  seenAt: mssql.datetime2('seen_at', { precision: 6, mode: 'string' }).notNull().default(sql`sysutcdatetime()`),
  tags: mssql.nvarchar({ length: 'max', mode: 'json' }).$type<Tags>(),
})

describe('a Postgres table of drizzle', () => {
  it('is read and written as drizzle infers it', () => {
    expectTypeOf<RowOf<typeof pgSites>>().toEqualTypeOf<typeof pgSites.$inferSelect>()
    expectTypeOf<InsertOf<typeof pgSites>>().toEqualTypeOf<typeof pgSites.$inferInsert>()
    expectTypeOf<RowOf<typeof pgSites>['tags']>().toEqualTypeOf<Tags | null>()
  })

  it('accepts other spellings in a load, and neither numbered nor computed columns', () => {
    expectTypeOf<InputOf<typeof pgSites>>().toEqualTypeOf<{
      siteId: number | bigint | string
      name: string | number | bigint | boolean
      visits?: number | bigint | string | null | undefined
      state?: 'open' | 'closed' | undefined
      budget?: string | number | bigint | null | undefined
      seenAt?: string | Date | undefined
      tags?: Tags | null | undefined
    }>()
  })

  it('names its columns', () => {
    expectTypeOf<KeyOf<typeof pgSites>>().toEqualTypeOf<'siteKey' | 'siteId' | 'visits' | 'name' | 'state' | 'budget' | 'seenAt' | 'tags' | 'label'>()
    expectTypeOf<NotNullKeyOf<typeof pgSites>>().toEqualTypeOf<'siteKey' | 'siteId' | 'name' | 'state' | 'seenAt'>()
  })
})

describe('a SQL Server table of drizzle', () => {
  it('is read and written as drizzle infers it', () => {
    expectTypeOf<RowOf<typeof mssqlSites>>().toEqualTypeOf<typeof mssqlSites.$inferSelect>()
    expectTypeOf<InsertOf<typeof mssqlSites>>().toEqualTypeOf<typeof mssqlSites.$inferInsert>()
  })

  it('accepts other spellings in a load', () => {
    expectTypeOf<Omit<InputOf<typeof mssqlSites>, 'siteKey'>>().toEqualTypeOf<{
      siteId: number | bigint | string
      name: string | number | bigint | boolean
      visits?: number | bigint | string | null | undefined
      open?: boolean | number | string | undefined
      budget?: string | number | bigint | null | undefined
      seenAt?: string | Date | undefined
      tags?: Tags | null | undefined
    }>()
  })

  it('names its columns', () => {
    expectTypeOf<KeyOf<typeof mssqlSites>>().toEqualTypeOf<'siteKey' | 'siteId' | 'visits' | 'name' | 'open' | 'budget' | 'seenAt' | 'tags'>()
    expectTypeOf<NotNullKeyOf<typeof mssqlSites>>().toEqualTypeOf<'siteKey' | 'siteId' | 'name' | 'open' | 'seenAt'>()
  })
})

describe('whatever stands for a table', () => {
  const declared = table('dim_site', { siteId: t.integer().notNull() })

  it('is taken where a table is asked for, and nothing else is', () => {
    expectTypeOf(specOf).toBeCallableWith(declared)
    expectTypeOf(specOf).toBeCallableWith(declared.pg)
    expectTypeOf(specOf).toBeCallableWith(declared.mssql)
    expectTypeOf(specOf).toBeCallableWith(pgSites)
    expectTypeOf(specOf).toBeCallableWith(mssqlSites)
    expectTypeOf<TableLike>().not.toBeAny()
    // @ts-expect-error a name is no table
    expectTypeOf(() => specOf('dim_site')).toBeFunction()
  })

  it('reads rows of its own type', () => {
    expectTypeOf(rowReader(declared)).returns.toEqualTypeOf<{ siteId: number }>()
    expectTypeOf(rowReader(pgSites)).returns.toEqualTypeOf<typeof pgSites.$inferSelect>()
  })
})
