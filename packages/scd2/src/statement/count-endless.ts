import { sql, type SQL } from 'drizzle-orm'
import type { ColumnSpec } from '@varve/core'
import type { MergeTables } from '../strategy/merge-tables.js'

/** How many staged rows have an instant at or after the one that stands for an open end. */
export function countEndless(tables: MergeTables, sequence: ColumnSpec, openEnd: string): SQL {
  return sql`select ${tables.phrases.countRows()} as endless from ${tables.phrases.table(tables.stage)} s where ${tables.phrases.column(sequence.name, 's')} >= ${tables.instant(openEnd)}`
}
