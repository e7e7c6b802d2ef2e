import { view, type WarehouseObject } from './warehouse-object.js'

/** What an operator looks at. */
export const monitoringViews: readonly WarehouseObject[] = [
  // The last batch of each type, and how the type has fared.
  view('tracktik.v_etl_batch_summary', `
    select distinct on (batch_type) batch_type, batch_id as last_batch_id, status as last_status, started_at as last_started_at, completed_at as last_completed_at,
           extract(epoch from completed_at - started_at)::numeric(12, 3) as last_duration_seconds, records_processed, records_failed, error_message,
           count(*) over of_type as batches, count(*) filter (where status = 'FAILED') over of_type as failed_batches,
           round(count(*) filter (where status = 'FAILED') over of_type * 100.0 / count(*) over of_type, 1) as failed_percent
      from tracktik.etl_batches window of_type as (partition by batch_type)
     order by batch_type, started_at desc`),
  // How old what is loaded is: by the source's clock, and by ours.
  view('tracktik.v_sync_freshness', `
    select source as table_name, cast(watermark as timestamptz) as read_up_to, updated_at as loaded_at, clock_timestamp() - updated_at as age,
           clock_timestamp() - updated_at > interval '36 hours' as is_stale
      from varve.etl_sync_status where pipeline = 'tracktik'`),
  view('tracktik.v_dq_open_by_type', `
    select issue_type, severity, table_name, count(*) as open_issues, min(created_at) as first_found_at, max(created_at) as last_found_at
      from tracktik.data_quality_issues where resolved_at is null group by issue_type, severity, table_name`),
  // Periods between the first and the last that have a partition.
  view('tracktik.v_partition_coverage', `
    with parts as (
      select c.relname as partition_name, substring(c.relname from 'fact_shifts_(.*)$') as period_id
        from pg_inherits i join pg_class c on c.oid = i.inhrelid where i.inhparent = 'tracktik.fact_shifts'::regclass
    ), stored as (select billing_period_id, count(*) as shifts from tracktik.fact_shifts group by billing_period_id)
    select p.period_id, p.start_date, p.end_date, parts.partition_name, coalesce(stored.shifts, 0) as shifts,
           parts.partition_name is null as is_missing, parts.partition_name is not null and stored.shifts is null as is_empty
      from tracktik.billing_periods p
      left join parts on parts.period_id = p.period_id
      left join stored on stored.billing_period_id = p.period_id
     where p.period_id between (select min(period_id) from parts) and (select max(period_id) from parts)`),
  // What the source counted against what is stored, by the same midnights in UTC; hours and money of the period as its partition has them.
  view('tracktik.v_period_reconciliation', `
    select p.period_id, p.start_date, p.end_date, c.counted_at, c.api_count, n.stored_count, n.stored_count - c.api_count as count_difference,
           s.shifts, s.scheduled_hours, s.clocked_hours, s.approved_hours, s.billable_hours, s.payable_hours,
           s.bill_total, s.bill_total_source, s.bill_total - s.bill_total_source as bill_total_difference
      from tracktik.billing_periods p
      join tracktik.period_counts c on c.period_id = p.period_id
      cross join lateral (select count(*) as stored_count from tracktik.fact_shifts f
                           where f.start_datetime >= cast(p.start_date as timestamp) at time zone 'UTC' and f.start_datetime < cast(p.end_date + 1 as timestamp) at time zone 'UTC') n
      cross join lateral (select count(*) as shifts, sum(scheduled_hours) as scheduled_hours, sum(clocked_hours) as clocked_hours, sum(approved_hours) as approved_hours,
                                 sum(billable_hours) as billable_hours, sum(payable_hours) as payable_hours, sum(bill_total) as bill_total, sum(bill_total_source) as bill_total_source
                            from tracktik.fact_shifts f where f.billing_period_id = p.period_id) s`),
]
