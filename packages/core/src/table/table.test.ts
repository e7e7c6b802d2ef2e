import { sql } from 'drizzle-orm'
import { describe, expect, it } from 'vitest'
import { t } from './column.js'
import { table, type TableOptions } from './table.js'

const columns = { siteId: t.integer().notNull(), name: t.text(120), region: t.text(20).notNull() }

describe('table', () => {
  it('settles names, types and facts of every column', () => {
    const { spec } = table('crm.dim_site', {
      siteKey: t.bigint().identity(),
      siteId: t.integer().notNull(),
      etlBatchID: t.uuid(),
      tier: t.text(10).default('none').named('TIER'),
      price: t.decimal(10, 2).notNull(),
    })
    expect(spec).toEqual({
      schema: 'crm',
      name: 'dim_site',
      columns: [
        { property: 'siteKey', name: 'site_key', type: { kind: 'bigint' }, notNull: true, identity: true },
        { property: 'siteId', name: 'site_id', type: { kind: 'integer' }, notNull: true, identity: false },
        { property: 'etlBatchID', name: 'etl_batch_id', type: { kind: 'uuid' }, notNull: false, identity: false },
        { property: 'tier', name: 'TIER', type: { kind: 'text', length: 10 }, notNull: false, identity: false, default: { kind: 'value', value: 'none' } },
        { property: 'price', name: 'price', type: { kind: 'decimal', precision: 10, scale: 2 }, notNull: true, identity: false },
      ],
      primaryKey: [],
      uniques: [],
      indexes: [],
      checks: [],
    })
  })

  it('names keys, indexes and checks after the table', () => {
    const { spec } = table('dim_site', columns, {
      primaryKey: ['siteId'],
      unique: [{ columns: ['name', 'region'] }, { columns: ['name'], where: (c) => sql`${c.region} = ${'north'}`, nullsEqual: true }, { columns: ['region'], name: 'one_per_region', nullsEqual: true }],
      indexes: [{ columns: ['region'] }, { columns: ['name'], where: (c) => sql`${c.region} <> ''` }],
      checks: { known: (c) => sql`${c.region} <> ''` },
    })
    expect(spec.primaryKey).toEqual(['site_id'])
    expect(spec.uniques).toEqual([{ name: 'dim_site_name_region_key', columns: ['name', 'region'], nullsEqual: false }, { name: 'one_per_region', columns: ['region'], nullsEqual: true }])
    expect(spec.indexes.map(({ where, ...index }) => [index, where !== undefined])).toEqual([
      [{ name: 'dim_site_name_key', columns: ['name'], unique: true, nullsEqual: true }, true],
      [{ name: 'dim_site_region_idx', columns: ['region'], unique: false }, false],
      [{ name: 'dim_site_name_idx', columns: ['name'], unique: false }, true],
    ])
    expect(spec.checks.map((check) => check.name)).toEqual(['dim_site_known'])
  })

  it('takes a column by list or by range', () => {
    expect(table('facts', columns, { partitionBy: { list: 'region' } }).spec.partitionBy).toEqual({ by: 'list', column: 'region' })
    expect(table('facts', columns, { partitionBy: { range: 'siteId' } }).spec.partitionBy).toEqual({ by: 'range', column: 'site_id' })
  })

  it('can be spread and compared without touching what is there for the compiler only', () => {
    const declared = table('dim_site', columns)
    expect({ ...declared }.spec).toBe(declared.spec)
    expect(Object.keys(declared)).toEqual(['spec', 'columns', 'pg', 'mssql'])
  })

  const long = 'x'.repeat(64)
  // As from a definition that was read from a file: the compiler sees none of these.
  const loose = (options: object) => () => table('crm.t', columns, options as TableOptions<typeof columns>)
  it.each<[what: string, make: () => unknown, message: string]>([
    ['three parts in a name', () => table('a.b.c', columns), '"a.b.c" is not a table name. Write "table" or "schema.table".'],
    ['an empty part in a name', () => table('a.', columns), '"a." is not a table name. Write "table" or "schema.table".'],
    ['no columns', () => table('crm.t', {}), 'Table "crm.t" has no columns.'],
    ['two properties of one name', () => table('crm.t', { siteId: t.integer(), site_id: t.text() }), 'Table "crm.t": the properties "siteId" and "site_id" both become column "site_id". Give one of them another name with .named().'],
    ['an empty column name', () => table('crm.t', { id: t.integer().named('') }), 'Table "crm.t": "" cannot be a name. A name has at least one character, and none that an engine could not store.'],
    ['a name with 0x00', () => table('crm.t', { id: t.integer().named('a\0') }), 'Table "crm.t": "a\\u0000" cannot be a name. A name has at least one character, and none that an engine could not store.'],
    ['a long column name', () => table('crm.t', { id: t.integer().named(long) }), `Table "crm.t": the name "${long}" is 64 bytes long. At most 63 are allowed, because engines cut longer names without a word. Give it a shorter name.`],
    ['a long table name', () => table(`crm.${'é'.repeat(32)}`, columns), `Table "crm.${'é'.repeat(32)}": the name "${'é'.repeat(32)}" is 64 bytes long.`],
    ['a long schema name', () => table(`${long}.t`, columns), `the name "${long}" is 64 bytes long`],
    ['a long constraint name', () => table('crm.t', columns, { unique: [{ columns: ['name'], name: long }] }), `the name "${long}" is 64 bytes long`],
    ['a key over no such column', loose({ primaryKey: ['id'] }), 'Table "crm.t": there is no column "id". Its columns are siteId, name, region.'],
    ['a nullable primary key', loose({ primaryKey: ['name'] }), 'Table "crm.t": primary key column "name" may be NULL. Declare it with .notNull().'],
    ['a key without columns', () => table('crm.t', columns, { unique: [{ columns: [] }] }), 'Table "crm.t": "t_key" names no column. Name at least one.'],
    ['a column twice in a key', () => table('crm.t', columns, { indexes: [{ columns: ['name', 'name'] }] }), 'Table "crm.t": the key (name, name) names a column twice.'],
    ['two keys of one name', () => table('crm.t', { a: t.text(), b: t.text(), aB: t.text() }, { unique: [{ columns: ['a', 'b'] }, { columns: ['aB'] }] }), 'Table "crm.t": two of its keys, indexes and checks would be called "t_a_b_key". Give one of them a name of its own.'],
    ['an index called as the primary key', () => table('crm.t', columns, { primaryKey: ['siteId'], indexes: [{ columns: ['name'], name: 't_pkey' }] }), 'two of its keys, indexes and checks would be called "t_pkey"'],
    ['an index called as the table', () => table('crm.t', columns, { indexes: [{ columns: ['name'], name: 't' }] }), 'two of its keys, indexes and checks would be called "t"'],
    ['a primary key without the partition column', () => table('crm.t', columns, { primaryKey: ['siteId'], partitionBy: { list: 'region' } }), 'Table "crm.t": the key (site_id) must hold the partition column "region", or it could not be unique over all partitions.'],
    ['a unique key without the partition column', () => table('crm.t', columns, { unique: [{ columns: ['name'] }], partitionBy: { list: 'region' } }), 'the key (name) must hold the partition column "region"'],
    ['a partial unique index without the partition column', () => table('crm.t', columns, { unique: [{ columns: ['name'], where: (c) => sql`${c.siteId} > 1` }], partitionBy: { range: 'region' } }), 'the key (name) must hold the partition column "region"'],
    ['a default that its column cannot hold', () => table('crm.t', { day: t.date().default('2025-02-30') }), 'Table "crm.t": the default of column "day" is a day that does not exist. Give a default that date holds.'],
    ['a default that is too long', () => table('crm.t', { code: t.text(2).default('abc') }), 'Table "crm.t": the default of column "code" is longer than 2 characters. Give a default that text(2) holds.'],
    ['NULL as the default of a column that is not null', () => table('crm.t', { tags: t.json().notNull().default(null) }), 'Table "crm.t": column "tags" is not null, so its default cannot be NULL.'],
    ['a numbered column with a default', () => table('crm.t', { id: t.integer().identity().default(1) }), 'Table "crm.t": column "id" is filled by the engine, so it cannot have a default too.'],
  ])('refuses %s', (_what, make, message) => {
    expect(make).toThrow(expect.objectContaining({ code: 'V1003', message: expect.stringContaining(message) as string }) as Error)
  })
})
