import { sql, type SQL } from 'drizzle-orm'
import { housekeepingName } from '../definition/housekeeping.js'
import { foundKind, formerBegin, type ChangeTables } from '../strategy/change-tables.js'
import type { MergeTables } from '../strategy/merge-tables.js'

/** Writes overwrite columns, and fixed ones that have no value yet, into the open versions. */
export function amendFound(tables: MergeTables, { found }: ChangeTables, stamp: string): SQL {
  const { phrases, physical, begin, definition } = tables
  const updatedAt = housekeepingName(definition.housekeeping, 'updatedAt')
  return phrases.updateFrom({
    target: physical,
    alias: 't',
    set: [
      ...definition.overwrite.map(({ name }) => [name, phrases.column(name, 'f')] as const),
      ...definition.fixed.map(({ name }) => [name, sql`coalesce(${phrases.column(name, 't')}, ${phrases.column(name, 'f')})`] as const),
      ...(updatedAt === undefined ? [] : [[updatedAt, tables.instant(stamp)] as const]),
    ],
    from: sql`${phrases.table(found)} f`,
    where: sql`${phrases.column(foundKind.name, 'f')} = 'amended' and ${tables.sameKey('t', 'f')} and ${phrases.column(begin, 't')} = ${phrases.column(formerBegin.name, 'f')}`,
  })
}
