import { sql } from 'drizzle-orm'
import { integer, pgTable, text } from 'drizzle-orm/pg-core'
import { describe, expectTypeOf, it } from 'vitest'
import { acceptedValues, freshness, notNull, range, relationship, t, table, unique, type DataQualityCheck } from '../src/index.ts'

const orders = table('shop.orders', { orderId: t.integer().notNull(), status: t.text(), total: t.decimal(6, 2), big: t.bigint(), placedAt: t.timestamp() })
const sites = pgTable('sites', { siteId: integer('site_id').primaryKey(), kind: text({ enum: ['office', 'depot'] }) })

describe('the types of rules', () => {
  it('know the columns of a table and the values that each holds', () => {
    notNull(orders, 'status', { where: (c) => c.total })
    unique(orders, ['orderId', 'status'])
    acceptedValues(orders, 'status', ['open'])
    acceptedValues(orders, 'big', [1n])
    acceptedValues(sites, 'kind', ['depot'])
    range(orders, 'total', { min: '0' })
    relationship(orders, 'orderId', sites, 'siteId')
    relationship(orders, ['orderId'], sites, ['siteId'])
    expectTypeOf(freshness(orders, 'placedAt', { within: { hours: 1 }, name: 'fresh' })).toEqualTypeOf<DataQualityCheck>()
  })

  it('refuse what the table does not have', () => {
    expectTypeOf(notNull<typeof orders>).parameter(1).toEqualTypeOf<'orderId' | 'status' | 'total' | 'big' | 'placedAt'>()
    // @ts-expect-error no such column
    notNull(orders, 'state')
    // @ts-expect-error the name in the database is not the property
    unique(orders, ['order_id'])
    // @ts-expect-error no such column in a condition
    notNull(orders, 'status', { where: ({ state }) => sql`${state}` })
    // @ts-expect-error a text column holds texts
    acceptedValues(orders, 'status', [1])
    // @ts-expect-error NULL is no value
    acceptedValues(orders, 'status', [null])
    // @ts-expect-error not one of the texts that the column is typed for
    acceptedValues(sites, 'kind', ['garage'])
    // @ts-expect-error decimals are texts, never floats
    range(orders, 'total', { min: 0.1 })
    // @ts-expect-error a column of the other table
    relationship(orders, 'orderId', sites, 'orderId')
    // @ts-expect-error no such severity
    notNull(orders, 'status', { severity: 'fatal' })
  })
})
