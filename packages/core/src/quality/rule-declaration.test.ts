import { sql } from 'drizzle-orm'
import { describe, expect, it } from 'vitest'
import { VarveError } from '../error/varve-error.js'
import { t } from '../table/column.js'
import { table } from '../table/table.js'
import { acceptedValues } from './accepted-values.js'
import { assertNames } from './check-name.js'
import { customSql } from './custom-sql.js'
import { durationMs, durationText } from './duration.js'
import { freshness } from './freshness.js'
import { notNull } from './not-null.js'
import { range } from './range.js'
import { relationship } from './relationship.js'
import { rowCountChange } from './row-count-change.js'
import { unique } from './unique.js'

const orders = table('shop.orders', {
  orderId: t.integer().notNull(),
  status: t.text(10),
  total: t.decimal(6, 2),
  placedAt: t.timestamp(),
  opensAt: t.time(),
  details: t.json(),
  customerRef: t.uuid(),
})

const untyped = (name: string) => name as 'status' // as a program without types would

describe('a declared rule', () => {
  it('is refused with its reason when it could never be right', () => {
    const refusal = (declare: () => unknown) => {
      try {
        declare()
      } catch (error) {
        if (error instanceof VarveError && error.code === 'V1009') return error.message.replace('[V1009] ', '')
        throw error
      }
      return 'accepted'
    }
    expect(refusal(() => notNull(orders, untyped('state')))).toBe('The rule "not null" of shop.orders: there is no column "state". Its columns are orderId, status, total, placedAt, opensAt, details, customerRef.')
    expect(refusal(() => notNull(orders, 'status', { name: ' ' }))).toContain('a check has no name')
    expect(refusal(() => unique(orders, []))).toContain('names no column')
    expect(refusal(() => unique(orders, ['status', 'status']))).toContain('names a column twice')
    expect(refusal(() => unique(orders, ['details']))).toContain('column "details" is json. Allowed are columns of integer')
    expect(refusal(() => acceptedValues(orders, 'status', []))).toContain('lists no value')
    expect(refusal(() => acceptedValues(orders, 'status', ['a value far too long']))).toBe('The rule "accepted values" of shop.orders: "a value far too long" is longer than 10 characters, and column "status" is text(10). Give a value that the column can hold.')
    expect(refusal(() => acceptedValues(orders, 'orderId', [1.5]))).toContain('1.5 is not a whole number')
    expect(refusal(() => range(orders, 'total', {}))).toContain('has no bounds')
    expect(refusal(() => range(orders, 'total', { min: '10', max: '9.99' }))).toContain('runs from 10.00 to 9.99')
    expect(refusal(() => range(orders, 'total', { min: '9.99', max: '9.99' }))).toBe('accepted')
    expect(refusal(() => range(orders, 'placedAt', { min: '2025-01-02', max: '2025-01-01' }))).toContain('Swap the bounds')
    expect(refusal(() => range(orders, 'opensAt', { min: '10:00', max: '09:59:59' }))).toContain('Swap the bounds')
    expect(refusal(() => range(orders, 'opensAt', { min: '09:00', max: '10:00' }))).toBe('accepted')
    expect(refusal(() => range(orders, 'total', { max: '10000' }))).toContain('decimal(6,2)')
    expect(refusal(() => range(orders, 'status', { max: 'z' }))).toContain('column "status" is text(10)')
    expect(refusal(() => relationship(orders, ['orderId', 'status'], orders, 'orderId'))).toContain('compares 2 columns with 1')
    expect(refusal(() => relationship(orders, 'status', orders, 'orderId'))).toContain('compares "status" (text) with "order_id" (integer)')
    expect(refusal(() => relationship(orders, 'orderId', orders, 'total'))).toBe('accepted')
    expect(refusal(() => freshness(orders, 'opensAt', { within: { hours: 1 } }))).toContain('Allowed are columns of timestamp, date')
    expect(refusal(() => freshness(orders, 'placedAt', { within: {} }))).toContain('0 days, 0 hours and 0 minutes is none')
    expect(refusal(() => freshness(orders, 'placedAt', { within: { hours: -1, days: 1 } }))).toContain('-1 hours')
    expect(refusal(() => rowCountChange(orders, { atMost: {} }))).toContain('any share up and any share down')
    expect(refusal(() => rowCountChange(orders, { atMost: -0.1 }))).toContain('-0.1 up and -0.1 down')
    expect(refusal(() => customSql('x'.repeat(201), sql`select 1`))).toContain('longer than 200 characters')
  })

  it('has a name that the ledger can hold, and that differs where columns do', () => {
    const wide = table('a_schema_of_quite_some_length.a_table_of_some_length', Object.fromEntries(['a', 'b', 'c', 'd'].map((letter) => [letter.repeat(60), t.integer()])))
    const all = ['a', 'b', 'c', 'd'].map((letter) => letter.repeat(60))
    const long = unique(wide, all).name
    expect(long).toHaveLength(200)
    expect(unique(wide, ['d', 'c', 'b', 'a'].map((letter) => letter.repeat(60))).name).not.toBe(long)
    expect(unique(wide, all.slice(0, 1)).name).toBe(`a_schema_of_quite_some_length.a_table_of_some_length.${'a'.repeat(60)} unique`)
    expect(() => assertNames([{ name: 'a' }, { name: 'a' }, { name: 'b' }, { name: 'b' }, { name: 'a' }, { name: 'nul\0' }])).toThrow(/two checks are called "a".*two checks are called "b".*the name "nul\\u0000"/)
  })
})

describe('a duration', () => {
  it('adds up, and is said in the largest unit of which there are two', () => {
    expect(durationMs({ days: 1, hours: 2, minutes: 3 })).toBe(93_780_000)
    expect([1, 90, 119, 120, 150, 47 * 60, 48 * 60, 60 * 60].map((minutes) => durationText(minutes * 60_000))).toEqual(['1 minute', '90 minutes', '119 minutes', '2 hours', '2.5 hours', '47 hours', '2 days', '2.5 days'])
  })
})
