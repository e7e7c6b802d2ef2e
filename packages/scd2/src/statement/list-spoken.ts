import { sql, type SQL } from 'drizzle-orm'
import type { MergeTables } from '../strategy/merge-tables.js'
import { valueList } from './value-list.js'

/** The keys that a load has rows for. */
export function listSpoken({ phrases, stage, definition }: MergeTables): SQL {
  return sql`select distinct ${valueList(phrases, definition.key, 's')} from ${phrases.table(stage)} s`
}
