import { sql, type SQL } from 'drizzle-orm'
import type { MergeTables } from '../strategy/merge-tables.js'
import { isTimely, oddRows, type FindSetting } from './find-changes.js'
import { insertOpened, type OpenedVersions } from './insert-opened.js'

/** Puts the staged rows of a first load straight into the dimension. */
export function insertFirst(tables: MergeTables, setting: FindSetting, opened: OpenedVersions): SQL {
  const { joins, oddities } = oddRows(tables, setting)
  const source = sql`${tables.phrases.table(tables.stage)} s ${sql.join([...joins], sql` `)} where not (${sql.join([...oddities], sql` or `)}) and ${isTimely(tables, setting)}`
  return insertOpened(tables, opened, 's', source)
}
