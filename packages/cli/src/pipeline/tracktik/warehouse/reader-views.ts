import { view, type WarehouseObject } from './warehouse-object.js'

/** What reports are made of. Dimensions are joined by the version that held when the shift began, never by the current one. */
export const readerViews: readonly WarehouseObject[] = [
  view('tracktik.v_current_employees', `select * from tracktik.dim_employees where is_current`),
  view('tracktik.v_standby_shifts', `
    select f.shift_id, f.billing_period_id as billing_period, s.parent_region_name as contract, s.region_name as market, s.name as location,
           c.custom_id as contract_uid, p.custom_id as position_uid, p.name as position_name, p.position_type, f.employee_id, concat_ws(' ', e.first_name, e.last_name) as employee_name,
           f.shift_date, f.start_datetime, f.end_datetime, f.scheduled_hours, f.approved_hours, f.payable_hours, f.billable_hours, f.bill_total, f.status
      from tracktik.fact_shifts f
      join tracktik.dim_positions p on p.surrogate_key = f.position_key
      left join tracktik.dim_sites s on s.surrogate_key = f.site_key
      left join tracktik.dim_clients c on c.surrogate_key = f.client_key
      left join tracktik.dim_employees e on e.surrogate_key = f.employee_key
     where p.position_type in ('STANDBY', 'WATCH')`),
  {
    kind: 'materialized view',
    name: 'tracktik.mv_period_summary',
    // To which region a shift counts is history; what the region is called is not.
    create: `
create materialized view tracktik.mv_period_summary as
    select f.billing_period_id, s.region_id, f.client_id, max(r.name) as region_name, max(r.parent_region_name) as parent_region_name, max(c.name) as client_name,
           count(*) as shifts, count(*) filter (where f.status = 'CANCELLED') as cancelled_shifts, count(*) filter (where f.employee_id is null and f.status = 'ACTIVE') as vacant_shifts,
           sum(f.scheduled_hours) as scheduled_hours, sum(f.clocked_hours) as clocked_hours, sum(f.approved_hours) as approved_hours,
           sum(f.billable_hours) as billable_hours, sum(f.payable_hours) as payable_hours, sum(f.bill_overtime_hours) as bill_overtime_hours, sum(f.bill_total) as bill_total
      from tracktik.fact_shifts f
      left join tracktik.dim_sites s on s.surrogate_key = f.site_key
      left join tracktik.dim_regions r on r.region_id = s.region_id and r.valid_to is null
      left join tracktik.dim_clients c on c.client_id = f.client_id and c.valid_to is null
     group by f.billing_period_id, s.region_id, f.client_id`,
    indexes: ['create unique index mv_period_summary_key on tracktik.mv_period_summary (billing_period_id, region_id, client_id) nulls not distinct'],
  },
]
