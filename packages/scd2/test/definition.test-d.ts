import * as pg from 'drizzle-orm/pg-core'
import { describe, expectTypeOf, it } from 'vitest'
import { t, table } from '@varve/core'
import { dimensionDefinition, type VersionRow } from '../src/index.ts'

const customers = table('crm.dim_customer', {
  customerId: t.integer().notNull(),
  region: t.text().notNull(),
  name: t.text(),
  email: t.text(),
  tier: t.text(),
  seenOn: t.date().notNull(),
  updatedAt: t.timestamp().notNull(),
  checkedAt: t.timestamp(),
})

describe('a definition', () => {
  it('takes columns in one role each', () => {
    expectTypeOf(dimensionDefinition(customers, { key: ['customerId'] })).toBeObject()
    expectTypeOf(dimensionDefinition(customers, { key: ['customerId', 'region'], sequence: 'seenOn', deletes: 'close' })).toBeObject()
    expectTypeOf(dimensionDefinition(customers, { key: ['customerId'], sequence: 'updatedAt', overwrite: ['email'], fixed: ['name'], ignore: ['checkedAt'], tracked: ['tier', 'region', 'seenOn'] })).toBeObject()
    expectTypeOf(dimensionDefinition(customers, { key: ['customerId'], sequence: null, openEnd: '9999-12-31', rejects: { maxShare: 0.1 }, conflict: 'replace', overwriteScope: 'member', guards: { handful: 0 } })).toBeObject()
  })

  it('refuses a key that may be NULL, is unknown or is empty', () => {
    // @ts-expect-error name may be NULL
    expectTypeOf(dimensionDefinition(customers, { key: ['name'] })).toBeObject()
    // @ts-expect-error no such column
    expectTypeOf(dimensionDefinition(customers, { key: ['customerid'] })).toBeObject()
    // @ts-expect-error no column
    expectTypeOf(dimensionDefinition(customers, { key: [] })).toBeObject()
  })

  it('refuses a sequence that may be NULL, is no instant, or is in the key', () => {
    // @ts-expect-error checkedAt may be NULL
    expectTypeOf(dimensionDefinition(customers, { key: ['customerId'], sequence: 'checkedAt' })).toBeObject()
    // @ts-expect-error region is text
    expectTypeOf(dimensionDefinition(customers, { key: ['customerId'], sequence: 'region' })).toBeObject()
    // @ts-expect-error in the key already
    expectTypeOf(dimensionDefinition(customers, { key: ['customerId', 'updatedAt'], sequence: 'updatedAt' })).toBeObject()
  })

  it('refuses a column with two roles', () => {
    // @ts-expect-error tracked and overwritten
    expectTypeOf(dimensionDefinition(customers, { key: ['customerId'], overwrite: ['email'], tracked: ['email', 'name'] })).toBeObject()
    // @ts-expect-error key and overwritten
    expectTypeOf(dimensionDefinition(customers, { key: ['customerId'], overwrite: ['customerId'] })).toBeObject()
    // @ts-expect-error sequence and ignored
    expectTypeOf(dimensionDefinition(customers, { key: ['customerId'], sequence: 'updatedAt', ignore: ['updatedAt'] })).toBeObject()
    // @ts-expect-error overwritten and fixed
    expectTypeOf(dimensionDefinition(customers, { key: ['customerId'], overwrite: ['email'], fixed: ['email'] })).toBeObject()
  })

  it('refuses names that do not exist', () => {
    // @ts-expect-error no such column
    expectTypeOf(dimensionDefinition(customers, { key: ['customerId'], overwrite: ['mail'] })).toBeObject()
    // @ts-expect-error no such part
    expectTypeOf(dimensionDefinition(customers, { key: ['customerId'], housekeeping: { valid_from: 'from' } })).toBeObject()
    // @ts-expect-error no such choice
    expectTypeOf(dimensionDefinition(customers, { key: ['customerId'], deletes: 'remove' })).toBeObject()
  })

  it('infers a version from the table and the housekeeping that is named', () => {
    const named = dimensionDefinition(customers, { key: ['customerId'], housekeeping: { surrogateKey: 'customer_sk', isCurrent: 'current_flag' } })
    type Named = VersionRow<typeof named>
    expectTypeOf<Named['customerId']>().toEqualTypeOf<number>()
    expectTypeOf<Named['name']>().toEqualTypeOf<string | null>()
    expectTypeOf<Named['surrogateKey']>().toEqualTypeOf<bigint>()
    expectTypeOf<Named['validFrom']>().toEqualTypeOf<string>()
    expectTypeOf<Named['validTo']>().toEqualTypeOf<string | null>()
    expectTypeOf<Named['isCurrent']>().toEqualTypeOf<boolean>()
    expectTypeOf<'openedBy' extends keyof Named ? true : false>().toEqualTypeOf<false>()
    const plain = dimensionDefinition(customers, { key: ['customerId'] })
    expectTypeOf<VersionRow<typeof plain>['openedBy']>().toEqualTypeOf<string>()
    expectTypeOf<'recordHash' extends keyof VersionRow<typeof plain> ? true : false>().toEqualTypeOf<false>()
  })

  it('takes a table of drizzle', () => {
    const sites = pg.pgTable('dim_site', { siteId: pg.integer().notNull(), name: pg.text(), changed: pg.timestamp({ withTimezone: true, mode: 'string', precision: 6 }).notNull() })
    const definition = dimensionDefinition(sites, { key: ['siteId'], sequence: 'changed' })
    expectTypeOf<VersionRow<typeof definition>['siteId']>().toEqualTypeOf<number>()
    // @ts-expect-error name may be NULL
    expectTypeOf(dimensionDefinition(sites, { key: ['name'] })).toBeObject()
  })
})
