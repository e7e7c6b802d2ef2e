import { tableLabel, type Phrases, type Session } from '@varve/core'
import type { DimensionDefinition } from '../definition/dimension-definition.js'
import { withFormer } from '../definition/with-former.js'
import { lastRecord } from '../revert/last-record.js'

/**
 * A definition with the columns that the dimension has from an earlier one, as long as the table has them: to be used wherever versions are
 * made or judged.
 */
export async function withKnownColumns(session: Session, phrases: Phrases, definition: DimensionDefinition): Promise<DimensionDefinition> {
  const { schema, name } = definition.table
  const last = await lastRecord(session, phrases, tableLabel(definition.table))
  if (!last?.roles || withFormer(definition, last.roles, last.table.columns) === definition) return definition
  const live = await session.introspect(schema, name)
  const lives = new Set(live?.columns.map((column) => column.name))
  return withFormer(definition, last.roles, last.table.columns.filter((column) => lives.has(column.name)))
}
