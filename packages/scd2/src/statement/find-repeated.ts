import { sql, type SQL } from 'drizzle-orm'
import { deletedMarker, type MergeTables } from '../strategy/merge-tables.js'
import type { ColumnSpec } from '@varve/core'
import { valueList } from './value-list.js'

/** Staged rows that share their member, instant and kind with another one: they say the same, or contradict each other (H8). */
export function findRepeated(tables: MergeTables, columns: readonly ColumnSpec[]): SQL {
  const { phrases, stage, keyNames, definition } = tables
  const names = [...keyNames, ...(definition.sequence ? [definition.sequence.name] : []), deletedMarker.name]
  const same = sql.join(names.map((name) => (keyNames.includes(name) ? sql`${phrases.column(name, 's')} = ${phrases.column(name, 'g')}` : phrases.same(phrases.column(name, 's'), phrases.column(name, 'g')))), sql` and `)
  return sql`select ${tables.key('s')}, ${valueList(phrases, columns, 's')} from ${phrases.table(stage)} s join (select ${tables.list(names)} from ${phrases.table(stage)} group by ${tables.list(names)} having count(*) > 1) g on ${same} order by ${tables.key('s')}`
}
