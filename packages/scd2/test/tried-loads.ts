import { randomUUID } from 'node:crypto'
import { sql } from 'drizzle-orm'
import { stageRows, stagingTable, type Engine, type LiveTable, type SchemaChange, type Session, type TableAddress } from '@varve/core'
import { enterLoadTables } from '../src/dimension/ensure-load-tables.ts'
import { stageLoad, type PourRows } from '../src/dimension/stage-load.ts'
import type { DimensionDefinition, Load } from '../src/index.ts'
import { mergeDimension } from '../src/strategy/merge-dimension.ts'
import type { Done } from './model-twin.ts'

/** Carries an answer out of the transaction that is rolled back for it. */
class Tried<T> extends Error {
  constructor(readonly answer: T) {
    super('tried')
  }
}

/** Runs loads in one transaction, without the ledger and the locks of batches, and takes all of it back. */
export async function tried<T>(engine: Engine, work: (session: Session, load: (definition: DimensionDefinition, given: Load) => Promise<Done>) => Promise<T>): Promise<T> {
  try {
    await engine.transaction(async (transaction) => {
      let tables = new TriedTables(engine)
      const load = (definition: DimensionDefinition, given: Load): Promise<Done> =>
        transaction.savepoint(async (savepoint) => {
          const session = tables.over(savepoint)
          const batchId = randomUUID()
          await enterLoadTables(engine, session, definition)
          const staged = await stageLoad(definition, given.rows, given, pourInto(session))
          const done = await mergeDimension(engine, session, definition, batchId, staged)
          for (const { table } of [staged.rows, ...(staged.unreadable ? [staged.unreadable] : [])]) await session.change({ kind: 'drop-table', table })
          return { batchId, ...done }
        }).catch((error: unknown) => {
          tables = new TriedTables(engine) // what was made for it is gone
          throw error
        })
      throw new Tried(await work(transaction, load))
    })
  } catch (error) {
    if (error instanceof Tried) return error.answer as T // thrown above, with what work answered
    throw error
  }
  throw new Error('What is tried ends with its transaction rolled back.')
}

let poured = 0

function pourInto(session: Session): PourRows {
  return async (table, rows, { deletions, onRejected }) => {
    const address = { schema: 'varve', name: `stage_tried_${(poured += 1)}` }
    await session.change({ kind: 'create-table', table: stagingTable(table, address) })
    return stageRows(session, table, address, rows, { reject: (rejected) => Promise.resolve(onRejected?.(rejected)), find: () => Promise.resolve() }, { deletions })
  }
}

/**
 * Asks for the shape of a table once, and gives a table that was dropped to the next that looks the same: that is most of what a small
 * load takes.
 */
class TriedTables {
  readonly #shapes = new Map<string, Promise<LiveTable | undefined>>()
  readonly #made = new Map<string, string>()
  readonly #free = new Map<string, TableAddress[]>()

  constructor(private readonly engine: Engine) {}

  over(session: Session): Session {
    const own: Pick<Session, 'introspect' | 'change'> = {
      introspect: (schema, name) => {
        const shape = this.#shapes.get(label({ schema, name })) ?? session.introspect(schema, name)
        this.#shapes.set(label({ schema, name }), shape)
        return shape
      },
      change: (change) => {
        if ('table' in change) this.#shapes.delete(label(change.table))
        return this.reused(session, change) ?? session.change(change)
      },
    }
    return new Proxy(session, {
      get: (target, name): unknown => {
        const value: unknown = Reflect.get(name in own ? own : target, name)
        return typeof value === 'function' ? (value.bind(target) as unknown) : value
      },
    })
  }

  private reused(session: Session, change: SchemaChange): Promise<void> | undefined {
    const { phrases } = this.engine
    if (change.kind === 'create-table' && change.table.name.startsWith('stage_')) {
      const look = JSON.stringify(change.table.columns.map(({ name, type, notNull }) => [name, type, notNull]))
      this.#made.set(label(change.table), look)
      const other = this.#free.get(look)?.pop()
      return other && session.query(sql`alter table ${phrases.table(other)} rename to ${sql.identifier(change.table.name)}`).then(() => undefined)
    }
    const look = change.kind === 'drop-table' ? this.#made.get(label(change.table)) : undefined
    if (look === undefined || change.kind !== 'drop-table') return undefined
    this.#free.set(look, [...(this.#free.get(look) ?? []), change.table])
    return session.query(sql`delete from ${phrases.table(change.table)}`).then(() => undefined)
  }
}

const label = ({ schema, name }: TableAddress) => `${schema ?? ''}.${name}`
