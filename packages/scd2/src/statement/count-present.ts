import { sql, type SQL } from 'drizzle-orm'
import { deletedMarker, type MergeTables } from '../strategy/merge-tables.js'

/** How many staged rows make their member present in a complete load: those that no delete event up to its instant comes after. */
export function countPresent(tables: MergeTables, at: string): SQL {
  const { phrases, stage, definition } = tables
  const instant = tables.instant(at)
  const own = (alias: string) => (definition.sequence ? sql`coalesce(${phrases.column(definition.sequence.name, alias)}, ${instant})` : instant)
  const isDeleted = (alias: string) => sql`${phrases.column(deletedMarker.name, alias)} = ${phrases.boolean(true)}`
  return sql`select ${phrases.countRows()} as present from ${phrases.table(stage)} s
    where (${phrases.column(deletedMarker.name, 's')} is null or ${own('s')} > ${instant})
    and not exists (select 1 from ${phrases.table(stage)} x where ${tables.sameKey('x', 's')} and ${isDeleted('x')} and ${own('x')} <= ${instant} and (${own('s')} > ${instant} or ${own('x')} >= ${own('s')}))`
}
