import { createHash } from 'node:crypto'
import { sql } from 'drizzle-orm'
import { VarveError, type Session, type Transaction } from '@varve/core'
import type { WarehouseObject } from './warehouse-object.js'

/**
 * Makes views and functions where they are not there as declared; what they read must be there. Each keeps a mark of its declaration as its comment, so
 * nothing is done where it agrees. One that cannot be put in the place of the earlier one is dropped first, with those that are declared behind it.
 *
 * @param objects Each after those that it reads.
 *
 * @example
 * ```ts
 * await engine.transaction((transaction) => alignObjects(transaction, [view('crm.v_open_deals', `select * from crm.deals where closed_at is null`)]))
 * ```
 * @throws VarveError V2001 when something has the name of one that was not made here, or depends on one that has to be dropped.
 */
export async function alignObjects(transaction: Transaction, objects: readonly WarehouseObject[]): Promise<void> {
  let states = await statesOf(transaction, objects)
  const strangers = objects.filter(({ name }) => states.get(name) === 'stranger').map(({ name }) => name)
  if (strangers.length > 0) throw strange(strangers)
  for (const [at, object] of objects.entries()) {
    if (states.get(object.name) === markOf(object)) continue
    if (states.has(object.name) && !(await isReplaced(transaction, object))) {
      await dropObjects(transaction, objects.slice(at))
      states = new Map()
    }
    if (!states.has(object.name)) await transaction.query(sql.raw(object.create))
    await transaction.query(sql.raw(`comment on ${object.kind} ${object.name} is '${markOf(object)}'`))
  }
}

/** The names of those that are there, and were not made here: their place has to be made free by hand, or by a migration. */
export async function strangersAmong(session: Session, objects: readonly WarehouseObject[]): Promise<readonly WarehouseObject[]> {
  const states = await statesOf(session, objects)
  return objects.filter(({ name }) => states.get(name) === 'stranger')
}

/** What is there under each name: the mark of what was made here, or a stranger. */
async function statesOf(session: Session, objects: readonly WarehouseObject[]): Promise<Map<string, string>> {
  const { rows } = await session.query<{ name: string; is_there: boolean; mark: string | null }>(sql`
    select name, coalesce(to_regclass(case kind when 'view' then name end)::oid, to_regprocedure(case kind when 'function' then name end)::oid) is not null as is_there,
           coalesce(obj_description(to_regclass(case kind when 'view' then name end), 'pg_class'), obj_description(to_regprocedure(case kind when 'function' then name end), 'pg_proc')) as mark
      from json_to_recordset(cast(${JSON.stringify(objects.map(({ kind, name }) => ({ kind, name })))} as json)) o (kind text, name text)`)
  return new Map(rows.filter((row) => row.is_there).map(({ name, mark }): [string, string] => [name, mark?.startsWith(prefix) ? mark : 'stranger']))
}

const prefix = 'varve '

function markOf(object: WarehouseObject): string {
  return `${prefix}${createHash('sha256').update(JSON.stringify(object)).digest('hex').slice(0, 32)}`
}

async function isReplaced(transaction: Transaction, { create }: WarehouseObject): Promise<boolean> {
  try {
    await transaction.savepoint((inner) => inner.query(sql.raw(create)))
    return true
  } catch (error) {
    // Other columns or another answer: engines replace neither. Whatever else it is comes up again when it is made anew.
    if (error instanceof VarveError && error.isRetryable) throw error
    return false
  }
}

async function dropObjects(transaction: Transaction, objects: readonly WarehouseObject[]): Promise<void> {
  for (const { kind, name } of objects.toReversed()) {
    try {
      await transaction.savepoint((inner) => inner.query(sql.raw(`drop ${kind} if exists ${name}`)))
    } catch (error) {
      if (error instanceof VarveError && error.isRetryable) throw error
      throw new VarveError('V2001', `The ${kind} ${name} is another one in this version of the program, but something of yours depends on it. Nothing was changed. Drop what depends on it, run this again, and make it anew.`, { cause: error, context: { name } })
    }
  }
}

function strange(names: readonly string[]): VarveError {
  return new VarveError('V2001', `${names.join(', ')} ${names.length === 1 ? 'is' : 'are'} there already, and ${names.length === 1 ? 'was' : 'were'} not made by Varve. Nothing was changed. Rename or drop ${names.length === 1 ? 'it' : 'them'}, or let a migration do so.`, { context: { names } })
}
