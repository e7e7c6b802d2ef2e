import type { RawRow } from '@varve/connectors'
import { t, table } from '@varve/core'

const hours = () => t.decimal(10, 2)
const money = () => t.decimal(10, 2)

/** One row a shift, cancelled and vacant ones included. */
export const shiftTable = table('tracktik.fact_shifts', {
  billingPeriodId: t.text(10).notNull(),
  shiftId: t.bigint().notNull(),
  employeeId: t.integer(),
  positionId: t.integer(),
  siteId: t.integer(),
  clientId: t.integer(),
  employeeKey: t.bigint(),
  positionKey: t.bigint(),
  siteKey: t.bigint(),
  clientKey: t.bigint(),
  shiftDate: t.date().notNull(),
  startDatetime: t.timestamp().notNull(),
  endDatetime: t.timestamp().notNull(),
  timeZone: t.text(50),
  scheduledHours: hours(),
  clockedHours: hours(),
  approvedHours: hours(),
  billableHours: hours(),
  payableHours: hours(),
  billRateRegular: money(),
  billRateEffective: money(),
  billOvertimeHours: hours(),
  billOvertimeImpact: money(),
  billTotal: money(),
  /** What the source's own summary says. */
  billTotalSource: money(),
  status: t.text(20),
  attendanceStatus: t.text(30),
  approvedBy: t.integer(),
  approvedAt: t.timestamp(),
  modifiedOn: t.timestamp().notNull(),
  rawData: t.json<RawRow>(),
  createdAt: t.timestamp(),
  updatedAt: t.timestamp(),
  etlBatchId: t.uuid(),
}, {
  primaryKey: ['billingPeriodId', 'shiftId'],
  partitionBy: { list: 'billingPeriodId' },
  indexes: [{ columns: ['employeeId', 'startDatetime'] }, { columns: ['startDatetime'] }],
})
