import { sql } from 'drizzle-orm'
import type { LoadContext } from '@varve/core'
import type { ViewName } from '../otc-view.js'

/** A view is read whole, so of rows that its loads had set aside before only those of this load still are. */
export async function endQuarantine({ transaction, batchId }: Pick<LoadContext, 'transaction' | 'batchId'>, view: ViewName): Promise<void> {
  await transaction.query(sql`
    update varve.data_quality_issues set resolved_at = clock_timestamp()
     where resolved_at is null and check_name = 'quarantine' and table_name = ${`servicedesk.${view}`} and batch_id <> ${batchId}
       and batch_id in (select batch_id from varve.etl_batches where pipeline = 'otc' and batch_type = ${view})`)
}
