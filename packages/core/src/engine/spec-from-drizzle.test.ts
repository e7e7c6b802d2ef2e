import { sql, type SQL } from 'drizzle-orm'
import type { ColumnBuilderBase } from 'drizzle-orm/column-builder'
import * as mssql from 'drizzle-orm/mssql-core'
import { mysqlTable, int as mysqlInt } from 'drizzle-orm/mysql-core'
import * as pg from 'drizzle-orm/pg-core'
import { describe, expect, it } from 'vitest'
import { specOf, type TableLike } from '../table/table-like.js'
import { rowReader } from '../table/row-reader.js'
import { t } from '../table/column.js'
import { table } from '../table/table.js'
import { typeText } from '../table/logical-type.js'
import type { TableSpec } from '../table/table-spec.js'
import { inlineExpression as pgText } from './postgres/pg-ddl.js'
import { inlineExpression as mssqlText } from './mssql/mssql-ddl.js'

const pgSites = pg.pgSchema('crm').table('dim_site', {
  siteKey: pg.bigint('site_key', { mode: 'bigint' }).generatedAlwaysAsIdentity({ startWith: 1000, increment: 10 }),
  siteId: pg.integer('site_id'),
  region: pg.varchar({ length: 20 }).notNull(),
  name: pg.text().notNull().default('none').unique('one_name', { nulls: 'not distinct' }),
  upperName: pg.text('upper_name').generatedAlwaysAs(sql`upper(name)`),
  seenAt: pg.timestamp('seen_at', { withTimezone: true }).notNull().defaultNow(),
  ref: pg.uuid().defaultRandom(),
  budget: pg.numeric({ precision: 10, scale: 2, mode: 'number' }).default(1.5),
}, (self) => [
  pg.primaryKey({ columns: [self.region, self.siteId] }),
  pg.unique().on(self.name, self.ref),
  pg.index().on(self.name),
  pg.uniqueIndex('one_open').on(self.region).where(sql`${self.budget} > ${10}`),
  pg.index('latest').on(self.seenAt.desc()),
  pg.check('budget_known', sql`${self.budget} is not null`),
])

const mssqlSites = mssql.mssqlSchema('crm').table('dim_site', {
  siteKey: mssql.bigint('site_key', { mode: 'bigint' }).identity({ seed: 1000, increment: 10 }),
  siteId: mssql.int('site_id').primaryKey(),
  region: mssql.nvarchar({ length: 20 }).notNull(),
  name: mssql.nvarchar({ length: 100 }).notNull().default('none').unique('one_name'),
  upperName: mssql.nvarchar('upper_name', { length: 100 }).generatedAlwaysAs(sql`upper(name)`),
  seenAt: mssql.datetime2('seen_at', { precision: 6 }).notNull().default(sql`(sysutcdatetime())`),
  open: mssql.bit().notNull().default(true),
  tags: mssql.nvarchar({ length: 'max', mode: 'json' }),
  notes: mssql.nvarchar({ length: 'max' }),
}, (self) => [
  mssql.unique().on(self.name, self.region),
  mssql.uniqueIndex('one_open').on(self.region).where(sql`${self.open} = ${true}`),
  mssql.check('region_known', sql`${self.region} <> ${'Zürich'}`),
])

// Pieces of SQL as text, so that a whole spec can be compared.
function plain(spec: TableSpec, textOf: (expression: SQL) => string) {
  return {
    ...spec,
    columns: spec.columns.map(({ generated, decode, type, ...column }) => ({
      ...column,
      type: typeText(type),
      ...(generated ? { generated: `${textOf(generated.expression)}${generated.stored ? ' stored' : ''}` } : {}),
      ...(decode ? { decode: true } : {}),
    })),
    indexes: spec.indexes.map(({ where, ...index }) => ({ ...index, ...(where ? { where: textOf(where) } : {}) })),
    checks: spec.checks.map((check) => `${check.name}: ${textOf(check.condition)}`),
  }
}

describe('a Postgres table of drizzle', () => {
  it('is read with its keys, defaults, numbered and computed columns, indexes and checks', () => {
    expect(plain(specOf(pgSites), pgText)).toEqual({
      schema: 'crm',
      name: 'dim_site',
      columns: [
        { property: 'siteKey', name: 'site_key', type: 'bigint', notNull: true, identity: true, numbering: { start: '1000', step: '10' } },
        { property: 'siteId', name: 'site_id', type: 'integer', notNull: true, identity: false },
        { property: 'region', name: 'region', type: 'text(20)', notNull: true, identity: false },
        { property: 'name', name: 'name', type: 'text', notNull: true, identity: false, default: { kind: 'value', value: 'none' } },
        { property: 'upperName', name: 'upper_name', type: 'text', notNull: false, identity: false, generated: 'upper(name) stored' },
        { property: 'seenAt', name: 'seen_at', type: 'timestamp', notNull: true, identity: false, default: { kind: 'now' }, decode: true },
        { property: 'ref', name: 'ref', type: 'uuid', notNull: false, identity: false, default: { kind: 'uuid' } },
        { property: 'budget', name: 'budget', type: 'decimal(10,2)', notNull: false, identity: false, default: { kind: 'value', value: 1.5 }, decode: true },
      ],
      primaryKey: ['region', 'site_id'],
      uniques: [{ name: 'one_name', columns: ['name'], nullsEqual: true }, { name: 'dim_site_name_ref_unique', columns: ['name', 'ref'], nullsEqual: false }],
      indexes: [
        { name: 'dim_site_name_index', columns: ['name'], unique: false },
        { name: 'one_open', columns: ['region'], unique: true, where: '"budget" > 10' },
        { name: 'latest', columns: ['seen_at'], unique: false, definition: 'using "btree" ("seen_at" desc nulls last)' },
      ],
      checks: ['budget_known: "budget" is not null'],
    })
  })

  it('is read once', () => expect(specOf(pgSites)).toBe(specOf(pgSites)))

  it.each<[type: string, column: pg.AnyPgColumnBuilder]>([
    ['integer', pg.integer()], ['integer', pg.serial()], ['bigint', pg.bigint({ mode: 'bigint' })], ['bigint', pg.bigint({ mode: 'number' })], ['bigint', pg.bigserial({ mode: 'bigint' })],
    ['text', pg.text()], ['text', pg.varchar()], ['text(7)', pg.varchar({ length: 7 })], ['text', pg.text({ enum: ['a'] })], ['boolean', pg.boolean()],
    ['decimal(10,2)', pg.numeric({ precision: 10, scale: 2 })], ['decimal(10,0)', pg.numeric({ precision: 10 })], ['float', pg.doublePrecision()],
    ['date', pg.date()], ['timestamp', pg.timestamp({ withTimezone: true })], ['timestamp', pg.timestamp({ withTimezone: true, precision: 6, mode: 'string' })],
    ['time', pg.time()], ['time', pg.time({ precision: 6 })], ['json', pg.jsonb()], ['uuid', pg.uuid()], ['binary', pg.bytea()],
    ['decimal(8,3)', pg.customType<{ data: string }>({ dataType: () => 'DECIMAL(8, 3)' })()],
    ['timestamp', pg.customType<{ data: string }>({ dataType: () => 'timestamptz' })()],
    ['timestamp', pg.customType<{ data: string }>({ dataType: () => 'timestamptz(6)' })()],
  ])('a column of type %s is read (case %$)', (type, column) => {
    const spec = specOf(pg.pgTable('t', { it: column }))
    expect(typeText(spec.columns[0]?.type ?? { kind: 'json' })).toBe(type)
  })

  it.each<[nativeType: string, column: pg.AnyPgColumnBuilder]>([
    ['smallint', pg.smallint()], ['real', pg.real()], ['numeric', pg.numeric()], ['char(3)', pg.char({ length: 3 })], ['json', pg.json()], ['interval', pg.interval()],
    ['timestamp', pg.timestamp()], ['timestamp (3) with time zone', pg.timestamp({ withTimezone: true, precision: 3 })], ['time with time zone', pg.time({ withTimezone: true })],
    ['time(3)', pg.time({ precision: 3 })], ['text[]', pg.text().array()], ['mood', pg.pgEnum('mood', ['good'])()], ['smallserial', pg.smallserial()],
  ])('refuses a column of type %s, and names what is allowed', (nativeType, column) => {
    expect(() => specOf(pg.pgTable('t', { it: column }))).toThrow(`[V1003] Table "t": column "it" is ${nativeType}, which is no type of Varve. Allowed are integer, bigint, text, varchar, boolean, numeric with a precision, double precision, date, timestamp with time zone, time, jsonb, uuid and bytea.`)
  })

  it.each<[what: string, column: pg.AnyPgColumnBuilder, message: string]>([
    ['a function of drizzle', pg.text().$defaultFn(() => 'x'), 'column "it" is filled by a function of drizzle, which a bulk load never calls.'],
    ['an update function of drizzle', pg.text().$onUpdate(() => 'x'), 'column "it" is filled by a function of drizzle'],
    ['a default that only the database can tell', pg.text().default(sql`current_user`), 'column "it" has the default current_user. Varve fills in defaults before rows reach the database, so a default must be a value of text or one of now(), current_timestamp, clock_timestamp(), gen_random_uuid().'],
    ['a clock in a date', pg.date().defaultNow(), 'column "it" is date, and only a timestamp can be filled with the engine\'s clock.'],
    ['a length beyond every engine', pg.varchar({ length: 4001 }), 'column "it" is text(4001), but the length must be a whole number from 1 to 4000'],
    ['a precision beyond every engine', pg.numeric({ precision: 50, scale: 2 }), 'column "it" is decimal(50,2), but the precision must lie between 1 and 38'],
  ])('refuses %s', (_what, column, message) => {
    expect(() => specOf(pg.pgTable('t', { it: column }))).toThrow(expect.objectContaining({ code: 'V1003', message: expect.stringContaining(message) as string }) as Error)
  })

  it('gives rows in its own types', () => {
    const typed = pg.pgTable('typed', {
      at: pg.timestamp({ withTimezone: true }),
      big: pg.bigint({ mode: 'number' }),
      digits: pg.bigint({ mode: 'string' }),
      price: pg.numeric({ precision: 10, scale: 2, mode: 'number' }),
      whole: pg.numeric({ precision: 20, scale: 0, mode: 'bigint' }),
      shout: pg.customType<{ data: string; driverData: string }>({ dataType: () => 'text', fromDriver: (text) => `${text}!` })(),
      label: pg.text('other_name'),
    })
    const read = rowReader(typed)
    expect(read({ at: '2025-03-31T10:00:00.123456Z', big: 12n, digits: 13n, price: '1.50', whole: '12345678901234567890', shout: 'hey', other_name: 'x' })).toEqual({
      at: new Date('2025-03-31T10:00:00.123Z'), big: 12, digits: '13', price: 1.5, whole: 12345678901234567890n, shout: 'hey!', label: 'x',
    })
    expect(read({ at: null, big: null, digits: null, price: null, whole: null, shout: null })).toEqual({ at: null, big: null, digits: null, price: null, whole: null, shout: null, label: null })
  })
})

describe('a SQL Server table of drizzle', () => {
  it('is read with its keys, defaults, numbered and computed columns, indexes and checks', () => {
    expect(plain(specOf(mssqlSites), mssqlText)).toEqual({
      schema: 'crm',
      name: 'dim_site',
      columns: [
        { property: 'siteKey', name: 'site_key', type: 'bigint', notNull: true, identity: true, numbering: { start: '1000', step: '10' } },
        { property: 'siteId', name: 'site_id', type: 'integer', notNull: true, identity: false },
        { property: 'region', name: 'region', type: 'text(20)', notNull: true, identity: false },
        { property: 'name', name: 'name', type: 'text(100)', notNull: true, identity: false, default: { kind: 'value', value: 'none' } },
        { property: 'upperName', name: 'upper_name', type: 'text(100)', notNull: false, identity: false, generated: 'upper(name)' },
        { property: 'seenAt', name: 'seen_at', type: 'timestamp', notNull: true, identity: false, default: { kind: 'now' }, decode: true },
        { property: 'open', name: 'open', type: 'boolean', notNull: true, identity: false, default: { kind: 'value', value: true } },
        { property: 'tags', name: 'tags', type: 'json', notNull: false, identity: false },
        { property: 'notes', name: 'notes', type: 'text', notNull: false, identity: false },
      ],
      primaryKey: ['site_id'],
      uniques: [{ name: 'one_name', columns: ['name'], nullsEqual: true }, { name: 'dim_site_name_region_key', columns: ['name', 'region'], nullsEqual: true }],
      indexes: [{ name: 'one_open', columns: ['region'], unique: true, nullsEqual: true, where: '[open] = 1' }],
      checks: ["region_known: [region] <> N'Zürich'"],
    })
  })

  it.each<[type: string, column: ColumnBuilderBase]>([
    ['integer', mssql.int()], ['bigint', mssql.bigint({ mode: 'number' })], ['boolean', mssql.bit()], ['text(7)', mssql.nvarchar({ length: 7 })], ['text', mssql.nvarchar({ length: 'max' })],
    ['decimal(10,2)', mssql.decimal({ precision: 10, scale: 2 })], ['decimal(10,0)', mssql.numeric({ precision: 10 })], ['decimal(18,0)', mssql.decimal()], ['float', mssql.float()], ['float', mssql.float({ precision: 53 })],
    ['date', mssql.date({ mode: 'string' })], ['timestamp', mssql.datetime2({ precision: 6 })], ['time', mssql.time({ precision: 6, mode: 'string' })], ['binary', mssql.varbinary({ length: 'max' })],
    ['json', mssql.nvarchar({ length: 'max', mode: 'json' })], ['uuid', mssql.customType<{ data: string }>({ dataType: () => 'uniqueidentifier' })()],
  ])('a column of type %s is read (case %$)', (type, column) => {
    const spec = specOf(mssql.mssqlTable('t', { it: column }))
    expect(typeText(spec.columns[0]?.type ?? { kind: 'json' })).toBe(type)
  })

  it.each<[nativeType: string, column: ColumnBuilderBase]>([
    ['smallint', mssql.smallint()], ['tinyint', mssql.tinyint()], ['real', mssql.real()], ['float(24)', mssql.float({ precision: 24 })], ['varchar(10)', mssql.varchar({ length: 10 })], ['nvarchar', mssql.nvarchar()],
    ['datetime', mssql.datetime()], ['datetime2', mssql.datetime2()], ['datetimeoffset', mssql.datetimeoffset()], ['time(3)', mssql.time({ precision: 3, mode: 'string' })], ['varbinary(16)', mssql.varbinary({ length: 16 })],
    ['nvarchar(50)', mssql.nvarchar({ length: 50, mode: 'json' })],
  ])('refuses a column of type %s, and names what is allowed', (nativeType, column) => {
    expect(() => specOf(mssql.mssqlTable('t', { it: column }))).toThrow(`[V1003] Table "t": column "it" is ${nativeType}, which is no type of Varve. Allowed are int, bigint, bit, nvarchar with a length, decimal, float, date, datetime2(6), time(6), uniqueidentifier (a customType) and varbinary(max).`)
  })

  it('refuses a time of day that is read as a Date, and a clock that is not in UTC', () => {
    expect(() => specOf(mssql.mssqlTable('t', { it: mssql.time({ precision: 6 }) }))).toThrow("column \"it\" reads a time of day as a Date, which has a day too. Declare it with { mode: 'string' }.")
    expect(() => specOf(mssql.mssqlTable('t', { it: mssql.datetime2({ precision: 6 }).defaultGetDate() }))).toThrow('column "it" has the default (getdate()).')
  })
})

describe('specOf', () => {
  it('reads the drizzle tables of a declaration as the declaration itself', () => {
    const declared = table('crm.t', {
      id: t.bigint().identity(), a: t.integer().notNull(), b: t.text(5).default('x'), c: t.boolean(), d: t.decimal(9, 3), e: t.float(), f: t.date(), g: t.timestamp().defaultGenerated(), h: t.time(), i: t.json(), j: t.uuid().defaultGenerated(), k: t.binary(), l: t.text(),
    }, { primaryKey: ['a'], unique: [{ columns: ['b'], nullsEqual: true }], indexes: [{ columns: ['d', 'b'] }], checks: { small: (c) => sql`${c.a} < ${10}` } })
    const wanted = plain(declared.spec, pgText)
    const withoutDecode = (spec: TableSpec, textOf: (expression: SQL) => string) => {
      const { columns, ...rest } = plain(spec, textOf)
      return { ...rest, columns: columns.map((column) => ({ ...column, decode: undefined })) }
    }
    expect(withoutDecode(specOf(declared.pg), pgText)).toEqual(wanted)
    expect(withoutDecode(specOf(declared.mssql), mssqlText)).toEqual({ ...wanted, checks: ['t_small: [a] < 10'] })
  })

  it('answers the spec of a declaration', () => {
    const declared = table('t', { spec: t.integer() })
    expect(specOf(declared)).toBe(declared.spec)
  })

  it('refuses a dialect that it does not know', () => {
    const foreign = mysqlTable('t', { id: mysqlInt() }) as unknown as TableLike // as JavaScript could pass it
    expect(() => specOf(foreign)).toThrow('[V1003] Table "t" is of a dialect that Varve does not know. Declare it with table(), or with pgTable or mssqlTable of drizzle.')
  })
})
