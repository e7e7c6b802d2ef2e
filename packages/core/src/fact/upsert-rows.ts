import { sql, type SQL } from 'drizzle-orm'
import { VarveError } from '../error/varve-error.js'
import type { Engine, Session } from '../engine/engine.js'
import type { StagedRows } from '../stage/stage-rows.js'
import { sentColumns } from '../table/evolve.js'
import { specOf, type NotNullKeyOf, type TableLike } from '../table/table-like.js'
import { tableLabel } from '../table/table-spec.js'

/** What became of staged rows: every one of them is in exactly one of these. */
export interface UpsertCounts {
  readonly new: number
  readonly changed: number
  readonly unchanged: number
}

const keysInMessage = 3

/**
 * Writes staged rows into a table by key: those that are not there are inserted, those that differ are updated in every column, and
 * those that are the same are left alone. Two NULLs are the same; absence deletes nothing.
 *
 * @example
 * ```ts
 * await step('people', 'crm.people', () => upsertRows(context.engine, context.transaction, people, staged, ['id']))
 * ```
 * @throws VarveError V2008 when two staged rows have one key: which of them should win is for the source to say.
 */
export async function upsertRows<T extends TableLike>(engine: Engine, session: Session, table: T, staged: StagedRows, key: readonly [NotNullKeyOf<T>, ...NotNullKeyOf<T>[]]): Promise<UpsertCounts> {
  const { phrases } = engine
  const spec = specOf(table)
  const columns = sentColumns(spec)
  const keyNames = columns.filter((column) => (key as readonly string[]).includes(column.property)).map((column) => column.name)
  const others = columns.filter((column) => !keyNames.includes(column.name)).map((column) => column.name)
  const list = (names: readonly string[], alias: string) => sql.join(names.map((name) => phrases.column(name, alias)), sql`, `)
  const sameKey = sql.join(keyNames.map((name) => sql`${phrases.column(name, 't')} = ${phrases.column(name, 's')}`), sql` and `)

  await refuseDoubles(session, sql`select ${list(keyNames, 's')} from ${phrases.table(staged.table)} s group by ${list(keyNames, 's')} having count(*) > 1 order by ${list(keyNames, 's')} ${phrases.firstRows(keysInMessage)}`, tableLabel(spec))

  let changed = 0
  if (others.length > 0) {
    const differs = sql.join(others.map((name) => sql`not (${phrases.same(phrases.column(name, 't'), phrases.column(name, 's'))})`), sql` or `)
    const update = phrases.updateFrom({ target: spec, alias: 't', set: others.map((name) => [name, phrases.column(name, 's')]), from: sql`${phrases.table(staged.table)} s`, where: sql`${sameKey} and (${differs})` })
    changed = (await session.query(update)).rowCount
  }
  const names = [...keyNames, ...others]
  const inserted = await session.query(
    sql`insert into ${phrases.table(spec)} (${sql.join(names.map((name) => phrases.column(name)), sql`, `)})
        select ${list(names, 's')} from ${phrases.table(staged.table)} s where not exists (select 1 from ${phrases.table(spec)} t where ${sameKey})`,
  )
  return { new: inserted.rowCount, changed, unchanged: staged.staged - inserted.rowCount - changed }
}

async function refuseDoubles(session: Session, doubles: SQL, label: string): Promise<void> {
  const { rows } = await session.query(doubles)
  if (rows.length === 0) return
  const shown = rows.map((row) => Object.entries(row).map(([name, value]) => `${name}=${String(value)}`).join(', ')).join('; ')
  throw new VarveError('V2008', `${label}: several rows of one load have the same key (${shown}${rows.length === keysInMessage ? ', …' : ''}), and which of them should win is not said. Nothing was written; send one row a key.`, { context: { keys: rows } })
}
