import { sql, type SQL } from 'drizzle-orm'
import { changeKind, formerBegin, type ChangeTables } from '../strategy/change-tables.js'
import type { MergeTables } from '../strategy/merge-tables.js'

/** Removes the versions that are no more. */
export function deleteVersions(tables: MergeTables, { versions }: ChangeTables): SQL {
  const { phrases, physical, begin } = tables
  const target = phrases.table(physical)
  const matched = sql.join(tables.keyNames.map((name) => sql`${phrases.column(name, 'c')} = ${target}.${phrases.column(name)}`), sql` and `)
  return sql`delete from ${target} where exists (select 1 from ${phrases.table(versions)} c where ${phrases.column(changeKind.name, 'c')} = 'delete' and ${matched} and ${phrases.column(formerBegin.name, 'c')} = ${target}.${phrases.column(begin)})`
}
