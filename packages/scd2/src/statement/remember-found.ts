import { sql, type SQL } from 'drizzle-orm'
import type { ColumnSpec, TableSpec } from '@varve/core'
import { housekeepingName } from '../definition/housekeeping.js'
import { memoryColumns } from '../memory/memory-table.js'
import { layoutOf } from '../model/layout.js'
import { foundKind, formerBegin, type ChangeTables } from '../strategy/change-tables.js'
import type { MergeTables } from '../strategy/merge-tables.js'
import type { OpenedVersions } from './insert-opened.js'

/**
 * Remembers the observations that no version begins with, or that have another value in a fixed column than the version shows.
 */
export function rememberFound(tables: MergeTables, { found }: ChangeTables, memory: TableSpec, sequence: ColumnSpec, { batchId }: OpenedVersions): SQL {
  const { phrases, physical, begin, definition } = tables
  const kind = phrases.column(foundKind.name, 'f')
  const hides = definition.fixed.map(({ name }) => sql`(${phrases.column(name, 'c')} is not null and not (${phrases.same(phrases.column(name, 'c'), phrases.column(name, 'f'))}))`)
  const former = hides.length > 0 ? sql` left join ${phrases.table(physical)} c on ${tables.sameKey('c', 'f')} and ${phrases.column(begin, 'c')} = ${phrases.column(formerBegin.name, 'f')}` : sql``
  const changed = hides.length > 0 ? sql` or (${kind} = 'changed' and (${sql.join(hides, sql` or `)}))` : sql``
  const batch = phrases.cast(sql`${batchId}`, { kind: 'uuid' })
  return sql`${intoMemory(tables, memory)} select ${tables.key('f')}, ${observedAt(tables, phrases.column(sequence.name, 'f'), batch)}, ${values(tables, 'f')} from ${phrases.table(found)} f${former} where ${kind} in ('observed', 'amended')${changed}`
}

/** Remembers what a version began with, before it is written over. */
export function rememberFormer(tables: MergeTables, { found }: ChangeTables, memory: TableSpec, sequence: ColumnSpec, { batchId }: OpenedVersions): SQL {
  const { phrases, physical, begin, definition } = tables
  const openedBy = housekeepingName(definition.housekeeping, 'openedBy')
  const batch = openedBy === undefined ? phrases.cast(sql`${batchId}`, { kind: 'uuid' }) : phrases.column(openedBy, 'c')
  const at = phrases.column(sequence.name, 'c')
  return sql`${intoMemory(tables, memory)} select ${tables.key('c')}, ${observedAt(tables, at, batch)}, ${values(tables, 'c')}
    from ${phrases.table(found)} f join ${phrases.table(physical)} c on ${tables.sameKey('c', 'f')} and ${phrases.column(begin, 'c')} = ${phrases.column(formerBegin.name, 'f')}
    where ${phrases.column(foundKind.name, 'f')} = 'amended' and not exists (select 1 from ${phrases.table(memory)} m where ${tables.sameKey('m', 'f')} and ${phrases.column(memoryColumns.at.name, 'm')} = ${at} and ${phrases.column(memoryColumns.kind.name, 'm')} = 'observed')`
}

/** Remembers that a complete load said nothing of members that it has no row for. */
export function rememberSilence(tables: MergeTables, { found }: ChangeTables, memory: TableSpec, { at, batchId }: OpenedVersions): SQL {
  const { phrases } = tables
  const names = [memoryColumns.at, memoryColumns.kind, memoryColumns.batchId].map((column) => column.name)
  return sql`insert into ${phrases.table(memory)} (${tables.key()}, ${tables.list(names)}) select ${tables.key('f')}, ${tables.instant(at)}, 'silent', ${phrases.cast(sql`${batchId}`, { kind: 'uuid' })} from ${phrases.table(found)} f where ${phrases.column(foundKind.name, 'f')} = 'silent'`
}

function intoMemory(tables: MergeTables, memory: TableSpec): SQL {
  const names = [memoryColumns.at, memoryColumns.kind, memoryColumns.batchId].map((column) => column.name)
  return sql`insert into ${tables.phrases.table(memory)} (${tables.list([...tables.keyNames, ...names, ...layoutOf(tables.definition).columns.map((column) => column.name)])})`
}

function observedAt({ phrases }: MergeTables, at: SQL, batch: SQL): SQL {
  return sql`${phrases.cast(at, { kind: 'timestamp' })}, 'observed', ${batch}`
}

function values(tables: MergeTables, alias: string): SQL {
  const { columns } = layoutOf(tables.definition)
  return columns.length === 0 ? sql`` : tables.list(columns.map((column) => column.name), alias)
}
