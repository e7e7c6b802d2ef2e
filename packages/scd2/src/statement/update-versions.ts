import { sql, type SQL } from 'drizzle-orm'
import { changedHousekeeping, changeKind, formerBegin, type ChangeTables } from '../strategy/change-tables.js'
import type { MergeTables } from '../strategy/merge-tables.js'

/** Writes versions in place: first those that end, then those that stay open, so that two of a member are never open at once. */
export function updateVersions(tables: MergeTables, { versions }: ChangeTables, end: 'closed' | 'open', stamp: string): SQL {
  const { phrases, physical, begin, definition } = tables
  const written = [...definition.table.columns.filter((column) => !definition.key.includes(column)), ...changedHousekeeping(definition)]
  const { updatedAt } = definition.housekeeping
  const isOpen = tables.isOpen('c')
  return phrases.updateFrom({
    target: physical,
    alias: 't',
    set: [...written.map(({ name }) => [name, phrases.column(name, 'c')] as const), ...(updatedAt === undefined ? [] : [[updatedAt, tables.instant(stamp)] as const])],
    from: sql`${phrases.table(versions)} c`,
    where: sql`${phrases.column(changeKind.name, 'c')} = 'update' and ${tables.sameKey('t', 'c')} and ${phrases.column(begin, 't')} = ${phrases.column(formerBegin.name, 'c')} and ${end === 'open' ? isOpen : sql`not (${isOpen})`}`,
  })
}
