import { sql } from 'drizzle-orm'
import * as pg from 'drizzle-orm/pg-core'
import { describe, expect, it } from 'vitest'
import { t, table, VarveError } from '@varve/core'
import { dimensionDefinition, resolveDefinition } from './dimension-definition.js'
import { dimensionViews } from '../read/dimension-views.js'
import { physicalTable } from './physical-table.js'

const customers = table('crm.dim_customer', {
  customerId: t.integer().notNull(),
  region: t.text(20).notNull(),
  name: t.text(),
  email: t.text(),
  updatedAt: t.timestamp().notNull(),
})

const mistakesOf = (work: () => unknown): unknown => {
  try {
    work()
  } catch (error) {
    if (error instanceof VarveError && error.code === 'V1010') return error.context['mistakes']
    throw error
  }
  return []
}
const names = (columns: readonly { readonly property: string }[]) => columns.map((column) => column.property)

describe('a definition', () => {
  it('tracks the columns that have no other role', () => {
    const definition = dimensionDefinition(customers, { key: ['region', 'customerId'], sequence: 'updatedAt', overwrite: ['email'] })
    expect(names(definition.key)).toEqual(['region', 'customerId'])
    expect(names(definition.tracked)).toEqual(['name'])
    expect(definition).toMatchObject({ deletes: 'ignore', openEnd: null, conflict: 'keep', overwriteScope: 'version', rejects: 'quarantine', guards: { maxClosedShare: 0.5, handful: 5 } })
  })

  it('writes an open end as one instant', () => {
    expect(dimensionDefinition(customers, { key: ['customerId'], openEnd: '9999-12-31' }).openEnd).toBe('9999-12-31T00:00:00Z')
  })

  it('lists all of its mistakes at once', () => {
    const broken = () => resolveDefinition(customers, {
      key: ['customerId', 'name', 'customerId', 'nobody'],
      sequence: 'region',
      overwrite: ['email', 'region'],
      tracked: ['email'],
      openEnd: 'never',
      guards: { maxClosedShare: 2, handful: 1.5 },
      rejects: { maxShare: -1 },
    })
    expect(mistakesOf(broken)).toEqual([
      'key names "customerId" twice.',
      'key names "nobody", which is no column of the table. Its columns are customerId, region, name, email, updatedAt.',
      '"region" stands in sequence and in overwrite. A column has one role: take it out of one of them.',
      '"email" stands in overwrite and in tracked. A column has one role: take it out of one of them.',
      'key column "name" may be NULL, and the identity of a member never is: declare it not null.',
      'sequence column "region" is text. Allowed are timestamp and date.',
      '"updatedAt" stands in no list. With tracked given, every other column needs a role too: overwrite, fixed or ignore. Or leave tracked out, and all of them are tracked.',
      'openEnd "never" is not an instant such as 2025-03-31T10:00:00Z. Give null, or an instant that is far away, such as 9999-12-31.',
      'guards.maxClosedShare is 2. Allowed is a share from 0 to 1.',
      'guards.handful is 1.5. Allowed is a whole number from 0 on.',
      'rejects.maxShare is -1. Allowed is a share from 0 to 1.',
    ])
  })

  it('names the dimension and each mistake in its message', () => {
    expect(() => resolveDefinition(customers, { key: ['name'] })).toThrow('[V1010] The definition of dimension crm.dim_customer has a mistake: key column "name" may be NULL, and the identity of a member never is: declare it not null.')
    expect(() => resolveDefinition(customers, { key: ['name', 'x'] })).toThrow(/has 2 mistakes:\n {2}- key names "x".*\n {2}- key column "name"/)
  })

  it('refuses columns that the engine fills, since no event can say what they were', () => {
    const filled = table('dim_filled', {
      id: t.integer().notNull(),
      number: t.bigint().identity(),
      loadedAt: t.timestamp().notNull().defaultGenerated(),
      seenAt: t.timestamp().notNull().defaultGenerated(),
    })
    expect(mistakesOf(() => resolveDefinition(filled, { key: ['id'], ignore: ['seenAt'] }))).toEqual([
      'column "number" is numbered by the engine. Leave it out of the table, and name it as housekeeping.surrogateKey.',
      'column "loadedAt" is filled with a new value for each row that brings none, which would look like a change. Declare it without that default, or ignore it.',
    ])
  })

  it('refuses constraints that several versions of a member would break', () => {
    const strict = table('dim_strict', { id: t.integer().notNull(), code: t.text(9).notNull(), zone: t.text(9).notNull() }, { primaryKey: ['zone', 'id'], unique: [{ columns: ['zone', 'code'] }], partitionBy: { list: 'zone' } })
    expect(mistakesOf(() => resolveDefinition(strict, { key: ['id'] }))).toEqual([
      'the primary key of the table is (zone, id), the key of the dimension (id). A table with history has several rows for each: leave the primary key out, or make it the key.',
      '"dim_strict_zone_code_key" makes (zone, code) unique, which several versions of a member cannot be. Leave it out of the table.',
      'the table is partitioned by "zone", which is not in the key. Partition it by a column of the key, or not at all.',
    ])
  })

  it('refuses housekeeping that would share a name with a business column', () => {
    const sites = table('dim_site', { id: t.integer().notNull(), validFrom: t.date(), label: t.text().named('is_current') })
    expect(mistakesOf(() => resolveDefinition(sites, { key: ['id'], housekeeping: { isCurrent: 'is_current', validTo: 'end', closedBy: 'end' } }))).toEqual([
      'housekeeping.validFrom would be called "valid_from", and so is the column of property "validFrom". The table holds business columns only: leave it out there, or give the part another name.',
      'the table has a property "validFrom", which in the rows of a dimension is housekeeping. Give the property another name; with .named() its column keeps the one it has.',
      'housekeeping.isCurrent would be called "is_current", and so is the column of property "label". The table holds business columns only: leave it out there, or give the part another name.',
      'housekeeping.closedBy would be called "end", and so is housekeeping.validTo. The table holds business columns only: leave it out there, or give the part another name.',
    ])
  })

  it('refuses names that some engine would cut', () => {
    expect(mistakesOf(() => resolveDefinition(customers, { key: ['customerId'], housekeeping: { isCurrent: 'x'.repeat(64) } }))).toEqual([expect.stringContaining('is 64 bytes long')])
  })
})

describe('the physical table', () => {
  it('has the housekeeping columns of the definition around those of the table, and the constraints of H1', () => {
    const definition = dimensionDefinition(customers, { key: ['region', 'customerId'], housekeeping: { surrogateKey: 'customer_sk', validFrom: 'effective_start', validTo: 'effective_end', isCurrent: 'current_flag', recordHash: 'record_hash', recordSource: { name: 'record_source', value: 'crm' } } })
    const physical = physicalTable(definition)
    expect(physical.columns.map((column) => `${column.name}${column.notNull ? '' : '?'}`)).toEqual([
      'customer_sk', 'customer_id', 'region', 'name?', 'email?', 'updated_at', 'effective_start', 'effective_end?', 'current_flag', 'record_hash', 'record_source',
    ])
    expect(physical).toMatchObject({ schema: 'crm', name: 'dim_customer', primaryKey: ['region', 'customer_id', 'effective_start'], uniques: [] })
    expect(physical.indexes.map(({ name, columns, unique }) => ({ name, columns, unique }))).toEqual([
      { name: 'dim_customer_current_key', columns: ['region', 'customer_id'], unique: true },
      { name: 'dim_customer_customer_sk_idx', columns: ['customer_sk'], unique: false },
    ])
    expect(physical.checks.map((check) => check.name)).toEqual(['dim_customer_interval', 'dim_customer_current_end'])
  })

  it('gives no two of its objects one name, its views among them', () => {
    const definition = dimensionDefinition(customers, { key: ['region', 'customerId'], housekeeping: { surrogateKey: 'customer_sk', isCurrent: 'is_current' } })
    const { name, indexes, checks } = physicalTable(definition)
    const taken = [name, ...[...indexes, ...checks, ...dimensionViews(definition)].map((object) => object.name)]
    expect(taken).toHaveLength(7)
    expect(new Set(taken).size).toBe(taken.length)
  })

  it('has 35 business and 6 housekeeping columns where a definition names so many', () => {
    const tickets = table('tickets', Object.fromEntries(Array.from({ length: 35 }, (_, at) => [`c${at}`, at === 0 ? t.integer().notNull() : t.text()])))
    const physical = physicalTable(resolveDefinition(tickets, { key: ['c0'], housekeeping: { validFrom: 'effective_start_date', validTo: 'effective_end_date', isCurrent: 'is_current', createdAt: 'created_at', updatedAt: 'updated_at', recordHash: 'record_hash' } }))
    expect(physical.columns.slice(35).map((column) => column.name)).toEqual(['effective_start_date', 'effective_end_date', 'is_current', 'created_at', 'updated_at', 'record_hash'])
  })

  it('keeps the plain indexes and the checks of the table, and lets a primary key that is the key go', () => {
    const sites = table('dim_site', { id: t.integer().notNull(), area: t.integer() }, { primaryKey: ['id'], indexes: [{ columns: ['area'] }], checks: { area_positive: (c) => sql`${c.area} > 0` } })
    const physical = physicalTable(dimensionDefinition(sites, { key: ['id'], housekeeping: {} }))
    expect(physical.primaryKey).toEqual(['id', 'valid_from'])
    expect(physical.indexes.map((index) => index.name)).toEqual(['dim_site_area_idx', 'dim_site_current_key'])
    expect(physical.checks.map((check) => check.name)).toEqual(['dim_site_area_positive', 'dim_site_interval'])
  })

  it('comes from a table of drizzle too', () => {
    const sites = pg.pgTable('dim_site', { siteId: pg.integer('site_id').notNull(), name: pg.text() })
    const physical = physicalTable(dimensionDefinition(sites, { key: ['siteId'], openEnd: '9999-12-31', housekeeping: {} }))
    expect(physical.columns.map((column) => [column.name, column.notNull])).toEqual([['site_id', true], ['name', false], ['valid_from', true], ['valid_to', true]])
  })
})
