import { sql, type SQL } from 'drizzle-orm'
import { foundKind, formerBegin, type ChangeTables } from '../strategy/change-tables.js'
import type { MergeTables } from '../strategy/merge-tables.js'

/** How many rows were found of each kind, and how many of them have an open version. */
export function countFound({ phrases }: MergeTables, { found }: ChangeTables): SQL {
  const kind = phrases.column(foundKind.name)
  return sql`select ${kind} as kind, ${phrases.countRows()} as found, count(${phrases.column(formerBegin.name)}) as held from ${phrases.table(found)} group by ${kind}`
}
