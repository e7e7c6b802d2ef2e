import { sql } from 'drizzle-orm'
import type { TracktikClient } from '@varve/connectors'
import type { LoadContext } from '@varve/core'
import { addDays, billingPeriodById, billingPeriodsBetween } from '../calendar/billing-period.js'
import type { ShiftFact } from '../shift/fact-shifts.js'
import type { Issue } from './issue.js'

/** How many shifts the source counts in a period. */
export interface PeriodCount {
  readonly periodId: string
  readonly from: string
  readonly to: string
  readonly apiCount: number
  readonly storedCount?: number
}

/** Asks the source how many shifts begin in each period, by its first and last midnight in UTC: it counts by instants and knows no sites. */
export async function countPeriods(client: TracktikClient, periodIds: readonly string[]): Promise<PeriodCount[]> {
  const counts: PeriodCount[] = []
  for (const periodId of periodIds) {
    const period = billingPeriodById(periodId)
    if (!period) continue
    const span = { from: `${period.startDate}T00:00:00Z`, to: `${addDays(period.endDate, 1)}T00:00:00Z` }
    counts.push({ periodId, ...span, apiCount: await client.countShifts(span) })
  }
  return counts
}

/** Keeps the counts, for the reconciliation. */
export async function recordCounts({ transaction }: Pick<LoadContext, 'transaction'>, counts: readonly PeriodCount[]): Promise<void> {
  for (const { periodId, apiCount } of counts) {
    const { rowCount } = await transaction.query(sql`update tracktik.period_counts set api_count = ${apiCount}, counted_at = clock_timestamp() where period_id = ${periodId}`)
    if (rowCount === 0) await transaction.query(sql`insert into tracktik.period_counts (period_id, api_count, counted_at) values (${periodId}, ${apiCount}, clock_timestamp())`)
  }
}

/** Periods without a partition, and those in which the source counts other shifts than are stored. */
export async function periodIssues({ transaction }: Pick<LoadContext, 'transaction'>, fact: ShiftFact, counts: readonly PeriodCount[], now: string): Promise<Issue[]> {
  const parts = new Set((await fact.partitions(transaction)).flatMap(({ bound }) => (bound.kind === 'list' ? bound.values : [])))
  const known = [...parts].flatMap((id) => billingPeriodById(id ?? '') ?? []).map(({ startDate }) => startDate).toSorted()
  const [first] = known
  const missing = first === undefined ? [] : billingPeriodsBetween(first, now.slice(0, 10)).filter(({ periodId }) => !parts.has(periodId))
  const table = 'tracktik.fact_shifts'
  const issues: Issue[] = missing.map(({ periodId, startDate, endDate }) => ({ type: 'PERIOD_WITHOUT_PARTITION', severity: 'warn', table, recordId: periodId, message: `Period ${periodId} has no partition, and none of its shifts is stored. Read it: varve run tracktik --period ${periodId}`, data: { start_date: startDate, end_date: endDate } }))
  for (const { periodId, from, to, apiCount } of counts) {
    const { rows } = await transaction.query<{ shifts: bigint }>(sql`select count(*) as shifts from tracktik.fact_shifts where start_datetime >= ${from} and start_datetime < ${to}`)
    const stored = Number(rows[0]?.shifts)
    if (stored !== apiCount) issues.push({ type: 'PERIOD_COUNT_MISMATCH', severity: 'warn', table, recordId: periodId, message: `In period ${periodId} the source counts ${apiCount} shifts, and ${stored} are stored. Where this lasts, read the period whole: varve run tracktik --period ${periodId}`, data: { api_count: apiCount, stored_count: stored } })
  }
  return issues
}
