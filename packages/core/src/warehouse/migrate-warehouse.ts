import { migrateLedger } from '../batch/ledger/migrate-ledger.js'
import type { Engine } from '../engine/engine.js'
import type { LockOptions } from '../engine/lock.js'
import { alignTable } from '../table/evolve.js'
import { specOf, type TableLike } from '../table/table-like.js'
import { planMigration, type MigrationPlan } from './plan-migration.js'

/**
 * Brings the ledger and declared tables to what they should be, or creates them: all tables in one transaction, under a lock. What would
 * lose something is refused before anything is written.
 *
 * @returns what was done.
 *
 * @example
 * ```ts
 * const { tables } = await migrateWarehouse(engine, [customers, orders])
 * ```
 * @throws VarveError V2001 with every lossy change of every table, V2005 when the ledger is newer than this program.
 */
export async function migrateWarehouse(engine: Engine, tables: readonly TableLike[], options: LockOptions = {}): Promise<MigrationPlan> {
  await using _lock = await engine.lock('varve migrate', options)
  const plan = await planMigration(engine, tables)
  await migrateLedger(engine, { signal: options.signal })
  if (plan.tables.length > 0) {
    await engine.transaction(async (transaction) => {
      for (const table of tables) await alignTable(transaction, specOf(table))
    }, { signal: options.signal })
  }
  return plan
}
