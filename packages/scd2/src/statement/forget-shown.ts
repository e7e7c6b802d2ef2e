import { sql, type SQL } from 'drizzle-orm'
import type { ColumnSpec, TableSpec } from '@varve/core'
import { housekeepingName } from '../definition/housekeeping.js'
import { memoryColumns } from '../memory/memory-table.js'
import { layoutOf } from '../model/layout.js'
import { foundKind, formerBegin, type ChangeTables } from '../strategy/change-tables.js'
import type { MergeTables } from '../strategy/merge-tables.js'

/** Forgets the observation that a version begins with, where the version shows it again now that it was written over. */
export function forgetShown(tables: MergeTables, { found }: ChangeTables, memory: TableSpec, sequence: ColumnSpec): SQL {
  const { phrases, physical, begin, keyNames, definition } = tables
  const target = phrases.table(memory)
  const own = (name: string) => sql`${target}.${phrases.column(name)}`
  const openedBy = housekeepingName(definition.housekeeping, 'openedBy')
  const shown = [
    ...keyNames.map((name) => sql`${phrases.column(name, 'f')} = ${own(name)}`),
    sql`${phrases.column(sequence.name, 'c')} = ${own(memoryColumns.at.name)}`,
    ...(openedBy === undefined ? [] : [sql`${phrases.column(openedBy, 'c')} = ${own(memoryColumns.batchId.name)}`]),
    ...layoutOf(definition).columns.map(({ name }) => phrases.same(phrases.column(name, 'c'), own(name))),
  ]
  return sql`delete from ${target} where ${own(memoryColumns.kind.name)} = 'observed' and ${own(memoryColumns.knownAt.name)} is null and exists (
    select 1 from ${phrases.table(found)} f join ${phrases.table(physical)} c on ${tables.sameKey('c', 'f')} and ${phrases.column(begin, 'c')} = ${phrases.column(formerBegin.name, 'f')}
    where ${phrases.column(foundKind.name, 'f')} = 'amended' and ${sql.join(shown, sql` and `)})`
}
