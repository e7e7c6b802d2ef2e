import { randomUUID } from 'node:crypto'
import { stageRows, stagingTable, type Engine, type LiveTable, type Session, type TableAddress } from '@varve/core'
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
      let known = new Map<string, Promise<LiveTable | undefined>>()
      const load = (definition: DimensionDefinition, given: Load): Promise<Done> =>
        transaction.savepoint(async (savepoint) => {
          const session = knowing(savepoint, known)
          const batchId = randomUUID()
          await enterLoadTables(engine, session, definition)
          const staged = await stageLoad(definition, given.rows, given, pourInto(session))
          return { batchId, ...(await mergeDimension(engine, session, definition, batchId, staged)) }
        }).catch((error: unknown) => {
          known = new Map() // tables that were made for it are gone
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

/** Asks for the shape of a table once: that is most of what a small load takes. */
function knowing(session: Session, known: Map<string, Promise<LiveTable | undefined>>): Session {
  const label = ({ schema, name }: TableAddress) => `${schema ?? ''}.${name}`
  const own: Pick<Session, 'introspect' | 'change'> = {
    introspect: (schema, name) => {
      const shape = known.get(label({ schema, name })) ?? session.introspect(schema, name)
      known.set(label({ schema, name }), shape)
      return shape
    },
    change: (change) => {
      if ('table' in change) known.delete(label(change.table))
      return session.change(change)
    },
  }
  return new Proxy(session, {
    get: (target, name): unknown => {
      const value: unknown = Reflect.get(name in own ? own : target, name)
      return typeof value === 'function' ? (value.bind(target) as unknown) : value
    },
  })
}
