import { sql } from 'drizzle-orm'
import { t, table } from '@varve/core'

/**
 * Who is who: tickets carry full names, comments logins, timesheets both. Rows that were made by hand say `manual` and are left alone; all
 * others are made from what is loaded, and change with it.
 */
export const userLookup = table('servicedesk.user_lookup', {
  id: t.integer().identity(),
  shortUsername: t.text(),
  fullName: t.text(),
  email: t.text(),
  team: t.text(),
  source: t.text().notNull().default('manual'),
  /** How many rows say so: timesheets for a pair, comments for a login alone, tickets for a name alone. */
  evidence: t.bigint().notNull().default(0n),
  updatedAt: t.timestamp().notNull().defaultGenerated(),
}, {
  primaryKey: ['id'],
  unique: [{ columns: ['shortUsername'] }, { columns: ['fullName'] }],
  checks: {
    source: (c) => sql`${c.source} in ('manual', 'auto_timesheet', 'auto_ticket', 'auto_etl')`,
    names_somebody: (c) => sql`${c.shortUsername} is not null or ${c.fullName} is not null`,
  },
})
