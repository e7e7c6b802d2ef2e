/** A billing period: fourteen days, Friday to Thursday. */
export interface BillingPeriod {
  /** `2025_05` */
  readonly periodId: string
  readonly startDate: string
  /** The last day of it. */
  readonly endDate: string
  readonly fiscalYear: number
  /** From 1, to 26 or 27. */
  readonly periodNumber: number
  readonly quarter: number
}

/** The years that have periods. */
export const firstFiscalYear = 2015
export const lastFiscalYear = 2040

const periodDays = 14
/** A day on which a period is known to begin: 27 December 2024. All others follow from it without a gap. */
const anchor = dayNumber(2024, 12, 27)

/**
 * The billing period of a date, or nothing where the date lies outside of the years that have periods.
 *
 * **Details**
 *
 * Periods are one chain: each begins on the day after the last one ended. A fiscal year begins with the last period that begins on or before 27 December of the year
 * before. Since 26 periods are a day or two shorter than a year, one year in about eleven has a 27th.
 *
 * @example
 * ```ts
 * billingPeriodOf('2025-03-06')?.periodId // '2025_05'
 * billingPeriodOf('2025-12-26')?.periodId // '2026_01'
 * ```
 */
export function billingPeriodOf(date: string): BillingPeriod | undefined {
  const day = dayOf(date)
  const start = startOnOrBefore(day)
  const fiscalYear = start >= yearStart(Number(date.slice(0, 4)) + 1) ? Number(date.slice(0, 4)) + 1 : Number(date.slice(0, 4))
  return fiscalYear < firstFiscalYear || fiscalYear > lastFiscalYear ? undefined : periodFrom(start, fiscalYear)
}

/** Every period of the years that have some, in their order. */
export function billingPeriods(): BillingPeriod[] {
  const periods: BillingPeriod[] = []
  for (let year = firstFiscalYear; year <= lastFiscalYear; year++) {
    for (let start = yearStart(year); start < yearStart(year + 1); start += periodDays) periods.push(periodFrom(start, year))
  }
  return periods
}

/** The period with this id, or nothing where there is none. */
export function billingPeriodById(periodId: string): BillingPeriod | undefined {
  const [, year, number] = /^(\d{4})_(\d{2})$/.exec(periodId) ?? []
  if (year === undefined || number === undefined) return undefined
  const found = billingPeriodOf(dateText(yearStart(Number(year)) + (Number(number) - 1) * periodDays))
  return found?.periodId === periodId ? found : undefined
}

/** The periods from that of one date to that of another, both included. */
export function billingPeriodsBetween(from: string, to: string): BillingPeriod[] {
  const periods: BillingPeriod[] = []
  for (let day = startOnOrBefore(dayOf(from)); day <= dayOf(to); day += periodDays) {
    const period = billingPeriodOf(dateText(day))
    if (period) periods.push(period)
  }
  return periods
}

/** A date, so many days later. */
export function addDays(date: string, days: number): string {
  return dateText(dayOf(date) + days)
}

function periodFrom(start: number, fiscalYear: number): BillingPeriod {
  const periodNumber = (start - yearStart(fiscalYear)) / periodDays + 1
  return {
    periodId: `${fiscalYear}_${String(periodNumber).padStart(2, '0')}`,
    startDate: dateText(start),
    endDate: dateText(start + periodDays - 1),
    fiscalYear,
    periodNumber,
    // A 27th period belongs to the last quarter.
    quarter: Math.min(4, Math.ceil(periodNumber / 6.5)),
  }
}

function yearStart(fiscalYear: number): number {
  return startOnOrBefore(dayNumber(fiscalYear - 1, 12, 27))
}

function startOnOrBefore(day: number): number {
  return anchor + Math.floor((day - anchor) / periodDays) * periodDays
}

function dayOf(date: string): number {
  return dayNumber(Number(date.slice(0, 4)), Number(date.slice(5, 7)), Number(date.slice(8, 10)))
}

function dayNumber(year: number, month: number, day: number): number {
  return Date.UTC(year, month - 1, day) / 86_400_000
}

function dateText(day: number): string {
  return new Date(day * 86_400_000).toISOString().slice(0, 10)
}
