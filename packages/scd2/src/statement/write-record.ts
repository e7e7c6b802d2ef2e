import { sql, type SQL } from 'drizzle-orm'
import type { Phrases } from '@varve/core'
import { dimensionTurns } from '../dimension/load-tables.js'
import type { DimensionRecord } from '../record/dimension-record.js'

/** Writes down what a dimension looks like, for whoever has no definition of it, and for the next definition. */
export function writeRecord(phrases: Phrases, record: DimensionRecord): SQL {
  return sql`update ${phrases.table(dimensionTurns.spec)} set ${phrases.column('record')} = ${JSON.stringify(record)} where ${phrases.column('dimension')} = ${record.dimension}`
}
