import { sql, type SQL } from 'drizzle-orm'
import type { Session } from '@varve/core'
import { addDays, billingPeriodById, billingPeriodsBetween } from '../calendar/billing-period.js'
import type { Issue, IssueType } from './issue.js'

interface ShiftCheck {
  readonly type: IssueType
  readonly severity: Issue['severity']
  /** Answers record_id, message and data of whatever offends. `near` are the periods of `scope` and what lies beside them, for another shift `e`. */
  readonly query: (scope: SQL, near: SQL) => SQL
}

const inferred = (dimension: string) => sql`(select surrogate_key from varve.inferred_members where dimension = ${dimension})`
const allHours = sql`f.scheduled_hours, f.clocked_hours, f.approved_hours, f.billable_hours, f.payable_hours`
const hours = sql`(values ('scheduled', f.scheduled_hours), ('clocked', f.clocked_hours), ('approved', f.approved_hours), ('billable', f.billable_hours), ('payable', f.payable_hours))`

/** What is looked for in the shifts of some periods. */
const shiftChecks: readonly ShiftCheck[] = [
  {
    type: 'VACANT_SHIFT',
    severity: 'info',
    query: (scope) => sql`
      select f.shift_id::text as record_id, 'Nobody is assigned to it.' as message, jsonb_build_object('shift_date', f.shift_date, 'position_id', f.position_id) as data
        from tracktik.fact_shifts f where ${scope} and f.employee_id is null and f.status = 'ACTIVE'`,
  },
  {
    type: 'MISSING_DIMENSION',
    severity: 'warn',
    query: (scope) => sql`
      select concat(f.shift_id, '/', d.name) as record_id,
             case when d.id is null then concat('Its ', d.name, ' is not told, or not found.') else concat('Its ', d.name, ', ', d.id, ', is not in the dimension.') end as message,
             jsonb_build_object('shift_date', f.shift_date, d.name, d.id) as data
        from tracktik.fact_shifts f
       cross join lateral (values ('employee', f.employee_id, f.employee_key), ('position', f.position_id, f.position_key), ('site', f.site_id, f.site_key), ('client', f.client_id, f.client_key)) d (name, id, key)
        left join varve.inferred_members i on i.dimension = concat('tracktik.dim_', d.name, 's') and i.surrogate_key = d.key
       where ${scope}
         and (f.position_id is null or f.client_id is null or (f.employee_key is null and f.employee_id is not null) or f.position_key is null or (f.site_key is null and f.site_id is not null) or f.client_key is null
              or f.employee_key in ${inferred('tracktik.dim_employees')} or f.position_key in ${inferred('tracktik.dim_positions')} or f.site_key in ${inferred('tracktik.dim_sites')} or f.client_key in ${inferred('tracktik.dim_clients')})
         and (i.surrogate_key is not null or (d.id is not null and d.key is null) or (d.id is null and d.name in ('position', 'client')))`,
  },
  {
    type: 'NEGATIVE_HOURS',
    severity: 'error',
    query: (scope) => sql`
      select f.shift_id::text as record_id, concat('It has ', string_agg(concat(h.hours, ' ', h.name, ' hours'), ', '), '.') as message, jsonb_object_agg(h.name, h.hours) as data
        from tracktik.fact_shifts f cross join lateral ${hours} h (name, hours) where ${scope} and least(${allHours}) < 0 and h.hours < 0 group by f.shift_id`,
  },
  {
    type: 'OVERLONG_SHIFT',
    severity: 'warn',
    query: (scope) => sql`
      select f.shift_id::text as record_id, concat('It has ', string_agg(concat(h.hours, ' ', h.name, ' hours'), ', '), '.') as message, jsonb_object_agg(h.name, h.hours) as data
        from tracktik.fact_shifts f cross join lateral ${hours} h (name, hours) where ${scope} and greatest(${allHours}) > 24 and h.hours > 24 group by f.shift_id`,
  },
  {
    type: 'ENDS_BEFORE_START',
    severity: 'error',
    query: (scope) => sql`
      select f.shift_id::text as record_id, concat('It ends at ', f.end_datetime, ', before it begins at ', f.start_datetime, '.') as message, jsonb_build_object('start', f.start_datetime, 'end', f.end_datetime) as data
        from tracktik.fact_shifts f where ${scope} and f.end_datetime < f.start_datetime`,
  },
  {
    type: 'OVERLAPPING_SHIFTS',
    severity: 'warn',
    // The later one is in the scope; the earlier one began less than two days before, or it is overlong. By days, so that an employee's shifts are not all held against each other.
    query: (scope, near) => sql`
      select concat(e.shift_id, '/', f.shift_id) as record_id, concat('Employee ', f.employee_id, ' has shift ', e.shift_id, ' up to ', e.end_datetime, ' and this one from ', f.start_datetime, ' on.') as message,
             jsonb_build_object('employee_id', f.employee_id, 'earlier', e.shift_id, 'later', f.shift_id) as data
        from tracktik.fact_shifts f
       cross join (values (-1), (0), (1), (2), (3)) k (days)
        join tracktik.fact_shifts e on e.employee_id = f.employee_id and e.shift_date = f.shift_date - k.days and e.status = 'ACTIVE'
         and e.start_datetime > f.start_datetime - interval '2 days' and (e.start_datetime, e.shift_id) < (f.start_datetime, f.shift_id) and e.end_datetime > f.start_datetime
       where ${scope} and ${near} and f.status = 'ACTIVE'`,
  },
  {
    type: 'BILL_TOTAL_MISMATCH',
    severity: 'warn',
    query: (scope) => sql`
      select f.shift_id::text as record_id, concat('By the rules it comes to ', f.bill_total, ', by the summary of the source to ', f.bill_total_source, '.') as message,
             jsonb_build_object('bill_total', f.bill_total, 'bill_total_source', f.bill_total_source) as data
        from tracktik.fact_shifts f where ${scope} and abs(f.bill_total - f.bill_total_source) > 0.01`,
  },
]

/** What these checks look for. */
export const shiftIssueTypes: readonly IssueType[] = shiftChecks.map(({ type }) => type)

/** All that is wrong with the shifts of some periods. */
export async function findShiftIssues(session: Session, periodIds: readonly string[]): Promise<Issue[]> {
  if (periodIds.length === 0) return []
  const among = (column: SQL, ids: readonly string[]) => sql`${column} in (${sql.join(ids.map((id) => sql`${id}`), sql`, `)})`
  const scope = among(sql`f.billing_period_id`, periodIds)
  const near = among(sql`e.billing_period_id`, [...new Set(periodIds.flatMap(withNeighbours))])
  const issues: Issue[] = []
  for (const { type, severity, query } of shiftChecks) {
    const { rows } = await session.query<{ record_id: string; message: string; data: Readonly<Record<string, unknown>> }>(query(scope, near))
    issues.push(...rows.map(({ record_id: recordId, message, data }) => ({ type, severity, table: 'tracktik.fact_shifts', recordId, message: `Shift ${recordId.split('/').at(type === 'OVERLAPPING_SHIFTS' ? -1 : 0)}: ${message}`, data })))
  }
  return issues
}

function withNeighbours(periodId: string): readonly string[] {
  const period = billingPeriodById(periodId)
  return period ? billingPeriodsBetween(addDays(period.startDate, -4), addDays(period.endDate, 2)).map((one) => one.periodId) : [periodId]
}
