import { tableLabel, VarveError, type Session } from '@varve/core'
import { columnRoles, lossyDefinition, roleLosses } from '../definition/column-roles.js'
import type { DimensionRecord } from '../record/dimension-record.js'
import { withRecorded } from '../record/with-known-columns.js'
import type { MergeTables } from './merge-tables.js'

/**
 * Refuses a definition by whose roles the stored versions could not have come about: late events would fold them into fewer.
 *
 * @param last What was written down of the dimension when it was loaded last.
 * @throws VarveError V2001 with all that has changed, V4001 when another definition brought columns since the rows were staged.
 */
export async function refuseOtherRoles(session: Session, { definition, physical }: MergeTables, last: DimensionRecord | undefined): Promise<void> {
  const losses = last?.roles ? roleLosses(last.roles, columnRoles(definition)) : []
  if (losses.length > 0 && (await session.introspect(physical.schema, physical.name))?.hasRows) throw lossyDefinition(definition, losses)
  if ((await withRecorded(session, definition, last)) === definition) return
  const dimension = tableLabel(definition.table)
  throw new VarveError('V4001', `Dimension ${dimension} was loaded by a definition with other columns while this load read its rows. Nothing was loaded; run it again.`, { isRetryable: true, context: { dimension } })
}
