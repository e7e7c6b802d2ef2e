import { alignTable, diffTable, VarveError, type Session, type TableSpec } from '@varve/core'
import { physicalTable } from '@varve/scd2'
import { TicketDimension } from '../history/dim-ticket.js'
import { currentTables } from '../table/current-tables.js'
import { orphanLevels } from '../table/orphan-levels.js'
import { userLookup } from '../table/user-lookup.js'

/** All tables of the pipeline, as they are to be: views read several of them, so all are there from the first load on. */
export const otcTables: readonly TableSpec[] = [...Object.values(currentTables).map(({ definition }) => definition.table), physicalTable(TicketDimension.definition), userLookup.spec, orphanLevels.spec]

/**
 * Makes the tables of the pipeline, or brings them to their declarations.
 *
 * @throws VarveError V2001 when those of an earlier program are there, which need more than that.
 */
export async function alignTables(session: Session): Promise<void> {
  for (const table of otcTables) {
    const { refusals } = diffTable(table, await session.introspect(table.schema, table.name))
    if (refusals.length > 0) {
      throw new VarveError('V2001', `${table.schema}.${table.name} is of an earlier program: ${refusals.join('; ')}. Nothing was changed. Look at what would be done about it: varve migrate otc --dry-run`, { context: { table: table.name, refusals } })
    }
    await alignTable(session, table)
  }
}
