import { sql, type SQL } from 'drizzle-orm'
import { isMember, type JournalledLoad } from './journal-members.js'
import type { RevertTables } from './revert-tables.js'

/** A statement of an undo, and what the rows are that it touches. */
export interface UndoStatement {
  readonly what: 'deleted' | 'restored' | 'reopened' | 'aside'
  readonly statement: SQL
}

/**
 * Puts the members that a load wrote down back as they were. A version that is still there is put back in place, so that it keeps
 * its surrogate key and whatever refers to it; those that end first, so that two of a member are never open at once.
 */
export function restoreJournalled(tables: RevertTables, load: JournalledLoad): UndoStatement[] {
  const { phrases, record, versions, journalled, memory } = tables
  const { surrogateKey, validFrom } = record.housekeeping
  const identity = [...record.key, surrogateKey ?? validFrom]
  const names = record.table.columns.map((column) => column.name)
  const was = tables.part('b', 'version', load)
  const put = (isOpen: boolean): UndoStatement => ({
    what: 'restored',
    statement: phrases.updateFrom({
      target: tables.versionsAddress,
      alias: 't',
      set: names.filter((name) => !identity.includes(name)).map((name) => [name, phrases.column(name, 'b')] as const),
      from: sql`${journalled} b`,
      where: sql`${was} and ${tables.same(identity, 't', 'b')} and ${isOpen ? tables.isOpen('b') : sql`not (${tables.isOpen('b')})`} and not (${sql.join(names.map((name) => sameColumn(tables, name)), sql` and `)})`,
    }),
  })
  return [
    { what: 'deleted', statement: sql`delete from ${versions} where ${isMember(tables, load, versions)} and not exists (select 1 from ${journalled} b where ${was} and ${tables.same(identity, 'b', versions)})` },
    put(false),
    put(true),
    { what: 'restored', statement: sql`insert into ${versions} (${tables.list(names)}) select ${tables.list(names, 'b')} from ${journalled} b where ${was} and not exists (select 1 from ${versions} v where ${tables.same(identity, 'v', 'b')})` },
    ...(memory
      ? [
          { what: 'aside' as const, statement: sql`delete from ${memory} where ${isMember(tables, load, memory)}` },
          { what: 'aside' as const, statement: sql`insert into ${memory} (${tables.list(tables.memoryNames)}) select ${tables.list(tables.memoryNames, 'b')} from ${journalled} b where ${tables.part('b', 'memory', load)}` },
        ]
      : []),
  ]
}

/** Takes back what versions and memory themselves say of batches: what they opened goes, what they closed is open again. */
export function undoBatches(tables: RevertTables, batchIds: readonly string[]): UndoStatement[] {
  const { phrases, record, versions, memory } = tables
  const { openedBy, closedBy } = tables.lineage
  const { validTo, isCurrent } = record.housekeeping
  const batches = sql.join(batchIds.map((id) => tables.uuid(id)), sql`, `)
  return [
    { what: 'deleted', statement: sql`delete from ${versions} where ${phrases.column(openedBy)} in (${batches})` },
    {
      what: 'reopened',
      statement: sql`update ${versions} set ${phrases.column(validTo)} = ${tables.openEnd}, ${phrases.column(closedBy)} = null${isCurrent === undefined ? sql`` : sql`, ${phrases.column(isCurrent)} = ${phrases.boolean(true)}`} where ${phrases.column(closedBy)} in (${batches})`,
    },
    ...(memory ? [{ what: 'aside' as const, statement: sql`delete from ${memory} where ${phrases.column(tables.memoryBatch)} in (${batches})` }] : []),
  ]
}

function sameColumn(tables: RevertTables, name: string): SQL {
  const { phrases, record } = tables
  const type = record.table.columns.find((column) => column.name === name)?.type
  // Two JSON values compare as texts: as such they are stored, and come back.
  const side = (alias: string) => (type?.kind === 'json' ? phrases.cast(phrases.column(name, alias), { kind: 'text' }) : phrases.column(name, alias))
  return phrases.same(side('t'), side('b'))
}
