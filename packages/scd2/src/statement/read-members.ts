import { sql, type SQL } from 'drizzle-orm'
import { memberNumber, type ChangeTables } from '../strategy/change-tables.js'
import type { MergeTables } from '../strategy/merge-tables.js'

/** The listed members, in their order. */
export function readMembers(tables: MergeTables, { members }: ChangeTables): SQL {
  const { phrases } = tables
  const number = phrases.column(memberNumber.name, 'm')
  return sql`select ${number}, ${tables.key('m')} from ${phrases.table(members)} m order by ${number}`
}
