import type { TracktikShift } from '@varve/connectors'
import { Decimal } from '@varve/core'
import { billingPeriodOf } from '../calendar/billing-period.js'
import type { Place } from '../organisation.js'
import { localDate } from './local-date.js'

/** A row of the fact as it is staged: without what the load fills in. */
export type ShiftRow = ReturnType<typeof shiftRow>

/** The row of a shift at its place. Its period is NULL where its date lies in none. */
export function shiftRow(shift: TracktikShift, place: Place) {
  const { summary } = shift
  const timeZone = place.timeZone ?? shift.timeZone
  const shiftDate = dateOf(shift, timeZone)
  return {
    billingPeriodId: billingPeriodOf(shiftDate)?.periodId ?? null,
    shiftId: shift.id,
    employeeId: shift.employee,
    positionId: shift.position,
    siteId: place.siteId,
    clientId: place.clientId,
    shiftDate,
    startDatetime: shift.startsOn,
    endDatetime: shift.endsOn,
    timeZone,
    scheduledHours: hundredths(shift.plannedDurationHours),
    clockedHours: hundredths(shift.clockedHours),
    // Of what was approved nothing is known before it is: it is not what was planned.
    approvedHours: hundredths(shift.approvedHours),
    billableHours: hundredths(shift.billableHours ?? summary?.billableHours),
    payableHours: hundredths(shift.payableHours ?? summary?.payableHours),
    billRateRegular: hundredths(summary?.billBaseRateActual ?? shift.billRate),
    billOvertimeHours: hundredths(summary?.billOvertimeHours ?? shift.overtimeHours),
    billTotalSource: hundredths(summary?.billTotal),
    status: shift.status,
    attendanceStatus: shift.attendanceStatus,
    approvedBy: shift.approvedBy,
    approvedAt: shift.approvedOn,
    modifiedOn: shift.modifiedOn,
    rawData: shift.raw,
  }
}

/** The day on which it begins by the clocks of the site; where its zone is none, by the offset that the source wrote. */
function dateOf({ startsOn, startDateTime }: TracktikShift, timeZone: string | null): string {
  return (timeZone === null ? undefined : localDate(startsOn, timeZone)) ?? startDateTime.slice(0, 10)
}

const isShort = /^-?\d+(?:\.\d{1,2})?$/

/** Sources compute with floats, so 8.619999999 is 8.62: two places are kept, and `raw_data` has every digit. */
function hundredths(decimal: string | null | undefined): string | null {
  if (decimal === null || decimal === undefined) return null
  return isShort.test(decimal) ? decimal : new Decimal(decimal).toFixed(2)
}
