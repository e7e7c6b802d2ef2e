import { sql, type SQL } from 'drizzle-orm'
import type { Phrases } from '@varve/core'
import { dimensionTurns } from '../dimension/load-tables.js'

/** Enters a dimension before its first load. */
export function enterDimension(phrases: Phrases, dimension: string): SQL {
  const table = phrases.table(dimensionTurns.spec)
  const named = phrases.cast(sql`${dimension}`, { kind: 'text', length: 300 })
  return sql`insert into ${table} (${phrases.column('dimension')}, ${phrases.column('last_load')}) select ${named}, 0 where not exists (select 1 from ${table} where ${phrases.column('dimension')} = ${dimension})`
}
