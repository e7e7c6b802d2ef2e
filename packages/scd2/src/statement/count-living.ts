import { sql, type SQL } from 'drizzle-orm'
import type { MergeTables } from '../strategy/merge-tables.js'

/** How many members have an open version. */
export function countLiving(tables: MergeTables): SQL {
  return sql`select ${tables.phrases.countRows()} as members from ${tables.phrases.table(tables.physical)} d where ${tables.isOpen('d')}`
}
