import { sql, type SQL } from 'drizzle-orm'
import { foundKind, type ChangeTables } from '../strategy/change-tables.js'
import type { MergeTables } from '../strategy/merge-tables.js'
import { isTimely, oddRows, type FindSetting } from './find-changes.js'

/** Lists the staged rows of a first load that cannot go straight into the dimension. */
export function findOdd(tables: MergeTables, changes: ChangeTables, setting: FindSetting): SQL {
  const { phrases, stage } = tables
  const { joins, oddities } = oddRows(tables, setting)
  return sql`insert into ${phrases.table(changes.found)} (${tables.list([foundKind.name])}, ${tables.key()})
    select 'odd', ${tables.key('s')} from ${phrases.table(stage)} s ${sql.join([...joins], sql` `)} where ${sql.join([...oddities], sql` or `)} or not (${isTimely(tables, setting)})`
}
