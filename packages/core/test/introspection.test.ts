import { sql } from 'drizzle-orm'
import { expect, it } from 'vitest'
import { describeEngines } from '../../../test-support/engines.ts'
import { alignTable, t, table } from '../src/index.ts'

const nothing = { changes: [], refusals: [], undeclared: [] }

describeEngines('what an engine knows of a table', (context) => {
  it('is all of what was declared', async () => {
    const { spec } = table('known.everything', {
      id: t.bigint().identity(), a: t.integer().notNull(), b: t.text(5).default('x'), c: t.boolean(), d: t.decimal(9, 3), e: t.float(), f: t.date(), g: t.timestamp().notNull().defaultGenerated(), h: t.time(), i: t.json(), j: t.uuid(), k: t.binary(), l: t.text(),
    }, {
      primaryKey: ['g', 'a'],
      unique: [{ columns: ['b', 'a'], nullsEqual: true }, { columns: ['d'], where: (columns) => sql`${columns.c}` }, { columns: ['e'], where: (columns) => sql`${columns.c}`, nullsEqual: true }],
      indexes: [{ columns: ['f'] }],
      checks: { small: (columns) => sql`${columns.a} < 10` },
    })
    await alignTable(context.engine, spec)
    await context.engine.query(sql`insert into known.everything (a) values (1)`)
    const column = (name: string, nativeType: string, type: object, facts: object = {}) => ({ name, nativeType, type, notNull: false, hasDefault: false, identity: false, generated: false, ...facts })
    expect(await context.engine.introspect('known', 'everything')).toEqual({
      schema: 'known',
      name: 'everything',
      kind: 'table',
      columns: [
        column('id', 'bigint', { kind: 'bigint' }, { notNull: true, identity: true }),
        column('a', 'integer', { kind: 'integer' }, { notNull: true }),
        column('b', 'character varying(5)', { kind: 'text', length: 5 }, { hasDefault: true }),
        column('c', 'boolean', { kind: 'boolean' }),
        column('d', 'numeric(9,3)', { kind: 'decimal', precision: 9, scale: 3 }),
        column('e', 'double precision', { kind: 'float' }),
        column('f', 'date', { kind: 'date' }),
        column('g', 'timestamp(6) with time zone', { kind: 'timestamp' }, { notNull: true, hasDefault: true }),
        column('h', 'time(6) without time zone', { kind: 'time' }),
        column('i', 'jsonb', { kind: 'json' }),
        column('j', 'uuid', { kind: 'uuid' }),
        column('k', 'bytea', { kind: 'binary' }),
        column('l', 'text', { kind: 'text' }),
      ],
      primaryKey: ['g', 'a'],
      constraints: ['everything_b_a_key', 'everything_pkey', 'everything_small'],
      indexes: [
        { name: 'everything_b_a_key', columns: ['b', 'a'], unique: true, nullsEqual: true, partial: false },
        { name: 'everything_d_key', columns: ['d'], unique: true, nullsEqual: false, partial: true },
        { name: 'everything_e_key', columns: ['e'], unique: true, nullsEqual: true, partial: true },
        { name: 'everything_f_idx', columns: ['f'], unique: false, nullsEqual: false, partial: false },
        { name: 'everything_pkey', columns: ['g', 'a'], unique: true, nullsEqual: false, partial: false },
      ],
      partitionedBy: undefined,
      hasRows: true,
    })
  })

  it('is nothing where nothing bears the name, and finds a table in its own schema only', async () => {
    await alignTable(context.engine, table('one.twin', { id: t.integer() }).spec)
    await alignTable(context.engine, table('two.twin', { id: t.text() }).spec)
    expect(await context.engine.introspect('one', 'absent')).toBeUndefined()
    expect(await context.engine.introspect('absent', 'twin')).toBeUndefined()
    expect(await context.engine.introspect(undefined, 'twin')).toBeUndefined()
    expect((await context.engine.introspect('two', 'twin'))?.columns[0]?.type).toEqual({ kind: 'text' })
    const bare = table('twin', { id: t.date() })
    await alignTable(context.engine, bare.spec)
    expect(await context.engine.introspect(undefined, 'twin')).toMatchObject({ schema: 'public', columns: [{ type: { kind: 'date' } }] })
    expect(await alignTable(context.engine, table('public.twin', { id: t.date() }).spec)).toEqual(nothing)
    expect((await context.engine.query(sql`select * from ${table('public.twin', { id: t.date() }).pg}`)).rows).toEqual([])
  })

  it.each([['plain', ['a', 'b']], ['Sales "2025", north', ['a,b', 'c"d', "e'f", 'g.h', 'ü ', 'SELECT', '$1', 'back\\slash', '(x)']]] as const)('holds whatever names it was given: %s', async (name, columns) => {
    const declared = table(`Odd "schema", with it.${name}`, Object.fromEntries(columns.map((column) => [column, t.integer().notNull().named(column)])), {
      primaryKey: columns.toReversed(),
      unique: [{ columns: [columns[0], columns[1]], name: 'unique, "odd"' }],
      indexes: [{ columns: [columns[1]], where: (c) => sql`${c[columns[0]]} > ${0}`, name: "index 'odd'" }],
      checks: { 'check "odd"': (c) => sql`${c[columns[0]]} <> ${1}` },
      partitionBy: { range: columns[1] },
    })
    const { spec } = declared
    expect(await alignTable(context.engine, spec)).toMatchObject({ refusals: [] })
    const live = await context.engine.introspect(spec.schema, spec.name)
    expect(live?.columns.map((column) => column.name)).toEqual(columns)
    expect(live?.primaryKey).toEqual(columns.toReversed())
    expect(live?.partitionedBy).toEqual({ by: 'range', columns: [columns[1]] })
    expect(live?.indexes).toContainEqual({ name: 'unique, "odd"', columns: [columns[0], columns[1]], unique: true, nullsEqual: false, partial: false })
    expect(await alignTable(context.engine, spec)).toEqual(nothing)
    expect((await context.engine.query(sql`select * from ${declared.pg}`)).rows).toEqual([])
    await context.engine.change({ kind: 'drop-table', table: spec })
    expect(await context.engine.introspect(spec.schema, spec.name)).toBeUndefined()
  })

  it('holds names of the greatest length, and keys whose names would have been longer', async () => {
    const longest = 'é'.repeat(31) + 'x'
    const declared = table(`s.${longest}`, { [longest]: t.integer().notNull(), [`${longest.slice(0, -1)}y`]: t.integer().notNull() }, {
      primaryKey: [longest],
      unique: [{ columns: [longest, `${longest.slice(0, -1)}y`] }, { columns: [`${longest.slice(0, -1)}y`] }],
      indexes: [{ columns: [`${longest.slice(0, -1)}y`, longest] }],
    })
    await alignTable(context.engine, declared.spec)
    expect(await alignTable(context.engine, declared.spec)).toEqual(nothing)
    const live = await context.engine.introspect('s', longest)
    expect(live?.columns.map((column) => column.name)).toEqual([longest, `${longest.slice(0, -1)}y`])
    expect(new Set(live?.indexes.map((index) => index.name)).size).toBe(4)
  })

  it('leaves out columns that were dropped, and tells expressions and included columns from keys', async () => {
    await context.engine.query(sql`create schema if not exists odd`)
    await context.engine.query(sql`create table odd.t (gone integer, a integer, b text, c text generated always as (upper(b)) stored, d serial, primary key (gone, a))`)
    await context.engine.query(sql`alter table odd.t drop column gone`)
    await context.engine.query(sql`create unique index by_lower on odd.t (lower(b), a) include (c)`)
    expect(await context.engine.introspect('odd', 't')).toMatchObject({
      columns: [
        { name: 'a', notNull: true, hasDefault: false, generated: false },
        { name: 'b', notNull: false, hasDefault: false, generated: false },
        { name: 'c', notNull: false, generated: true },
        { name: 'd', notNull: true, hasDefault: true, identity: false },
      ],
      primaryKey: [],
      indexes: [{ name: 'by_lower', columns: ['lower(b)', 'a'], unique: true, nullsEqual: false, partial: false }],
      hasRows: false,
    })
  })

  it('takes a column that a sequence numbers for an identity column', async () => {
    await context.engine.query(sql`create table odd.numbered (id serial primary key, b varchar)`)
    expect(await alignTable(context.engine, table('odd.numbered', { id: t.integer().identity(), b: t.text() }, { primaryKey: ['id'] }).spec)).toEqual(nothing)
  })

  it('says so where a table is partitioned in a way that cannot be declared', async () => {
    await context.engine.query(sql`create table odd.by_two (a integer, b integer) partition by range (b, a)`)
    await context.engine.query(sql`create table odd.by_expression (a integer, b text) partition by list (lower(b))`)
    await context.engine.query(sql`create table odd.by_hash (a integer) partition by hash (a)`)
    expect((await context.engine.introspect('odd', 'by_two'))?.partitionedBy).toEqual({ by: 'range', columns: ['b', 'a'] })
    expect((await context.engine.introspect('odd', 'by_expression'))?.partitionedBy).toEqual({ by: 'list', columns: ['LIST (lower(b))'] })
    expect((await context.engine.introspect('odd', 'by_hash'))?.partitionedBy).toEqual({ by: 'hash', columns: ['a'] })
    await expect(alignTable(context.engine, table('odd.by_two', { a: t.integer(), b: t.integer() }, { partitionBy: { range: 'b' } }).spec)).rejects.toMatchObject({
      context: { refusals: ['the table is partitioned by range (b, a) and would become partitioned by range (b)'] },
    })
    await expect(alignTable(context.engine, table('odd.by_hash', { a: t.integer() }).spec)).rejects.toMatchObject({
      context: { refusals: ['the table is partitioned by hash (a) and would become not partitioned'] },
    })
  })
})
