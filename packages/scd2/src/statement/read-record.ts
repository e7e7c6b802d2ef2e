import { sql, type SQL } from 'drizzle-orm'
import type { Phrases } from '@varve/core'
import { dimensionTurns } from '../dimension/load-tables.js'

/** What a dimension looked like when it was loaded last. */
export function readRecord(phrases: Phrases, dimension: string): SQL {
  return sql`select ${phrases.column('record')} from ${phrases.table(dimensionTurns.spec)} where ${phrases.column('dimension')} = ${dimension} and ${phrases.column('record')} is not null`
}
