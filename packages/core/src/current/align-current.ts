import type { Session } from '../engine/engine.js'
import { VarveError } from '../error/varve-error.js'
import { alignTable, type TableDiff } from '../table/evolve.js'
import { tableLabel } from '../table/table-spec.js'
import type { CurrentDefinition } from './current-definition.js'

/**
 * Makes the table, or brings it to its declaration.
 *
 * @throws VarveError V2008 when the table is there and holds several rows of one key.
 */
export async function alignCurrent(session: Session, { table, key }: Pick<CurrentDefinition, 'table' | 'key'>): Promise<TableDiff> {
  try {
    return await alignTable(session, table)
  } catch (error) {
    if (!(error instanceof VarveError) || error.code !== 'V3006') throw error
    throw new VarveError('V2008', `${tableLabel(table)} cannot be given its constraints, because its rows break them. Where several rows have the same key (${key.map(({ name }) => `"${name}"`).join(', ')}), look at them with planDeduplication() and let deduplicate() move all but one aside. The engine says: ${error.message}`, { cause: error, context: { table: tableLabel(table) } })
  }
}
