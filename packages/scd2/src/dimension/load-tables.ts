import { ledgerSchema, t, table } from '@varve/core'

/** One row a dimension: its turn. A load takes it by counting on, and so waits for one that has not committed yet (H17). */
export const dimensionTurns = table(`${ledgerSchema}.dimensions`, {
  dimension: t.text(300).notNull(),
  lastLoad: t.integer().notNull(),
}, { primaryKey: ['dimension'] })

/** One row a load of a dimension, in the order of their arrival. It is part of the memory: complete loads speak of every member. */
export const dimensionLoads = table(`${ledgerSchema}.dimension_loads`, {
  dimension: t.text(300).notNull(),
  loadNumber: t.integer().notNull(),
  batchId: t.uuid().notNull(),
  at: t.timestamp().notNull(),
  complete: t.boolean().notNull(),
}, { primaryKey: ['dimension', 'loadNumber'] })
