import { sql, type SQL } from 'drizzle-orm'
import { housekeepingName } from '../definition/housekeeping.js'
import { foundKind, formerBegin, type ChangeTables } from '../strategy/change-tables.js'
import type { MergeTables } from '../strategy/merge-tables.js'
import type { OpenedVersions } from './insert-opened.js'

/** Ends the versions of members that changed, at the instant of their row, or that are absent, at the instant of the load. */
export function closeFound(tables: MergeTables, { found }: ChangeTables, kind: 'changed' | 'absent', { at, batchId, stamp }: OpenedVersions): SQL {
  const { phrases, physical, begin, end, definition } = tables
  const { sequence, housekeeping } = definition
  const isCurrent = housekeepingName(housekeeping, 'isCurrent')
  const closedBy = housekeepingName(housekeeping, 'closedBy')
  const updatedAt = housekeepingName(housekeeping, 'updatedAt')
  return phrases.updateFrom({
    target: physical,
    alias: 't',
    set: [
      [end, kind === 'changed' && sequence ? phrases.cast(phrases.column(sequence.name, 'f'), { kind: 'timestamp' }) : tables.instant(at)],
      ...(isCurrent === undefined ? [] : [[isCurrent, phrases.boolean(false)] as const]),
      ...(closedBy === undefined ? [] : [[closedBy, phrases.cast(sql`${batchId}`, { kind: 'uuid' })] as const]),
      ...(updatedAt === undefined ? [] : [[updatedAt, tables.instant(stamp)] as const]),
    ],
    from: sql`${phrases.table(found)} f`,
    where: sql`${phrases.column(foundKind.name, 'f')} = ${kind} and ${tables.sameKey('t', 'f')} and ${phrases.column(begin, 't')} = ${phrases.column(formerBegin.name, 'f')}`,
  })
}
