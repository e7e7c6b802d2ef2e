import { sql, type SQL } from 'drizzle-orm'
import type { StagedRows } from '../stage/stage-rows.js'
import type { ColumnSpec, TableSpec } from '../table/table-spec.js'
import type { FactCounts } from './fact-counts.js'
import type { FactLoad } from './fact-load.js'
import { findChangedFacts, foundKind, type FoundFacts } from './find-changed-facts.js'
import { lookUpKeys } from './look-up-keys.js'
import { settleMembers } from './settle-members.js'

/** What became of facts that were written. */
export type WrittenFacts = Pick<FactCounts, 'new' | 'changed' | 'moved' | 'late' | 'inferred'>

/** Writes staged facts, each once by now. */
export async function writeFacts(load: FactLoad, { table: stage }: StagedRows): Promise<WrittenFacts> {
  const { phrases, fact, session, definition } = load
  const nothing = { new: 0, changed: 0, moved: 0, late: 0, inferred: 0 }
  if (!(await load.hasRows(fact))) {
    // Nothing to compare with: the rows go straight in.
    const inferred = await settle(load, stage)
    return { ...nothing, new: await insertFacts(load, sql`${phrases.table(stage)} w`, sql`${phrases.table(stage)} n`), inferred }
  }
  const found = await findChangedFacts(load, stage)
  const { counts, table, former } = found
  const isWritten = counts.new + counts.changed + counts.moved > 0
  if (isWritten) await session.refreshStatistics(table, [foundKind, former, definition.partition, ...definition.identity, ...definition.references.flatMap((reference) => reference.by)].map((column) => column.name))
  const inferred = isWritten ? await settle(load, table, sql` where ${phrases.column(foundKind.name)} <> 'late'`) : 0
  // What moves goes before what is changed in place, and both before what comes: no row meets another on the way.
  if (counts.moved > 0) await updateFacts(load, found, 'moved')
  if (counts.changed > 0) await updateFacts(load, found, 'changed')
  if (counts.new > 0) await insertFacts(load, rowsOf(load, found, 'new', 'w'), rowsOf(load, found, 'new', 'n'))
  await load.drop(table)
  return { ...counts, inferred }
}

async function settle(load: FactLoad, table: TableSpec, where = sql``): Promise<number> {
  const rows = sql`(select * from ${load.phrases.table(table)}${where})`
  return settleMembers(load, load.definition.references, sql`${rows} w`, sql`${rows} n`)
}

function rowsOf({ phrases }: FactLoad, { table }: FoundFacts, kind: string, alias: string): SQL {
  return sql`(select * from ${phrases.table(table)} where ${phrases.column(foundKind.name)} = ${kind}) ${phrases.column(alias)}`
}

/** Inserts rows, called `w`, with their surrogate keys. */
async function insertFacts(load: FactLoad, rows: SQL, among: SQL): Promise<number> {
  const { definition, fact, staged } = load
  const { joins, keys } = lookUpKeys(load, definition.references, () => among)
  const stamps = load.stamps(true)
  const columns = load.list([...staged, ...[...keys, ...stamps].map(([name]) => name)])
  const values = [load.list(staged, 'w'), ...[...keys, ...stamps].map(([, value]) => value)]
  return load.write(sql`insert into ${fact} (${columns}) select ${sql.join(values, sql`, `)} from ${rows} ${joins}`)
}

/** Writes facts that are there already, with their surrogate keys. */
async function updateFacts(load: FactLoad, found: FoundFacts, kind: 'changed' | 'moved'): Promise<void> {
  const { phrases, definition, staged } = load
  const { identity, partition, references } = definition
  const { joins, keys } = lookUpKeys(load, references, () => rowsOf(load, found, kind, 'n'))
  const looked = keys.map(([name, value]) => sql`${value} as ${phrases.column(name)}`)
  const written = (column: ColumnSpec) => !identity.includes(column) && (kind === 'moved' || column !== partition)
  await load.write(phrases.updateFrom({
    target: definition.table,
    alias: 't',
    set: [
      ...staged.filter(written).map(({ name }) => [name, phrases.column(name, 'c')] as const),
      ...keys.map(([name]) => [name, phrases.column(name, 'c')] as const),
      ...load.stamps(false),
    ],
    from: sql`(select ${sql.join([load.list([found.former, ...staged], 'w'), ...looked], sql`, `)} from ${rowsOf(load, found, kind, 'w')} ${joins}) c`,
    where: sql`${load.column(partition, 't')} = ${load.column(found.former, 'c')} and ${load.sameFact('t', 'c')}`,
  }))
}
