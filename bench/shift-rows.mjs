import { t, table } from '@varve/core'

export const periodCount = 26
export const members = 100_000
export const clients = 5_000
export const versionsEach = 5

/** Shifts as a workforce system has them: hours, rates and totals, with the row as it came, cut by billing period. */
export const shifts = table('bench.fact_shift', {
  billingPeriodId: t.text(10).notNull(),
  shiftId: t.bigint().notNull(),
  employeeId: t.integer(),
  clientId: t.integer(),
  employeeKey: t.bigint(),
  clientKey: t.bigint(),
  shiftDate: t.date().notNull(),
  startDatetime: t.timestamp().notNull(),
  endDatetime: t.timestamp().notNull(),
  scheduledHours: t.decimal(10, 2),
  clockedHours: t.decimal(10, 2),
  approvedHours: t.decimal(10, 2),
  billableHours: t.decimal(10, 2),
  payableHours: t.decimal(10, 2),
  billRateRegular: t.decimal(10, 2),
  billOvertimeHours: t.decimal(10, 2),
  billTotal: t.decimal(10, 2),
  status: t.text(20),
  approvedAt: t.timestamp(),
  rawData: t.json(),
  etlBatchId: t.uuid(),
  updatedAt: t.timestamp(),
}, { primaryKey: ['billingPeriodId', 'shiftId'], partitionBy: { list: 'billingPeriodId' } })

/** A dimension of members with versions. */
export const versionsOf = (name, key) => table(`bench.${name}`, {
  surrogateKey: t.bigint().identity(),
  [key]: t.integer().notNull(),
  name: t.text(),
  validFrom: t.timestamp().notNull(),
  validTo: t.timestamp(),
}, { primaryKey: [key, 'validFrom'], indexes: [{ columns: ['surrogateKey'] }] })

export const periods = Array.from({ length: periodCount }, (_, at) => `2025_${String(at + 1).padStart(2, '0')}`)

const day = 86_400_000
const start = Date.UTC(2024, 11, 27)

/** Shift number `i` of so many: in the order of time, as a source hands them out. With `round`, one in twenty is another than it was. */
export function shift(i, count, round = 0) {
  const at = Math.floor((i / count) * periodCount * 14 * day)
  const begin = new Date(start + at - (at % 900_000))
  const hours = 4 + (i % 24) / 4 + (round > 0 && i % 20 === 7 ? round / 4 : 0)
  const employeeId = (i * 7919) % members
  const clientId = (i * 104_729) % clients
  const startDateTime = begin.toISOString()
  const endDateTime = new Date(begin.getTime() + hours * 3_600_000).toISOString()
  return {
    billingPeriodId: periods[Math.floor(at / (14 * day))],
    shiftId: 5_000_000 + i,
    employeeId,
    clientId,
    shiftDate: startDateTime.slice(0, 10),
    startDatetime: startDateTime,
    endDatetime: endDateTime,
    scheduledHours: hours,
    clockedHours: hours,
    approvedHours: hours,
    billableHours: hours,
    payableHours: hours,
    billRateRegular: 31.5,
    billOvertimeHours: 0,
    billTotal: (hours * 31.5).toFixed(2),
    status: 'APPROVED',
    approvedAt: endDateTime,
    rawData: { id: 5_000_000 + i, employee: { id: employeeId }, position: { id: i % 4000, account: { id: clientId } }, startDateTime, endDateTime, plannedDurationHours: hours, status: 'APPROVED', note: i % 3 === 0 ? null : `shift ${i % 997}` },
  }
}

export function* shiftRows(count, round) {
  for (let i = 0; i < count; i++) yield shift(i, count, round)
}
