import { sql } from 'drizzle-orm'
import { t, table } from '@varve/core'
import { billingPeriods } from './billing-period.js'

/** The billing periods, for whoever queries the warehouse. */
export const billingPeriodsTable = table('tracktik.billing_periods', {
  periodId: t.text(10).notNull(),
  startDate: t.date().notNull(),
  endDate: t.date().notNull(),
  fiscalYear: t.integer().notNull(),
  periodNumber: t.integer().notNull(),
  quarter: t.integer().notNull(),
  daysInPeriod: t.integer().notNull(),
}, {
  primaryKey: ['periodId'],
  unique: [{ columns: ['fiscalYear', 'periodNumber'] }],
  indexes: [{ columns: ['startDate'] }],
  checks: {
    ends_after_start: (c) => sql`${c.endDate} > ${c.startDate}`,
    number_in_year: (c) => sql`${c.periodNumber} between 1 and 27`,
    days: (c) => sql`${c.daysInPeriod} = ${c.endDate} - ${c.startDate} + 1`,
  },
})

/** The rows of that table. */
export function billingPeriodRows() {
  return billingPeriods().map((period) => ({ ...period, daysInPeriod: 14 }))
}
