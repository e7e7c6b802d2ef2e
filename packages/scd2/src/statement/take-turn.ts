import { sql, type SQL } from 'drizzle-orm'
import type { Phrases } from '@varve/core'
import { dimensionTurns } from '../dimension/load-tables.js'

/** Takes a dimension's turn: another load of it waits here until this one has committed or rolled back (H17). */
export function takeTurn(phrases: Phrases, dimension: string): SQL {
  const last = phrases.column('last_load')
  return sql`update ${phrases.table(dimensionTurns.spec)} set ${last} = ${last} + 1 where ${phrases.column('dimension')} = ${dimension}`
}
