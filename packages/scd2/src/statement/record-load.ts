import { sql, type SQL } from 'drizzle-orm'
import type { Phrases } from '@varve/core'
import { dimensionLoads } from '../dimension/load-tables.js'

/** A load as it is entered. */
export interface EnteredLoad {
  readonly dimension: string
  readonly number: number
  readonly batchId: string
  readonly at: string
  readonly complete: boolean
  readonly unchanged: number
  /** The keys that it had rows for, as JSON, where they are few. */
  readonly members: string | null
  readonly journalled: number | null
}

/** Enters a load of a dimension. */
export function recordLoad(phrases: Phrases, load: EnteredLoad): SQL {
  const names = ['dimension', 'load_number', 'batch_id', 'at', 'complete', 'unchanged', 'members', 'journalled']
  return sql`insert into ${phrases.table(dimensionLoads.spec)} (${sql.join(names.map((name) => phrases.column(name)), sql`, `)})
    values (${load.dimension}, ${load.number}, ${load.batchId}, ${load.at}, ${phrases.boolean(load.complete)}, ${load.unchanged}, ${load.members}, ${load.journalled})`
}
