import { sql } from 'drizzle-orm'
import { VarveError } from '../../error/varve-error.js'
import type { Engine, Session } from '../../engine/engine.js'
import type { LockOptions } from '../../engine/lock.js'
import { alignTable, diffTable } from '../../table/evolve.js'
import { describeChange } from '../../table/schema-change.js'
import { tableLabel } from '../../table/table-spec.js'
import { reachPoint } from '../point.js'
import { migrations, newestMigration, type LedgerMigration } from './ledger-migrations.js'
import { ledgerMigrations, ledgerSchema, ledgerTables } from './ledger-tables.js'

/**
 * Brings the ledger to what this program knows, under a lock, each step in a transaction of its own. With nothing to do it is one
 * small query.
 *
 * @returns the steps that were carried out.
 * @throws VarveError V2005 when the ledger is newer than this program.
 */
export async function migrateLedger(engine: Engine, options: Pick<LockOptions, 'signal'> = {}): Promise<readonly LedgerMigration[]> {
  if ((await ledgerVersion(engine)) === newestMigration) return []
  await using _lock = await engine.lock('varve ledger', { wait: 'wait', ...options })
  const applied: LedgerMigration[] = []
  for (const migration of migrations.slice(await ledgerVersion(engine))) {
    await engine.transaction(async (transaction) => {
      await alignTable(transaction, ledgerMigrations.spec)
      const { table, now } = engine.phrases
      await transaction.query(sql`insert into ${table(ledgerMigrations.spec)} (number, name, applied_at) values (${migration.number}, ${migration.name}, ${now()})`)
      await migration.up(transaction)
      reachPoint('ledger.migrating')
    })
    applied.push(migration)
  }
  return applied
}

/** The number of the last migration that the ledger has had; 0 where there is no ledger. */
export async function ledgerVersion(engine: Engine): Promise<number> {
  const live = await engine.introspect(ledgerSchema, ledgerMigrations.spec.name)
  if (!live) return 0
  const { rows } = await engine.query<{ number: number | null }>(sql`select max(number) as number from ${engine.phrases.table(ledgerMigrations.spec)}`)
  const version = rows[0]?.number ?? 0
  if (version > newestMigration) {
    throw new VarveError('V2005', `The ledger in ${engine.description} is at migration ${version}, but this program knows only ${newestMigration}. Nothing was changed; update Varve to the version that wrote it.`, {
      context: { ledger: version, program: newestMigration },
    })
  }
  return version
}

/** How the live ledger differs from what it should be, in words; empty where it does not. */
export async function ledgerDrift(session: Session): Promise<string[]> {
  const drift: string[] = []
  for (const { spec } of ledgerTables) {
    const live = await session.introspect(spec.schema, spec.name)
    if (!live) {
      drift.push(`table ${tableLabel(spec)} is missing`)
      continue
    }
    const { changes, refusals, undeclared } = diffTable(spec, live)
    drift.push(...changes.map((change) => `missing: ${describeChange(change)}`))
    drift.push(...refusals.map((refusal) => `${tableLabel(spec)}: ${refusal}`))
    drift.push(...undeclared.map((column) => `${tableLabel(spec)}: column "${column}" is not of the ledger`))
  }
  return drift
}
