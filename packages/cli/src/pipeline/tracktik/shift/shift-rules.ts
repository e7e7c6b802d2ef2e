import { calculators, Decimal } from '@varve/core'
import { shiftTable } from './shift-table.js'

/** What an hour of overtime is billed, measured by the regular rate. */
export const overtimeMultiplier = new Decimal('1.5')

interface Billed {
  readonly billableHours: Decimal | null
  readonly billOvertimeHours: Decimal | null
  readonly billRateRegular: Decimal | null
}

/** What overtime costs on top of the regular rate; nothing where there is none, or nobody says so. */
function premium({ billOvertimeHours, billRateRegular }: Billed): Decimal | null {
  if (!billRateRegular) return null
  return (billOvertimeHours ?? new Decimal(0)).times(billRateRegular).times(overtimeMultiplier.minus(1))
}

function total(shift: Billed): Decimal | null {
  const extra = premium(shift)
  return shift.billableHours && shift.billRateRegular && extra ? shift.billableHours.times(shift.billRateRegular).plus(extra) : null
}

/**
 * The business rules of a shift, all of them. Each is exact up to its end, and rounded there once, to cents, halves away from zero.
 *
 * **Details**
 *
 * - `bill_overtime_impact` = overtime hours × (overtime rate − regular rate)
 * - `bill_total` = billable hours × regular rate + overtime impact
 * - `bill_rate_effective` = bill total ÷ billable hours, and NULL where no hour is billed
 *
 * @example
 * ```ts
 * shiftRules.of({ billableHours: '10.00', billOvertimeHours: '2.00', billRateRegular: '30.00' })
 * // { billOvertimeImpact: '30.00', billTotal: '330.00', billRateEffective: '33.00' }
 * ```
 */
export const shiftRules = calculators(shiftTable, {
  billOvertimeImpact: premium,
  billTotal: total,
  billRateEffective: (shift) => (shift.billableHours && !shift.billableHours.isZero() ? (total(shift)?.dividedBy(shift.billableHours) ?? null) : null),
})
