import { sql } from 'drizzle-orm'
import { describe, expectTypeOf, it } from 'vitest'
import { t, table, type InputOf, type InsertOf, type JsonValue, type KeyOf, type NotNullKeyOf, type RowOf } from '../src/index.ts'

interface Tags {
  readonly colour: string
  readonly size?: number
}

const everything = table('zoo.everything', {
  id: t.bigint().identity(),
  number: t.integer().notNull(),
  big: t.bigint(),
  words: t.text(),
  short: t.text(5).notNull().default('none'),
  flag: t.boolean().notNull(),
  money: t.decimal(10, 2),
  ratio: t.float(),
  day: t.date().notNull(),
  seenAt: t.timestamp().notNull().defaultGenerated(),
  clock: t.time(),
  anything: t.json(),
  tags: t.json<Tags>().notNull(),
  ref: t.uuid().defaultGenerated(),
  bytes: t.binary(),
  renamed: t.text().named('TKT-ID').notNull(),
})

interface EverythingRow {
  id: bigint
  number: number
  big: bigint | null
  words: string | null
  short: string
  flag: boolean
  money: string | null
  ratio: number | null
  day: string
  seenAt: string
  clock: string | null
  anything: JsonValue | null
  tags: Tags
  ref: string | null
  bytes: Uint8Array | null
  renamed: string
}

describe('rows of a declaration', () => {
  it('reads every type as declared, with null where it is allowed', () => {
    expectTypeOf<typeof everything.$row>().toEqualTypeOf<EverythingRow>()
    expectTypeOf<RowOf<typeof everything>>().toEqualTypeOf<EverythingRow>()
  })

  it('lets a written row leave out what has a default or may be null', () => {
    expectTypeOf<InsertOf<typeof everything>>().toEqualTypeOf<typeof everything.$insert>()
    const least: typeof everything.$insert = { number: 1, flag: true, day: '2025-03-31', tags: { colour: 'red' }, renamed: 'x' }
    expectTypeOf(least).toExtend<typeof everything.$insert>()
    // @ts-expect-error a column that is not null and has no default is missing
    const missing: typeof everything.$insert = { number: 1, flag: true, day: '2025-03-31', tags: { colour: 'red' } }
    // @ts-expect-error null in a column that is not null
    const none: typeof everything.$insert = { ...least, day: null }
    // @ts-expect-error json of another shape
    const shape: typeof everything.$insert = { ...least, tags: { color: 'red' } }
    // @ts-expect-error no such column
    const unknown: typeof everything.$insert = { ...least, extra: 1 }
    expectTypeOf([missing, none, shape, unknown]).not.toBeAny()
  })

  it('accepts other spellings of the values in a load, and no others', () => {
    expectTypeOf<InputOf<typeof everything>>().toEqualTypeOf<typeof everything.$input>()
    expectTypeOf<typeof everything.$input>().toEqualTypeOf<{
      number: number | bigint | string
      big?: number | bigint | string | null | undefined
      words?: string | number | bigint | boolean | null | undefined
      short?: string | number | bigint | boolean | null | undefined
      flag: boolean | number | string
      money?: string | number | bigint | null | undefined
      ratio?: number | string | null | undefined
      day: string | Date
      seenAt?: string | Date | null | undefined
      clock?: string | null | undefined
      anything?: JsonValue | null | undefined
      tags: Tags
      ref?: string | null | undefined
      bytes?: Uint8Array | string | null | undefined
      renamed: string | number | bigint | boolean
    }>()
  })

  it('knows which columns a key can name', () => {
    expectTypeOf<KeyOf<typeof everything>>().toEqualTypeOf<keyof EverythingRow>()
    expectTypeOf<NotNullKeyOf<typeof everything>>().toEqualTypeOf<'id' | 'number' | 'short' | 'flag' | 'day' | 'seenAt' | 'tags' | 'renamed'>()
  })
})

describe('the drizzle tables of a declaration', () => {
  it('select the same row on both dialects as the declaration reads', () => {
    expectTypeOf<typeof everything.pg.$inferSelect>().toEqualTypeOf<typeof everything.$row>()
    expectTypeOf<typeof everything.mssql.$inferSelect>().toEqualTypeOf<typeof everything.$row>()
    expectTypeOf<typeof everything.pg.$inferSelect.tags>().toEqualTypeOf<Tags>()
    expectTypeOf<typeof everything.mssql.$inferSelect.tags>().toEqualTypeOf<Tags>()
  })

  it('insert the same row on both dialects as the declaration writes', () => {
    expectTypeOf<typeof everything.pg.$inferInsert>().toEqualTypeOf<typeof everything.$insert>()
    expectTypeOf<typeof everything.mssql.$inferInsert>().toEqualTypeOf<typeof everything.$insert>()
  })

  it('carry their name and schema', () => {
    expectTypeOf<(typeof everything.pg)['_']['name']>().toEqualTypeOf<'everything'>()
    expectTypeOf<(typeof everything.pg)['_']['schema']>().toEqualTypeOf<'zoo'>()
    const bare = table('bare', { id: t.integer() })
    expectTypeOf<(typeof bare.mssql)['_']['schema']>().toEqualTypeOf<undefined>()
  })
})

describe('declarations that do not compile', () => {
  it('refuses a nullable primary key', () => {
    table('keyed', { id: t.integer().notNull() }, { primaryKey: ['id'] })
    // @ts-expect-error id may be NULL
    expectTypeOf(() => table('keyed', { id: t.integer() }, { primaryKey: ['id'] })).toBeFunction()
  })

  it('refuses keys and indexes over columns that are not there', () => {
    const columns = { id: t.integer().notNull(), region: t.text(20) }
    // @ts-expect-error no such column in a primary key
    expectTypeOf(() => table('t', columns, { primaryKey: ['ID'] })).toBeFunction()
    // @ts-expect-error no such column in a unique key
    expectTypeOf(() => table('t', columns, { unique: [{ columns: ['area'] }] })).toBeFunction()
    // @ts-expect-error no such column in an index
    expectTypeOf(() => table('t', columns, { indexes: [{ columns: ['area'] }] })).toBeFunction()
    // @ts-expect-error no such column to partition by
    expectTypeOf(() => table('t', columns, { partitionBy: { list: 'area' } })).toBeFunction()
    // @ts-expect-error no such column in a check
    expectTypeOf(() => table('t', columns, { checks: { known: (c) => sql`${c.area} <> ''` } })).toBeFunction()
  })

  it('refuses to number or to fill by itself what cannot be', () => {
    // @ts-expect-error text cannot be numbered
    expectTypeOf(() => t.text().identity()).toBeFunction()
    // @ts-expect-error an integer has no generated default
    expectTypeOf(() => t.integer().defaultGenerated()).toBeFunction()
  })

  it('refuses a default of another type', () => {
    // @ts-expect-error a number for text
    expectTypeOf(() => t.text().default(1)).toBeFunction()
    // @ts-expect-error a float for an exact decimal
    expectTypeOf(() => t.decimal(10, 2).default(0.1)).toBeFunction()
    // @ts-expect-error json of another shape
    expectTypeOf(() => t.json<Tags>().default({ color: 'red' })).toBeFunction()
  })
})
