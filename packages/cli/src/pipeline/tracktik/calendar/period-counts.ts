import { t, table } from '@varve/core'

/** How many shifts the source counted in a period the last time it was asked, by its first and last midnight in UTC. */
export const periodCounts = table('tracktik.period_counts', {
  periodId: t.text(10).notNull(),
  apiCount: t.integer().notNull(),
  countedAt: t.timestamp().notNull(),
}, { primaryKey: ['periodId'] })
