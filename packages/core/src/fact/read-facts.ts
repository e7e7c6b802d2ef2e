import { sql, type SQL } from 'drizzle-orm'
import type { Phrases } from '../engine/phrases.js'
import type { FactDefinition } from './fact-definition.js'
import type { ReadOptions } from './partitioned-fact.js'
import { periodBound, withinBounds } from './period-bound.js'

/** The statement that reads facts: the periods stand in it as conditions by which an engine leaves out partitions. */
export function selectFacts(phrases: Phrases, definition: FactDefinition, { periods, where }: ReadOptions): SQL {
  const { table } = definition
  const conditions = [...(periods ? [withinBounds(definition, phrases, periods.map((period) => periodBound(definition, period)))] : []), ...(where ? [sql`(${where})`] : [])]
  const columns = sql.join(table.columns.map((column) => phrases.column(column.name)), sql`, `)
  return sql`select ${columns} from ${phrases.table(table)}${conditions.length > 0 ? sql` where ${sql.join(conditions, sql` and `)}` : sql``}`
}
