import { view, type WarehouseObject } from './warehouse-object.js'

/** The ledger in the shape in which the readers of the earlier schema expect it. */
export const ledgerViews: readonly WarehouseObject[] = [
  view('tracktik.etl_batches', `
    select b.batch_id, b.batch_type,
           case when b.status in ('committed', 'succeeded') then 'COMPLETED' when b.status = 'running' then 'RUNNING' else 'FAILED' end as status,
           b.started_at, coalesce(b.finished_at, b.committed_at) as completed_at,
           coalesce(s.records_processed, 0)::bigint as records_processed, coalesce(s.records_failed, 0)::bigint as records_failed,
           b.error_message, b.metadata
      from varve.etl_batches b
      left join (select batch_id, sum(rows_read) as records_processed, sum(rows_rejected) as records_failed from varve.etl_batch_steps group by batch_id) s on s.batch_id = b.batch_id
     where b.pipeline = 'tracktik'`),
  view('tracktik.etl_sync_status', `
    select source as table_name, cast(watermark as timestamptz) as last_sync_timestamp, batch_id as last_successful_batch_id,
           jsonb_build_object('updated_at', updated_at) as sync_metadata
      from varve.etl_sync_status where pipeline = 'tracktik'`),
  view('tracktik.data_quality_issues', `
    select i.issue_id, i.batch_id, i.table_name, case when i.raw is json object then cast(i.raw as jsonb) ->> 'record_id' end as record_id, i.check_name as issue_type, i.severity,
           i.message as issue_description, case when i.raw is json then cast(i.raw as jsonb) end as issue_data, i.found_at as created_at, i.resolved_at
      from varve.data_quality_issues i
     where i.table_name like 'tracktik.%'`),
]
