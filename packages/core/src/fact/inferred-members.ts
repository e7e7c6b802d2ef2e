import { ledgerSchema } from '../batch/ledger/ledger-tables.js'
import { t } from '../table/column.js'
import { table } from '../table/table.js'

/**
 * The interval of a placeholder: a microsecond at the beginning of time. No load, no reading as of an instant and no current view meets it there, so a
 * placeholder is no part of its member's history: it only holds the surrogate key for the version that comes.
 */
export const dawnOfTime = { from: '0001-01-01T00:00:00.000001Z', to: '0001-01-01T00:00:00.000002Z' } as const

/**
 * Members that facts referred to before their dimension had them. A row goes when a load of the dimension brings the member.
 *
 * @example
 * ```ts
 * import { sql } from 'drizzle-orm'
 * import { inferredMembers, openEngine } from '@varve/core'
 *
 * await using engine = await openEngine()
 * await engine.query(sql`select dimension, count(*) from ${inferredMembers.pg} group by dimension`)
 * ```
 */
export const inferredMembers = table(`${ledgerSchema}.inferred_members`, {
  dimension: t.text(300).notNull(),
  surrogateKey: t.bigint().notNull(),
  batchId: t.uuid().notNull(),
  inferredAt: t.timestamp().notNull(),
}, { primaryKey: ['dimension', 'surrogateKey'] })
