import { alignTable, diffTable, VarveError, type Session, type TableSpec } from '@varve/core'
import { physicalTable } from '@varve/scd2'
import { TicketDimension } from '../history/dim-ticket.js'
import { currentTables } from '../table/current-tables.js'
import { orphanLevels } from '../table/orphan-levels.js'
import { userLookup } from '../table/user-lookup.js'

/** All tables of the pipeline, as they are to be: views read several of them, so all are there from the first load on. */
export const otcTables: readonly TableSpec[] = [...Object.values(currentTables).map(({ definition }) => definition.table), physicalTable(TicketDimension.definition), userLookup.spec, orphanLevels.spec]

/** What a run says to do about tables that it does not touch. */
const lookFirst = 'Look at what would be done about it: varve migrate otc --dry-run'

/**
 * Makes the tables of the pipeline, or brings them to their declarations.
 *
 * @param advice What to do about those that cannot be.
 * @throws VarveError V2001 when those of an earlier program are there, which need more than that, V2008 when they have several rows of one key.
 */
export async function alignTables(session: Session, advice = lookFirst): Promise<void> {
  for (const table of otcTables) {
    const { refusals } = diffTable(table, await session.introspect(table.schema, table.name))
    if (refusals.length > 0) {
      throw new VarveError('V2001', `${table.schema}.${table.name} is of an earlier program: ${refusals.join('; ')}. Nothing was changed. ${advice}`, { context: { table: table.name, refusals } })
    }
    await alignTable(session, table).catch((error: unknown) => {
      throw error instanceof VarveError && error.code === 'V3006' ? brokenRows(table, error, advice) : error
    })
  }
}

function brokenRows({ schema, name }: TableSpec, error: VarveError, advice: string): VarveError {
  return new VarveError('V2008', `${schema}.${name} has rows that break its constraints, such as several with one key, which an earlier program let in. Nothing was changed. ${advice}. The engine says: ${error.message}`, { cause: error, context: { table: name } })
}
