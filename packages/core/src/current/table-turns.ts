import { Turns } from '../batch/turns.js'
import type { Engine } from '../engine/engine.js'
import type { CurrentDefinition } from './current-definition.js'

/** Two loads that bring one key at once would otherwise fail each other. */
export const tableTurns = new Turns('current_tables', 'table_name')

/** Enters a table of current rows before its first load. Two that come first at once take turns. */
export async function enterTable(engine: Engine, { table }: Pick<CurrentDefinition, 'table'>): Promise<void> {
  await using _lock = await engine.lock('varve current tables')
  await engine.transaction((transaction) => tableTurns.enter(engine.phrases, transaction, table))
}
