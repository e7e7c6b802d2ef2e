import { tableLabel, VarveError, type Session } from '@varve/core'
import { columnRoles, roleLosses } from '../definition/column-roles.js'
import { keyText } from '../model/finding.js'
import type { DimensionRecord, RecordedColumn } from '../record/dimension-record.js'
import { findFormerLoss } from '../statement/find-former-loss.js'
import type { ChangeTables } from './change-tables.js'
import type { MergeTables } from './merge-tables.js'
import { rowTexts } from './row-texts.js'

/**
 * Refuses a definition by whose roles the stored versions could not have come about: late events would fold them into fewer.
 *
 * @param last What was written down of the dimension when it was loaded last.
 * @throws VarveError V2001 with all that has changed.
 */
export async function refuseOtherRoles(session: Session, { definition, physical }: MergeTables, last: DimensionRecord | undefined): Promise<void> {
  if (!last?.roles || roleLosses(last.roles, columnRoles(definition)).length === 0) return
  const live = await session.introspect(physical.schema, physical.name)
  if (!live?.hasRows) return
  const lives = new Set(live.columns.map(({ name }) => name))
  // Who has dropped a column by hand has nothing left in it.
  const held = (names: readonly string[]) => names.filter((name) => lives.has(name))
  const { key, sequence, tracked, overwrite, fixed, ignored } = last.roles
  const losses = roleLosses({ key, sequence, tracked: held(tracked), overwrite: held(overwrite), fixed: held(fixed), ignored: held(ignored) }, columnRoles(definition))
  const dimension = tableLabel(definition.table)
  if (losses.length > 0) throw new VarveError('V2001', `Dimension ${dimension}: ${losses.join('; ')}. History cannot be taken over without a loss; nothing was loaded.`, { context: { table: dimension, losses } })
}

/**
 * Refuses to fold away a version that has a value in a column which the definition knows no more: by what is declared it may be the
 * same as its neighbour, and it is not.
 *
 * @throws VarveError V2001 with the first such version.
 */
export async function refuseFormerLoss(session: Session, tables: MergeTables, changes: ChangeTables, former: readonly RecordedColumn[]): Promise<void> {
  if (former.length === 0) return
  const { definition, begin } = tables
  const [lost] = (await session.query(findFormerLoss(tables, changes, former))).rows
  if (!lost) return
  const dimension = tableLabel(definition.table)
  const columns = former.flatMap(({ name }) => (Number(lost[name]) === 1 ? [name] : []))
  const names = columns.map((name) => `"${name}"`).join(', ')
  const key = keyText(definition, rowTexts(definition.key)(lost) as string[]) // a key is never NULL
  throw new VarveError(
    'V2001',
    `Dimension ${dimension}: the version of ${key} from ${String(lost[begin])} would become one with its neighbour, but it has values in ${names}, which left the definition. Nothing was loaded. Declare ${names} again; the source need not send it.`,
    { context: { table: dimension, columns } },
  )
}
