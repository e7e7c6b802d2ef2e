import { sql } from 'drizzle-orm'
import type { LoadContext, Session, StagedRows } from '@varve/core'
import { registerIssues } from '../../../issue/issue-register.js'
import { addDays, billingPeriodById, billingPeriodsBetween } from '../calendar/billing-period.js'
import type { Issue } from './issue.js'
import { findShiftIssues, shiftIssueTypes } from './shift-issues.js'

const schema = 'tracktik'

/** The periods that shifts lie in which were read with another one: what they leave is looked at, too. */
export async function periodsLeft(session: Session, staged: readonly StagedRows[]): Promise<string[]> {
  const left: string[] = []
  for (const { table } of staged) {
    const { rows } = await session.query<{ id: string }>(sql`
      select distinct f.billing_period_id as id from ${sql.identifier(table.schema ?? '')}.${sql.identifier(table.name)} s
        join tracktik.fact_shifts f on f.shift_id = s.shift_id and f.billing_period_id <> s.billing_period_id`)
    left.push(...rows.map(({ id }) => id))
  }
  return left
}

/** Registers what was found while reading, and what is found in the shifts of the periods that were touched. */
export async function registerTracktikIssues(context: LoadContext, { found, periods, counted }: { readonly found: readonly Issue[]; readonly periods: readonly string[]; readonly counted: readonly string[] }): Promise<void> {
  const { transaction } = context
  await endQuarantine(context)
  // A shift at the end of a period can overlap one of the next, which is where that is found.
  const scope = [...new Set([...periods.flatMap(withNext), ...(await periodsOfOpen(transaction))])]
  const list = (ids: readonly string[]) => sql.join((ids.length > 0 ? ids : ['']).map((id) => sql`${id}`), sql`, `)
  await registerIssues(context, await findShiftIssues(transaction, scope), {
    in: schema,
    types: shiftIssueTypes,
    // It lies in a period that was not looked at.
    unless: sql`exists (select 1 from tracktik.fact_shifts f where f.shift_id = cast(split_part(i.record_id, '/', case i.check_name when 'OVERLAPPING_SHIFTS' then 2 else 1 end) as bigint) and f.billing_period_id not in (${list(scope)}))`,
  })
  const of = (...types: readonly Issue['type'][]) => found.filter(({ type }) => types.includes(type))
  await registerIssues(context, of('PERIOD_WITHOUT_PARTITION'), { in: schema, types: ['PERIOD_WITHOUT_PARTITION'] })
  await registerIssues(context, of('PERIOD_COUNT_MISMATCH'), { in: schema, types: ['PERIOD_COUNT_MISMATCH'], unless: sql`i.record_id not in (${list(counted)})` })
  await registerIssues(context, of('NO_BILLING_PERIOD', 'INVALID_ROW'), {
    in: schema,
    types: ['NO_BILLING_PERIOD', 'INVALID_ROW'],
    // A shift that was left out is over when it has been written since; dimensions are read whole, so what is no longer found there is over.
    unless: sql`i.table_name = 'tracktik.fact_shifts' and not exists (select 1 from tracktik.fact_shifts f where f.shift_id = cast(i.record_id as bigint) and f.updated_at > i.found_at)`,
  })
}

function withNext(periodId: string): readonly string[] {
  const period = billingPeriodById(periodId)
  return period ? billingPeriodsBetween(period.startDate, addDays(period.endDate, 1)).map((one) => one.periodId) : [periodId]
}

/** Dimensions are read again in every run, so of rows that were set aside there only those of this batch are. */
async function endQuarantine({ transaction, batchId }: LoadContext): Promise<void> {
  await transaction.query(sql`update varve.data_quality_issues set resolved_at = clock_timestamp() where resolved_at is null and check_name = 'quarantine' and table_name like 'tracktik.dim\\_%' and batch_id <> ${batchId}`)
}

/** Whether a member is known can change without its shift. */
async function periodsOfOpen(session: Session): Promise<string[]> {
  const { rows } = await session.query<{ id: string }>(sql`
    select distinct f.billing_period_id as id from varve.data_quality_issues i
      join tracktik.fact_shifts f on f.shift_id = cast(split_part(cast(i.raw as json) ->> 'record_id', '/', 1) as bigint)
     where i.resolved_at is null and i.check_name = 'MISSING_DIMENSION' and i.table_name = 'tracktik.fact_shifts'`)
  return rows.map(({ id }) => id)
}
