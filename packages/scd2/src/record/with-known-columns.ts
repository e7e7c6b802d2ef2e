import { tableLabel, type Phrases, type Session } from '@varve/core'
import type { DimensionDefinition } from '../definition/dimension-definition.js'
import { withFormer } from '../definition/with-former.js'
import type { DimensionRecord } from './dimension-record.js'
import { lastRecord } from './last-record.js'

/**
 * A definition with the columns that the dimension has from an earlier one, as long as the table has them: to be used wherever versions are
 * made or judged.
 */
export async function withKnownColumns(session: Session, phrases: Phrases, definition: DimensionDefinition): Promise<DimensionDefinition> {
  return withRecorded(session, definition, await lastRecord(session, phrases, tableLabel(definition.table)))
}

/** The same where the record of the dimension is at hand. */
export async function withRecorded(session: Session, definition: DimensionDefinition, last: DimensionRecord | undefined): Promise<DimensionDefinition> {
  if (!last?.roles || withFormer(definition, last.roles, last.table.columns) === definition) return definition
  const live = await session.introspect(definition.table.schema, definition.table.name)
  const lives = new Set(live?.columns.map(({ name }) => name))
  return withFormer(definition, last.roles, last.table.columns.filter(({ name }) => lives.has(name)))
}
