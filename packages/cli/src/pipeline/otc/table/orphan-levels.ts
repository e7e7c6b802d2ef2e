import { t, table } from '@varve/core'

/** How many rows of a view have no ticket that is loaded, each time that became another number. */
export const orphanLevels = table('servicedesk.orphan_levels', {
  viewName: t.text(20).notNull(),
  batchId: t.uuid().notNull(),
  measuredAt: t.timestamp().notNull(),
  records: t.bigint().notNull(),
  orphaned: t.bigint().notNull(),
  /** Those among them that name no ticket at all. */
  withoutTicket: t.bigint().notNull(),
}, { primaryKey: ['viewName', 'batchId'], indexes: [{ columns: ['viewName', 'measuredAt'] }] })
