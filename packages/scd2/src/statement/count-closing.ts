import { sql, type SQL } from 'drizzle-orm'
import type { MergeTables } from '../strategy/merge-tables.js'

/** How many members have an open version, and no row in the load. */
export function countClosing(tables: MergeTables): SQL {
  const { phrases, stage, unreadable } = tables
  const none = [stage, ...(unreadable ? [unreadable] : [])].map((table) => sql` and not exists (select 1 from ${phrases.table(table)} s where ${tables.sameKey('s', 'd')})`)
  return sql`select ${phrases.countRows()} as members from ${phrases.table(tables.physical)} d where ${tables.isOpen('d')}${sql.join(none)}`
}
