import { alignTable, inferredMembers, tableLabel, type Engine, type Session } from '@varve/core'
import type { DimensionDefinition } from '../definition/dimension-definition.js'
import { enterDimension } from '../statement/enter-dimension.js'
import { dimensionLoads, dimensionTurns } from './load-tables.js'

/** Makes the tables in which loads are entered, and enters the dimension. Two that come first at once take turns. */
export async function ensureLoadTables(engine: Engine, definition: DimensionDefinition): Promise<void> {
  await using _lock = await engine.lock('varve dimensions', { wait: 'wait' })
  await engine.transaction((transaction) => enterLoadTables(engine, transaction, definition))
}

/** The same within a transaction that is there already. */
export async function enterLoadTables({ phrases }: Engine, session: Session, definition: DimensionDefinition): Promise<void> {
  for (const { spec } of [dimensionTurns, dimensionLoads, inferredMembers]) await alignTable(session, spec)
  await session.query(enterDimension(phrases, tableLabel(definition.table)))
}
