import { hour } from '../../time/micros.js'
import type { ShiftRecord } from './tracktik-records.js'

/** Hours in hundredths and money in cents, as they follow from a shift: whole numbers, so nothing is rounded twice. */
export interface ShiftFigures {
  readonly planned: number
  readonly billable: number
  readonly payable: number
  readonly overtime: number
  readonly billRateCents: number
  /** NULL where nothing is billed. */
  readonly effectiveRateCents: number | null
  readonly overtimeImpactCents: number
  readonly billTotalCents: number
}

const fullDay = 800

/**
 * Billed is what was approved, less the break; until then what is planned. Beyond eight hours the rate is half as much again. Nothing is billed or
 * paid for a shift that was cancelled, missed, or nobody's.
 */
export function shiftFigures(shift: ShiftRecord): ShiftFigures {
  const planned = Math.round(((shift.endsAt - shift.startsAt) / hour) * 100)
  const counts = shift.status === 'ACTIVE' && shift.employee !== null && shift.attendanceStatus !== 'MISSED'
  const payable = counts ? Math.max(0, (shift.approved ?? planned) - Math.round((shift.breakInMinutes / 60) * 100)) : 0
  const billable = shift.billable ? payable : 0
  const overtime = Math.max(0, billable - fullDay)
  // In twentieths of a thousandth: hours × rate has four decimals, half of it one more.
  const impact = overtime * shift.billRateCents
  const total = 2 * billable * shift.billRateCents + impact
  return {
    planned,
    billable,
    payable,
    overtime,
    billRateCents: shift.billRateCents,
    effectiveRateCents: billable === 0 ? null : half(total, 2 * billable),
    overtimeImpactCents: half(impact, 200),
    billTotalCents: half(total, 200),
  }
}

/** Divides, and rounds half up. */
function half(dividend: number, divisor: number): number {
  return Math.floor((2 * dividend + divisor) / (2 * divisor))
}

/** Hundredths as a decimal with two places. */
export function twoPlaces(hundredths: number): string {
  const digits = String(Math.abs(hundredths)).padStart(3, '0')
  return `${hundredths < 0 ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`
}
