import { sql, type SQL } from 'drizzle-orm'
import type { MergeTables } from '../strategy/merge-tables.js'

/** How many members have several staged rows. */
export function countSeveral(tables: MergeTables): SQL {
  return sql`select ${tables.phrases.countRows()} as members from (${severalRows(tables)}) g`
}

/** The keys of members with several staged rows. */
export function severalRows(tables: MergeTables): SQL {
  return sql`select ${tables.key()} from ${tables.phrases.table(tables.stage)} group by ${tables.key()} having count(*) > 1`
}
