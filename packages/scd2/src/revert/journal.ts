import { sql, type SQL } from 'drizzle-orm'
import { alignTable, type Engine, type Session } from '@varve/core'
import { foundKind, type ChangeTables } from '../strategy/change-tables.js'
import { canBeReverted, type DimensionRecord } from '../record/dimension-record.js'
import { journalMembers, journalMemory, journalVersions, type JournalledLoad } from './journal-members.js'
import { RevertTables } from './revert-tables.js'

/**
 * Writes down members as they are before a load changes them in ways that their versions would not tell afterwards: those that are folded
 * one by one, and those that are written over. What is merely opened and closed carries the batch itself.
 *
 * @returns How many members were written down.
 */
export async function journalBefore(engine: Engine, session: Session, record: DimensionRecord, load: JournalledLoad, changes: ChangeTables, which: { readonly folded: boolean; readonly amended: boolean }): Promise<number> {
  if (!canBeReverted(record)) return 0
  const tables = new RevertTables(engine.phrases, record)
  const { phrases } = engine
  const keys = (table: Parameters<typeof phrases.table>[0], condition = sql``) => sql`select ${tables.key} from ${phrases.table(table)}${condition}`
  const sources: SQL[] = [
    ...(which.folded ? [keys(changes.versions), keys(changes.memory)] : []),
    ...(which.amended ? [keys(changes.found, sql` where ${phrases.column(foundKind.name)} = 'amended'`)] : []),
  ]
  if (sources.length === 0) return 0
  await alignTable(session, tables.journal)
  const { rowCount } = await session.query(journalMembers(tables, load, sql.join(sources, sql` union `)))
  if (rowCount === 0) return 0
  await session.query(journalVersions(tables, load))
  if (tables.memory) await session.query(journalMemory(tables, load, tables.memory))
  return rowCount
}
