import { tableLabel, VarveError, type Session } from '@varve/core'
import { columnRoles, lossyDefinition, roleLosses } from '../definition/column-roles.js'
import { withFormer } from '../definition/with-former.js'
import type { DimensionRecord } from '../revert/dimension-record.js'
import type { MergeTables } from './merge-tables.js'

/**
 * Refuses a definition by whose roles the stored versions could not have come about: late events would fold them into fewer.
 *
 * @param last What was written down of the dimension when it was loaded last.
 * @throws VarveError V2001 with all that has changed, V4001 when another definition brought columns since the rows were staged.
 */
export async function refuseOtherRoles(session: Session, { definition, physical }: MergeTables, last: DimensionRecord | undefined): Promise<void> {
  if (!last?.roles) return
  const losses = roleLosses(last.roles, columnRoles(definition))
  const isWithout = withFormer(definition, last.roles, last.table.columns) !== definition
  if (losses.length === 0 && !isWithout) return
  const live = await session.introspect(physical.schema, physical.name)
  if (live?.hasRows && losses.length > 0) throw lossyDefinition(definition, losses)
  const lives = new Set(live?.columns.map(({ name }) => name))
  if (withFormer(definition, last.roles, last.table.columns.filter(({ name }) => lives.has(name))) === definition) return
  const dimension = tableLabel(definition.table)
  throw new VarveError('V4001', `Dimension ${dimension} was loaded by a definition with other columns while this load read its rows. Nothing was loaded; run it again.`, { isRetryable: true, context: { dimension } })
}
