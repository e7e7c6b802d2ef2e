import type { Session } from '@varve/core'
import { valueRoles } from '../definition/column-roles.js'
import type { DimensionDefinition } from '../definition/dimension-definition.js'
import { physicalTable } from '../definition/physical-table.js'
import type { DimensionRecord, RecordedColumn } from './dimension-record.js'

/**
 * The columns with values that a dimension has from an earlier definition, as long as its table has them (H12). Loads leave them as they
 * are, and NULL in new versions.
 *
 * @param last What was written down of the dimension when it was loaded last.
 */
export async function formerColumns(session: Session, definition: DimensionDefinition, last: DimensionRecord | undefined): Promise<RecordedColumn[]> {
  const { schema, name: table, columns } = physicalTable(definition)
  const declared = new Set(columns.map(({ name }) => name))
  const values = new Set(valueRoles.flatMap((role) => last?.roles?.[role] ?? []))
  const former = last?.table.columns.filter(({ name }) => values.has(name) && !declared.has(name)) ?? []
  if (former.length === 0) return []
  const live = new Map((await session.introspect(schema, table))?.columns.map(({ name, type }) => [name, type]))
  return former.flatMap(({ name, type }) => (live.has(name) ? [{ name, type: live.get(name) ?? type }] : []))
}
