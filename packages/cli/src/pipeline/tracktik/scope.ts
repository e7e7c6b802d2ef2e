import { addDays, billingPeriodById, billingPeriodOf, billingPeriodsBetween, type BillingPeriod } from './calendar/billing-period.js'
import type { TracktikChoices } from './tracktik-choices.js'

/** Which shifts a batch reads. */
export interface Scope {
  /** In words, for the ledger and the log. */
  readonly what: 'first load' | 'full' | 'incremental' | 'period' | 'days'
  /** Periods that are read whole: shifts that are stored and gone from the source go. */
  readonly whole: readonly BillingPeriod[]
  /** Days that are read, and whose shifts may also lie in periods that are not read whole. */
  readonly days?: { readonly from: string; readonly to: string }
  /** Shifts of any period that were changed since then are read as well. */
  readonly modifiedSince?: string
  /** Whether the next run can go on from here. */
  readonly movesWatermark: boolean
}

/** How many periods before the current one a first load begins, if nothing is said. */
const periodsBefore = 26

/** What is read, from what was chosen, what time it is in the source, and how far the last run came. */
export function scopeOf(choices: Pick<TracktikChoices, 'period' | 'from' | 'to' | 'full' | 'historyFrom'>, now: string, watermark: string | undefined): Scope {
  if (choices.period !== undefined) {
    const period = billingPeriodById(choices.period)
    return { what: 'period', whole: period ? [period] : [], movesWatermark: false }
  }
  if (choices.from !== undefined || choices.to !== undefined) {
    const from = choices.from ?? historyStart(choices, now)
    return { what: 'days', whole: [], days: { from, to: choices.to ?? lastDay(now) }, movesWatermark: false }
  }
  // What moves out of what is read while it is read is caught by its change.
  if (choices.full || watermark === undefined) return { what: choices.full ? 'full' : 'first load', whole: billingPeriodsBetween(historyStart(choices, now), lastDay(now)), modifiedSince: now, movesWatermark: true }
  // Periods that were open or not begun when the last run came by were never read to their end.
  return { what: 'incremental', whole: billingPeriodsBetween(earliestDay(watermark < now ? watermark : now), lastDay(now)), modifiedSince: watermark, movesWatermark: true }
}

/** A span of UTC that holds every shift of these days, wherever on earth its site is. */
export function spanOf(from: string, to: string): { readonly from: string; readonly to: string } {
  return { from: `${addDays(from, -1)}T00:00:00Z`, to: `${addDays(to, 2)}T00:00:00Z` }
}

function historyStart({ historyFrom }: Pick<TracktikChoices, 'historyFrom'>, now: string): string {
  return historyFrom ?? addDays(billingPeriodOf(earliestDay(now))?.startDate ?? earliestDay(now), -14 * periodsBefore)
}

/** The day that it is where the day is last to change: a period that has not ended there is open. */
function earliestDay(now: string): string {
  return new Date(Date.parse(now) - 12 * 3_600_000).toISOString().slice(0, 10)
}

/** The end of the period after the current one: what lies further ahead is read when it comes nearer. */
function lastDay(now: string): string {
  const first = new Date(Date.parse(now) + 14 * 3_600_000).toISOString().slice(0, 10)
  return addDays(billingPeriodOf(first)?.endDate ?? first, 14)
}
