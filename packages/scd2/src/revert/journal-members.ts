import { sql, type SQL } from 'drizzle-orm'
import { journalColumns } from './journal-table.js'
import type { RevertTables } from './revert-tables.js'

/** The load that is about to change what is written down. */
export interface JournalledLoad {
  readonly batchId: string
  readonly number: number
}

/** Writes down which members a load does more to than open and close versions; `members` selects their keys. */
export function journalMembers(tables: RevertTables, load: JournalledLoad, members: SQL): SQL {
  return sql`${into(tables, tables.record.key)} select ${mark(tables, load, 'member')}, ${tables.list(tables.record.key, 'k')} from (${members}) k`
}

/** Writes down the versions of those members as they are now. */
export function journalVersions(tables: RevertTables, load: JournalledLoad): SQL {
  const names = tables.record.table.columns.map((column) => column.name)
  return sql`${into(tables, names)} select ${mark(tables, load, 'version')}, ${tables.list(names, 'v')} from ${tables.versions} v where ${isMember(tables, load, 'v')}`
}

/** Writes down what is remembered of them. */
export function journalMemory(tables: RevertTables, load: JournalledLoad, memory: SQL): SQL {
  const names = tables.memoryNames
  return sql`${into(tables, names)} select ${mark(tables, load, 'memory')}, ${tables.list(names, 'r')} from ${memory} r where ${isMember(tables, load, 'r')}`
}

/** Whether a row belongs to a member that the load has written down. */
export function isMember(tables: RevertTables, load: JournalledLoad, row: string | SQL): SQL {
  return sql`exists (select 1 from ${tables.journalled} m where ${tables.part('m', 'member', load)} and ${tables.same(tables.record.key, 'm', row)})`
}

function into(tables: RevertTables, names: readonly string[]): SQL {
  const { batchId, loadNumber, part } = journalColumns
  return sql`insert into ${tables.journalled} (${tables.list([batchId.name, loadNumber.name, part.name, ...names])})`
}

function mark(tables: RevertTables, load: JournalledLoad, part: string): SQL {
  return sql`${tables.uuid(load.batchId)}, cast(${load.number} as int), ${tables.phrases.cast(sql`${part}`, { kind: 'text', length: 7 })}`
}
