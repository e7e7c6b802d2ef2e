import { sql, type SQL } from 'drizzle-orm'
import type { MergeTables } from '../strategy/merge-tables.js'

/** The housekeeping that is the same in all versions that a load inserts. */
export function stampedColumns({ phrases, definition }: MergeTables, stamp: string): (readonly [column: string, value: SQL])[] {
  const { createdAt, updatedAt, recordSource } = definition.housekeeping
  const instant = phrases.cast(sql`${stamp}`, { kind: 'timestamp' })
  return [
    ...(createdAt === undefined ? [] : [[createdAt, instant] as const]),
    ...(updatedAt === undefined ? [] : [[updatedAt, instant] as const]),
    ...(recordSource === undefined ? [] : [[recordSource.name, phrases.cast(sql`${recordSource.value}`, { kind: 'text' })] as const]),
  ]
}
