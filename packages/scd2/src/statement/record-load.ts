import { sql, type SQL } from 'drizzle-orm'
import type { Phrases } from '@varve/core'
import { dimensionLoads } from '../dimension/load-tables.js'

/** Enters a load of a dimension. */
export function recordLoad(phrases: Phrases, load: { readonly dimension: string; readonly number: number; readonly batchId: string; readonly at: string; readonly complete: boolean }): SQL {
  const names = ['dimension', 'load_number', 'batch_id', 'at', 'complete']
  return sql`insert into ${phrases.table(dimensionLoads.spec)} (${sql.join(names.map((name) => phrases.column(name)), sql`, `)}) values (${load.dimension}, ${load.number}, ${load.batchId}, ${load.at}, ${phrases.boolean(load.complete)})`
}
