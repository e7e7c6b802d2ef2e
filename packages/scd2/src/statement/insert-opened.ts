import { sql, type SQL } from 'drizzle-orm'
import { housekeepingName } from '../definition/housekeeping.js'
import { foundKind, formerBegin, type ChangeTables } from '../strategy/change-tables.js'
import type { MergeTables } from '../strategy/merge-tables.js'
import { stampedColumns } from './stamped-columns.js'

/** What all versions have that a load opens. */
export interface OpenedVersions {
  readonly at: string
  readonly batchId: string
  readonly stamp: string
}

/** Opens versions with the values of rows: each from the instant of its row on. */
export function insertOpened(tables: MergeTables, { at, batchId, stamp }: OpenedVersions, alias: string, source: SQL, valueOf: (name: string) => SQL = (name) => tables.phrases.column(name, alias)): SQL {
  const { phrases, definition, physical, begin, end } = tables
  const { housekeeping, sequence, openEnd } = definition
  const isCurrent = housekeepingName(housekeeping, 'isCurrent')
  const openedBy = housekeepingName(housekeeping, 'openedBy')
  const written: (readonly [string, SQL])[] = [
    ...definition.table.columns.map(({ name }) => [name, valueOf(name)] as const),
    [begin, sequence ? phrases.cast(phrases.column(sequence.name, alias), { kind: 'timestamp' }) : tables.instant(at)],
    ...(openEnd === null ? [] : [[end, tables.instant(openEnd)] as const]),
    ...(isCurrent === undefined ? [] : [[isCurrent, phrases.boolean(true)] as const]),
    ...(openedBy === undefined ? [] : [[openedBy, phrases.cast(sql`${batchId}`, { kind: 'uuid' })] as const]),
    ...stampedColumns(tables, stamp),
  ]
  return sql`insert into ${phrases.table(physical)} (${tables.list(written.map(([name]) => name))}) select ${sql.join(written.map(([, value]) => value), sql`, `)} from ${source}`
}

/** Opens the versions of new members and of members that changed; a fixed column keeps the value that it had. */
export function insertFound(tables: MergeTables, { found }: ChangeTables, opened: OpenedVersions): SQL {
  const { phrases, physical, begin, definition } = tables
  const fixed = new Set(definition.fixed.map((column) => column.name))
  const former = fixed.size > 0 ? sql` left join ${phrases.table(physical)} c on ${tables.sameKey('c', 'f')} and ${phrases.column(begin, 'c')} = ${phrases.column(formerBegin.name, 'f')}` : sql``
  const source = sql`${phrases.table(found)} f${former} where ${phrases.column(foundKind.name, 'f')} in ('new', 'changed')`
  return insertOpened(tables, opened, 'f', source, (name) => (fixed.has(name) ? sql`coalesce(${phrases.column(name, 'c')}, ${phrases.column(name, 'f')})` : phrases.column(name, 'f')))
}
