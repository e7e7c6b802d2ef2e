import type { LoadContext } from '../batch/batch-contexts.js'
import { TableLoad } from '../batch/table-load.js'
import { VarveError } from '../error/varve-error.js'
import type { CurrentDefinition } from './current-definition.js'
import { tableTurns } from './table-turns.js'

/** How much a step of a statement may keep in memory: a million rows are compared without being written aside. */
const memoryMb = 128

/** One write to a table of current rows: what its statements share. */
export class CurrentLoad extends TableLoad<CurrentDefinition> {
  /** Begins a write: another one to the same table waits until this transaction ends. */
  static async begin(context: LoadContext, definition: CurrentDefinition): Promise<CurrentLoad> {
    const load = new CurrentLoad(context, definition)
    if (!(await tableTurns.take(load.phrases, load.session, definition.table))) {
      throw new VarveError('V3013', `${load.label} has not been staged for. Pour its rows in with stage() of the table, or call prepare() before.`, { context: { table: load.label } })
    }
    await load.session.grantMemory(memoryMb)
    return load
  }
}
