import { sql } from 'drizzle-orm'
import { beforeAll, describe, expect, it } from 'vitest'
import { catalogOf } from '../../../test-support/catalog.ts'
import { describeEngines } from '../../../test-support/engines.ts'
import { alignTable, describeChange, explainAlignment, parseType, t, table, typeText, type Engine, type Table, type TableSpec } from '../src/index.ts'

/** Makes the table as it was, fills it, and answers what aligning it with the new declaration did. */
async function evolve(engine: Engine, before: Pick<Table, 'spec'>, rows: readonly Record<string, unknown>[], after: Pick<Table, 'spec'>) {
  await create(engine, before.spec, rows)
  const diff = await engine.transaction((tx) => alignTable(tx, after.spec))
  return { changes: diff.changes.map(describeChange), refusals: diff.refusals, undeclared: diff.undeclared }
}

async function create(engine: Engine, spec: TableSpec, rows: readonly Record<string, unknown>[]) {
  await engine.change({ kind: 'drop-table', table: spec })
  await alignTable(engine, spec)
  for (const row of rows) {
    const names = sql.join(Object.keys(row).map((name) => sql.identifier(name)), sql`, `)
    await engine.query(sql`insert into ${engine.phrases.table(spec)} (${names}) values (${sql.join(Object.values(row).map((value) => sql`${value}`), sql`, `)})`)
  }
}

async function rowsOf(engine: Engine, spec: TableSpec) {
  return (await engine.query(sql`select * from ${engine.phrases.table(spec)} order by 1`)).rows
}

type Context = Parameters<Parameters<typeof describeEngines>[1]>[0]

const nothing = { changes: [], refusals: [], undeclared: [] }

const growing = (context: Context) => describe('a table that grows', () => {
  const before = table('grow.people', { id: t.integer().notNull(), name: t.text(40) }, { primaryKey: ['id'] })
  const rows = [{ id: 1, name: 'Ada' }, { id: 2, name: null }]

  it('takes a nullable column, a column with a default, and a numbered column, and fills the rows that are there', async () => {
    const after = table('grow.people', {
      id: t.integer().notNull(), name: t.text(40), tier: t.text(), points: t.integer().notNull().default(7), note: t.text().default('none'), rowKey: t.bigint().identity(),
    }, { primaryKey: ['id'] })
    expect(await evolve(context.engine, before, rows, after)).toEqual({
      ...nothing,
      changes: ['add column tier text to grow.people', 'add column points integer to grow.people', 'add column note text to grow.people', 'add column row_key bigint to grow.people'],
    })
    expect(await rowsOf(context.engine, after.spec)).toEqual([
      { id: 1, name: 'Ada', tier: null, points: 7, note: 'none', row_key: 1n },
      { id: 2, name: null, tier: null, points: 7, note: 'none', row_key: 2n },
    ])
    expect(await alignTable(context.engine, after.spec)).toEqual(nothing)
  })

  it('takes a unique key, a partial unique index, a plain index and a check, which hold from then on', async () => {
    const after = table('grow.people', { id: t.integer().notNull(), name: t.text(40) }, {
      primaryKey: ['id'],
      unique: [{ columns: ['name'] }, { columns: ['id'], where: (c) => sql`${c.name} = ${'Ada'}`, name: 'one_ada' }],
      indexes: [{ columns: ['name', 'id'] }],
      checks: { named: (c) => sql`${c.name} <> ${''}` },
    })
    expect(await evolve(context.engine, before, rows, after)).toEqual({
      ...nothing,
      changes: ['add unique constraint people_name_key to grow.people', 'add check people_named to grow.people', 'add unique index one_ada to grow.people', 'add index people_name_id_idx to grow.people'],
    })
    expect(await catalogOf(context.engine, 'grow', 'people')).toEqual(expect.arrayContaining([
      'constraint people_name_key u UNIQUE (name)',
      "constraint people_named c CHECK (((name)::text <> ''::text))",
      "index CREATE UNIQUE INDEX one_ada ON grow.people USING btree (id) WHERE ((name)::text = 'Ada'::text)",
      'index CREATE INDEX people_name_id_idx ON grow.people USING btree (name, id)',
    ]))
    expect(await alignTable(context.engine, after.spec)).toEqual(nothing)
    await expect(context.engine.query(sql`insert into grow.people values (3, 'Ada')`)).rejects.toMatchObject({ code: 'V3006' })
    await expect(context.engine.query(sql`insert into grow.people values (3, '')`)).rejects.toMatchObject({ code: 'V3006' })
  })

  it('lets several make the first tables of a schema at once', async () => {
    const tables = Array.from({ length: 6 }, (_, at) => table(`born_at_once.made_${at}`, { id: t.integer() }))
    await Promise.all(tables.map(({ spec }) => context.engine.transaction((tx) => alignTable(tx, spec))))
    expect(await context.engine.tableNames('born_at_once')).toEqual(tables.map(({ spec }) => spec.name))
  })

  it('takes a default for a column that had none, and leaves a default that is there', async () => {
    const after = table('grow.people', { id: t.integer().notNull(), name: t.text(40).default('nobody') }, { primaryKey: ['id'] })
    expect(await evolve(context.engine, before, rows, after)).toEqual({ ...nothing, changes: ['set the default of column name of grow.people'] })
    await context.engine.query(sql`insert into grow.people (id) values (3)`)
    expect(await rowsOf(context.engine, after.spec)).toEqual([...rows, { id: 3, name: 'nobody' }])
    const other = table('grow.people', { id: t.integer().notNull(), name: t.text(40).default('somebody') }, { primaryKey: ['id'] })
    expect(await alignTable(context.engine, other.spec)).toEqual(nothing)
    expect(await alignTable(context.engine, before.spec)).toEqual(nothing)
  })

  it('lets a column be NULL that might not before', async () => {
    const strict = table('grow.people', { id: t.integer().notNull(), name: t.text(40).notNull() }, { primaryKey: ['id'] })
    expect(await evolve(context.engine, strict, [{ id: 1, name: 'Ada' }], before)).toEqual({ ...nothing, changes: ['allow NULL in column name of grow.people'] })
    await context.engine.query(sql`insert into grow.people (id) values (2)`)
    expect(await rowsOf(context.engine, before.spec)).toEqual([{ id: 1, name: 'Ada' }, { id: 2, name: null }])
  })

  it('takes a new column that is not null and has no default only while it is empty', async () => {
    const after = table('grow.people', { id: t.integer().notNull(), name: t.text(40), born: t.date().notNull() }, { primaryKey: ['id'] })
    expect(await evolve(context.engine, before, [], after)).toEqual({ ...nothing, changes: ['add column born date to grow.people'] })
    await expect(evolve(context.engine, before, rows, after)).rejects.toMatchObject({
      code: 'V2001',
      context: { refusals: ['column "born" is new and not null, but the table has rows and the column has no default'] },
    })
    expect(await rowsOf(context.engine, before.spec)).toEqual(rows)
  })

  it('names the columns that are no longer declared, and leaves them', async () => {
    const after = table('grow.people', { id: t.integer().notNull() }, { primaryKey: ['id'] })
    expect(await evolve(context.engine, before, rows, after)).toEqual({ ...nothing, undeclared: ['name'] })
    expect(await rowsOf(context.engine, before.spec)).toEqual(rows)
  })

  it('accepts a unique key that is there under another name', async () => {
    await create(context.engine, before.spec, [])
    await context.engine.query(sql`create unique index "by another name" on grow.people (name)`)
    const after = table('grow.people', { id: t.integer().notNull(), name: t.text(40) }, { primaryKey: ['id'], unique: [{ columns: ['name'] }] })
    expect(await alignTable(context.engine, after.spec)).toEqual(nothing)
  })

  it('does not ask whether NULLs are equal where there can be none', async () => {
    const keyed = (nullsEqual: boolean) => table('grow.people', { id: t.integer().notNull(), name: t.text(40).notNull() }, { primaryKey: ['id'], unique: [{ columns: ['name'], nullsEqual }] })
    await create(context.engine, keyed(true).spec, [])
    expect(await alignTable(context.engine, keyed(false).spec)).toEqual(nothing)
  })

  it('says what it would do, as text, and does nothing', async () => {
    const after = table('grow.people', { id: t.bigint().notNull(), name: t.text(), tier: t.text(10).default("o'k") }, {
      primaryKey: ['id'],
      unique: [{ columns: ['tier'], nullsEqual: true }],
      indexes: [{ columns: ['name'], where: (c) => sql`${c.tier} is not null` }],
      checks: { small: (c) => sql`${c.id} < ${100}` },
    })
    await create(context.engine, before.spec, rows)
    const catalog = await catalogOf(context.engine, 'grow', 'people')
    expect(await explainAlignment(context.engine, after.spec)).toEqual([
      '-- widen column id of grow.people from integer to bigint',
      'alter table "grow"."people" alter column "id" type bigint',
      '-- widen column name of grow.people from text(40) to text',
      'alter table "grow"."people" alter column "name" type text',
      '-- add column tier text(10) to grow.people',
      `alter table "grow"."people" add column "tier" varchar(10) default 'o''k'`,
      '-- add unique constraint people_tier_key to grow.people',
      'alter table "grow"."people" add constraint "people_tier_key" unique nulls not distinct ("tier")',
      '-- add check people_small to grow.people',
      'alter table "grow"."people" add constraint "people_small" check ("id" < 100)',
      '-- add index people_name_idx to grow.people',
      'create index "people_name_idx" on "grow"."people" ("name") where "tier" is not null',
    ])
    expect(await catalogOf(context.engine, 'grow', 'people')).toEqual(catalog)
    expect(await explainAlignment(context.engine, before.spec)).toEqual([])
    expect(await explainAlignment(context.engine, table('elsewhere.new', { id: t.integer().notNull() }, { primaryKey: ['id'] }).spec)).toEqual([
      '-- create table elsewhere.new with 1 columns',
      'create schema if not exists "elsewhere"',
      'create table "elsewhere"."new" (\n  "id" integer not null,\n  constraint "new_pkey" primary key ("id")\n)',
    ])
  })

  it('stays as it was when rows break a key that is added', async () => {
    const after = table('grow.people', { id: t.integer().notNull(), name: t.text(40), tier: t.text() }, { primaryKey: ['id'], unique: [{ columns: ['name'], nullsEqual: true }] })
    await create(context.engine, before.spec, [{ id: 1, name: 'Ada' }, { id: 2, name: 'Ada' }])
    const catalog = await catalogOf(context.engine, 'grow', 'people')
    await expect(context.engine.transaction((tx) => alignTable(tx, after.spec))).rejects.toMatchObject({ code: 'V3006' })
    expect(await catalogOf(context.engine, 'grow', 'people')).toEqual(catalog)
  })
})

const outermost: Readonly<Record<string, readonly string[]>> = {
  integer: ['-2147483648', '0', '2147483647'],
  bigint: ['-9223372036854775808', '9007199254740993', '9223372036854775807'],
  'text(10)': ['', 'abcdefghij', 'äöü 漢字 🌲'],
  'decimal(10,2)': ['-99999999.99', '0.01', '0.10', '99999999.99'],
}
const pairs = [
  ['integer', 'bigint'], ['integer', 'float'], ['integer', 'decimal(10,0)'], ['integer', 'decimal(14,4)'],
  ['bigint', 'decimal(19,0)'], ['bigint', 'decimal(21,2)'],
  ['text(10)', 'text(11)'], ['text(10)', 'text'],
  ['decimal(10,2)', 'decimal(12,2)'], ['decimal(10,2)', 'decimal(14,4)'],
] as const

const widening = (context: Context) => describe('a column that widens', () => {
  const declared = (type: string) => table('wide.things', { id: t.integer().notNull(), value: t.of(parseType(type)) }, { primaryKey: ['id'], unique: [{ columns: ['value'] }] })

  it.each(pairs)('keeps every value: %s to %s', async (from, to) => {
    const rows = [...(outermost[from] ?? []), null].map((value, at) => ({ id: at, value }))
    const text = async (spec: TableSpec) => (await context.engine.query(sql`select id, value::text as value, value::${sql.raw(from.startsWith('text') ? 'text' : 'numeric')} as same from ${context.engine.phrases.table(spec)} order by id`)).rows
    await create(context.engine, declared(from).spec, rows)
    const before = await text(declared(from).spec)
    expect(await alignTable(context.engine, declared(to).spec)).toMatchObject({ changes: [{ kind: 'widen-column' }], refusals: [] })
    const after = await text(declared(to).spec)
    const live = await context.engine.introspect('wide', 'things')
    expect(live?.columns[1]?.type).toEqual(parseType(to))
    // The digits of a fraction may become more, the number may not become another one.
    const value = (row: Record<string, unknown>) => ({ id: row['id'], same: from.startsWith('text') || row['same'] === null ? row['same'] : String(row['same']).replace(/(\.\d*?)0+$/, '$1').replace(/\.$/, '') })
    expect(after.map(value)).toEqual(before.map(value))
    expect(before.map((row) => row['value'])).toEqual(rows.map((row) => row.value))
    expect(await alignTable(context.engine, declared(to).spec)).toEqual(nothing)
  })

  it('numbers on beyond 32 bits when an identity column widens', async () => {
    const narrow = table('wide.numbered', { id: t.integer().identity(), name: t.text() }, { primaryKey: ['id'] })
    const wide = table('wide.numbered', { id: t.bigint().identity(), name: t.text() }, { primaryKey: ['id'] })
    await create(context.engine, narrow.spec, [{ name: 'first' }])
    await alignTable(context.engine, wide.spec)
    await context.engine.query(sql`select setval(pg_get_serial_sequence('wide.numbered', 'id'), 2147483647)`)
    await context.engine.query(sql`insert into wide.numbered (name) values ('next')`)
    expect(await rowsOf(context.engine, wide.spec)).toEqual([{ id: 1n, name: 'first' }, { id: 2147483648n, name: 'next' }])
  })
})

const refusing = (context: Context) => describe('a change that would lose something', () => {
  const before = table('lossy.sales', {
    id: t.integer().notNull(), big: t.bigint(), words: t.text(), short: t.text(10), price: t.decimal(10, 2), ratio: t.float(), day: t.date(), rowKey: t.bigint().identity(), needed: t.text().notNull(),
  }, { primaryKey: ['id', 'needed'], unique: [{ columns: ['short'] }], indexes: [{ columns: ['day', 'price'] }, { columns: ['words'], where: (c) => sql`${c.day} is not null` }] })
  const row = { id: 1, big: 9007199254740993n, words: 'long enough', short: 'ten chars.', price: '99999999.99', ratio: 0.1, day: '2025-03-31', needed: 'x' }

  beforeAll(() => create(context.engine, before.spec, [row]))

  const { columns } = before
  const keys = { primaryKey: ['id', 'needed'] } as const
  it.each<[what: string, after: Pick<Table, 'spec'>, refusals: readonly string[]]>([
    ['fewer bits', table('lossy.sales', { ...columns, big: t.integer() }, keys), ['column "big" is bigint and would become integer, which can lose values']],
    ['shorter text', table('lossy.sales', { ...columns, words: t.text(100), short: t.text(9) }, keys), ['column "words" is text and would become text(100), which can lose values', 'column "short" is text(10) and would become text(9), which can lose values']],
    ['fewer digits', table('lossy.sales', { ...columns, price: t.decimal(12, 1) }, keys), ['column "price" is decimal(10,2) and would become decimal(12,1), which can lose values']],
    ['another kind of value', table('lossy.sales', { ...columns, day: t.timestamp(), ratio: t.decimal(38, 10) }, keys), ['column "ratio" is float and would become decimal(38,10), which can lose values', 'column "day" is date and would become timestamp, which can lose values']],
    ['a column that may no longer be NULL', table('lossy.sales', { ...columns, day: t.date().notNull() }, keys), ['column "day" allows NULL and would become not null']],
    ['another primary key', table('lossy.sales', { ...columns }, { primaryKey: ['id'] }), ['the primary key is (id, needed) and would become (id)']],
    ['a primary key in another order', table('lossy.sales', { ...columns }, { primaryKey: ['needed', 'id'] }), ['the primary key is (id, needed) and would become (needed, id)']],
    ['no primary key', table('lossy.sales', { ...columns }), ['the primary key is (id, needed) and would become ()']],
    ['a numbered column that is sent', table('lossy.sales', { ...columns, rowKey: t.bigint().notNull() }, keys), ['column "row_key" is numbered by the engine and would become a column that rows are sent for']],
    ['a sent column that is numbered', table('lossy.sales', { ...columns, id: t.integer().identity() }, keys), ['column "id" is not numbered by the engine and would become an identity column']],
    ['partitions', table('lossy.sales', { ...columns }, { ...keys, partitionBy: { list: 'needed' } }), ['the table is not partitioned and would become partitioned by list (needed)']],
    ['a column left out that every row needs', table('lossy.sales', { id: t.integer().notNull() }, { primaryKey: ['id'] }), ['the primary key is (id, needed) and would become (id)', 'column "needed" is no longer declared, but it is not null without a default, so no row could be written']],
    ['a unique key over other columns', table('lossy.sales', { ...columns }, { ...keys, unique: [{ columns: ['big'], name: 'sales_short_key' }] }), ['"sales_short_key" is a unique index on (short) and would become a unique index on (big)']],
    ['a unique key that treats NULLs otherwise', table('lossy.sales', { ...columns }, { ...keys, unique: [{ columns: ['short'], nullsEqual: true }] }), ['"sales_short_key" is a unique index on (short) and would become a unique index on (short) where NULLs are equal']],
    ['an index over other columns', table('lossy.sales', { ...columns }, { ...keys, indexes: [{ columns: ['price', 'day'], name: 'sales_day_price_idx' }] }), ['"sales_day_price_idx" is an index on (day, price) and would become an index on (price, day)']],
    ['an index over all rows instead of some', table('lossy.sales', { ...columns }, { ...keys, indexes: [{ columns: ['words'] }] }), ['"sales_words_idx" is a partial index on (words) and would become an index on (words)']],
  ])('is refused, with nothing changed: %s', async (_what, after, refusals) => {
    const catalog = await catalogOf(context.engine, 'lossy', 'sales')
    const rows = await rowsOf(context.engine, before.spec)
    // Something harmless beside it, which must not happen either.
    const spec: TableSpec = { ...after.spec, columns: [...after.spec.columns, { property: 'extra', name: 'extra', type: { kind: 'text' }, notNull: false, identity: false }] }
    await expect(alignTable(context.engine, spec)).rejects.toMatchObject({
      code: 'V2001',
      exitCode: 2,
      message: `[V2001] Table lossy.sales cannot be brought to its declaration without losing something: ${refusals.join('; ')}. Nothing was changed. Change the declaration, or migrate the table by hand.`,
      context: { table: 'lossy.sales', refusals },
    })
    await expect(explainAlignment(context.engine, spec)).rejects.toMatchObject({ code: 'V2001' })
    expect(await catalogOf(context.engine, 'lossy', 'sales')).toEqual(catalog)
    expect(await rowsOf(context.engine, before.spec)).toEqual(rows)
    expect(catalog.length).toBeGreaterThan(10)
    expect(rows).toHaveLength(1)
  })

  it('is refused where the server has a type that Varve does not', async () => {
    await context.engine.query(sql`create table lossy.odd (id smallint, price numeric)`)
    await expect(alignTable(context.engine, table('lossy.odd', { id: t.integer(), price: t.decimal(10, 2) }).spec)).rejects.toMatchObject({
      context: { refusals: ['column "id" is smallint and would become integer, which can lose values', 'column "price" is numeric and would become decimal(10,2), which can lose values'] },
    })
  })

  it('is refused where a computed column would be sent', async () => {
    await context.engine.query(sql`create table lossy.computed (a integer, b integer generated always as (a + 1) stored)`)
    await expect(alignTable(context.engine, table('lossy.computed', { a: t.integer(), b: t.integer() }).spec)).rejects.toMatchObject({
      context: { refusals: ['column "b" is computed by the engine and would become a column that rows are sent for'] },
    })
  })

  it.each([
    ['a view', sql`create view lossy.thing as select 1 as id`, sql`drop view lossy.thing`],
    ['a materialized view', sql`create materialized view lossy.thing as select 1 as id`, sql`drop materialized view lossy.thing`],
    ['a sequence', sql`create sequence lossy.thing`, sql`drop sequence lossy.thing`],
    ['an index', sql`create index thing on lossy.odd (id)`, sql`drop index lossy.thing`],
    ['a type', sql`create type lossy.thing as (id integer)`, sql`drop type lossy.thing`],
    ['a foreign table', sql`create foreign table lossy.thing (id integer) server nowhere`, sql`drop foreign table lossy.thing`],
  ])('is refused where %s bears the name', async (what, make, drop) => {
    if (what === 'a foreign table') {
      await context.engine.query(sql`create foreign data wrapper nowhere`)
      await context.engine.query(sql`create server nowhere foreign data wrapper nowhere`)
    }
    await context.engine.query(make)
    await expect(alignTable(context.engine, table('lossy.thing', { id: t.integer() }).spec)).rejects.toMatchObject({
      code: 'V2001',
      context: { refusals: [`"lossy.thing" is ${what}, and would become a table`] },
    })
    await context.engine.query(drop)
  })
})

// One database for all three: each has a schema of its own.
describeEngines('evolution', (context) => {
  growing(context)
  widening(context)
  refusing(context)
})

describe('the pairs that widen', () => {
  it('are tried with the outermost values of every type that they begin from', () => {
    expect(new Set(pairs.map(([from]) => from))).toEqual(new Set(Object.keys(outermost)))
    for (const [from, to] of pairs) expect([typeText(parseType(from)), typeText(parseType(to))]).toEqual([from, to])
  })
})
