import { sql, type SQL } from 'drizzle-orm'
import type { Phrases } from '@varve/core'
import { dimensionLoads } from '../dimension/load-tables.js'

/** The loads that a dimension has had, in the order of their arrival. */
export function readLoads(phrases: Phrases, dimension: string): SQL {
  return sql`select ${sql.join(['load_number', 'batch_id', 'at', 'complete'].map((name) => phrases.column(name)), sql`, `)} from ${phrases.table(dimensionLoads.spec)} where ${phrases.column('dimension')} = ${dimension} order by ${phrases.column('load_number')}`
}
