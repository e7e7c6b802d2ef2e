import { view, type WarehouseObject } from '../../../warehouse-object/warehouse-object.js'

/** The ledger in the shape in which the readers of the earlier schema expect it. */
export const ledgerViews: readonly WarehouseObject[] = [
  // Loads that have ended, however they did. What a load met before it failed counts too.
  view('servicedesk.etl_metadata', `
    select b.batch_id as load_id, b.metadata ->> 'view' as view_name,
           coalesce(s.records_fetched, 0)::bigint as records_fetched, coalesce(s.records_inserted, 0)::bigint as records_inserted, coalesce(s.records_updated, 0)::bigint as records_updated,
           e.records_errors, b.started_at as load_start, b.ended_at as load_end, extract(epoch from b.ended_at - b.started_at)::numeric(12, 3) as load_duration_seconds,
           case when not b.is_loaded then 'failed' when e.records_errors > 0 then 'partial' else 'success' end as load_status,
           b.error_message, max(b.ended_at) filter (where b.is_loaded) over (partition by b.metadata ->> 'view', b.batch_type) as last_load_time, b.batch_type as load_type
      from (select *, status in ('committed', 'succeeded') as is_loaded, coalesce(finished_at, committed_at) as ended_at from varve.etl_batches) b
      left join (select batch_id, table_name, sum(rows_read) as records_fetched, sum(rows_new) as records_inserted, sum(rows_changed) as records_updated, sum(rows_rejected) as rejected
                   from varve.etl_batch_steps group by batch_id, table_name) s on s.batch_id = b.batch_id and s.table_name = 'servicedesk.' || (b.metadata ->> 'view')
     cross join lateral (select coalesce(s.rejected, (select count(*) from varve.data_quality_issues i where i.batch_id = b.batch_id and i.check_name = 'quarantine'))::bigint as records_errors) e
     where b.pipeline = 'otc' and b.metadata ->> 'view' is not null and b.status <> 'running'`),
  view('servicedesk.data_quality_issues', `
    select i.issue_id, i.batch_id, i.table_name, case when i.raw is json object then cast(i.raw as jsonb) ->> 'record_id' end as record_id, i.check_name as issue_type, i.severity,
           i.message as issue_description, case when i.raw is json then cast(i.raw as jsonb) end as issue_data, i.found_at as created_at, i.resolved_at
      from varve.data_quality_issues i
     where i.table_name like 'servicedesk.%'`),
]
