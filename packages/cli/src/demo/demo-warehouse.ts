import type { Engine } from '@varve/core'
import { sql } from 'drizzle-orm'

/** What the demo shows of the warehouse. */
export interface DemoWarehouse {
  readonly tables: readonly { readonly table: string; readonly rows: number; readonly current: number | null }[]
  /** An employee of whom there is something to tell. */
  readonly timeline: readonly { readonly employee: string; readonly from: string; readonly to: string | null; readonly status: string; readonly region: string; readonly jobTitle: string }[]
  readonly periods: readonly { readonly period: string; readonly from: string; readonly to: string; readonly shifts: number; readonly billableHours: string; readonly billTotal: string }[]
  readonly findings: readonly { readonly type: string; readonly severity: string; readonly open: number; readonly example: string }[]
  /** What the source counted against what is stored. */
  readonly reconciliation: { readonly periods: number; readonly apiCount: number; readonly storedCount: number }
}

const dimensions = ['dim_regions', 'dim_clients', 'dim_sites', 'dim_positions', 'dim_employees']

/** Reads it. */
export async function readDemoWarehouse(engine: Engine): Promise<DemoWarehouse> {
  const count = async (table: string, where = sql`true`) => Number((await engine.query<{ rows: bigint }>(sql`select count(*) as rows from ${sql.identifier('tracktik')}.${sql.identifier(table)} where ${where}`)).rows[0]?.rows)
  const tables: { table: string; rows: number; current: number | null }[] = []
  for (const table of dimensions) tables.push({ table: `tracktik.${table}`, rows: await count(table), current: await count(table, sql`is_current`) })
  for (const table of ['fact_shifts', 'billing_periods']) tables.push({ table: `tracktik.${table}`, rows: await count(table), current: null })
  const timeline = await engine.query<DemoWarehouse['timeline'][number]>(sql`
    select concat_ws(' ', first_name, last_name) as employee, cast(valid_from as date) as "from", cast(valid_to as date) as "to", status, region_name as region, job_title as "jobTitle"
      from tracktik.dim_employees where employee_id = (select employee_id from tracktik.dim_employees group by employee_id order by count(*) desc, max(case status when 'TERMINATED' then 1 else 0 end) desc, employee_id fetch first 1 row only)
     order by valid_from`)
  const periods = await engine.query<{ period: string; from: string; to: string; shifts: bigint; hours: string; total: string }>(sql`
    select m.billing_period_id as period, p.start_date as "from", p.end_date as "to", sum(m.shifts) as shifts, coalesce(sum(m.billable_hours), 0) as hours, coalesce(sum(m.bill_total), 0) as total
      from tracktik.mv_period_summary m join tracktik.billing_periods p on p.period_id = m.billing_period_id group by 1, 2, 3 order by 2`)
  const findings = await engine.query<{ type: string; severity: string; open: bigint; example: string }>(sql`
    select issue_type as type, severity, count(*) as open, min(issue_description) as example from tracktik.data_quality_issues where resolved_at is null group by 1, 2 order by 3 desc`)
  const reconciliation = await engine.query<{ periods: bigint; api: bigint; stored: bigint }>(sql`select count(*) as periods, sum(api_count) as api, sum(stored_count) as stored from tracktik.v_period_reconciliation`)
  const [sums] = reconciliation.rows
  return {
    tables,
    timeline: timeline.rows,
    periods: periods.rows.map(({ shifts, hours, total, ...period }) => ({ ...period, shifts: Number(shifts), billableHours: hours, billTotal: total })),
    findings: findings.rows.map(({ open, ...finding }) => ({ ...finding, open: Number(open) })),
    reconciliation: { periods: Number(sums?.periods), apiCount: Number(sums?.api), storedCount: Number(sums?.stored) },
  }
}
