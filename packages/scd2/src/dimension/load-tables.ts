import { ledgerSchema, t, table } from '@varve/core'

/** One row a dimension: its turn. A load takes it by counting on, and so waits for one that has not committed yet (H17). */
export const dimensionTurns = table(`${ledgerSchema}.dimensions`, {
  dimension: t.text(300).notNull(),
  lastLoad: t.integer().notNull(),
  /** What the dimension looks like, for whoever has no definition of it: JSON. */
  record: t.text(),
}, { primaryKey: ['dimension'] })

/** One row a load of a dimension, in the order of their arrival. It is part of the memory: complete loads speak of every member. */
export const dimensionLoads = table(`${ledgerSchema}.dimension_loads`, {
  dimension: t.text(300).notNull(),
  loadNumber: t.integer().notNull(),
  batchId: t.uuid().notNull(),
  at: t.timestamp().notNull(),
  complete: t.boolean().notNull(),
  /** How many rows changed nothing. */
  unchanged: t.bigint(),
  /** The keys that it had rows for, where they are few: JSON. A revert then knows exactly who built on what. */
  members: t.text(),
  /** How many members were written down before they were changed. */
  journalled: t.bigint(),
}, { primaryKey: ['dimension', 'loadNumber'] })
