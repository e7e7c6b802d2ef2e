import { ledgerVersion } from '../batch/ledger/migrate-ledger.js'
import { migrations } from '../batch/ledger/ledger-migrations.js'
import { ledgerTables } from '../batch/ledger/ledger-tables.js'
import type { Engine } from '../engine/engine.js'
import { VarveError } from '../error/varve-error.js'
import { diffTable } from '../table/evolve.js'
import { describeChange } from '../table/schema-change.js'
import { specOf, type TableLike } from '../table/table-like.js'
import { tableLabel } from '../table/table-spec.js'

/** What a warehouse lacks, and how it would get there. */
export interface MigrationPlan {
  readonly ledger: {
    /** The migration that the ledger has; 0 where there is none. */
    readonly from: number
    readonly to: number
  }
  /** The declared tables that differ from what is there. */
  readonly tables: readonly TablePlan[]
  /** The statements of it all, in order, with comments; empty when nothing is to be done. */
  readonly statements: readonly string[]
}

/** What a declared table lacks. */
export interface TablePlan {
  readonly table: string
  /** In words. */
  readonly changes: readonly string[]
}

/**
 * Compares the ledger and declared tables with what a warehouse has, and writes nothing.
 *
 * @example
 * ```ts
 * const plan = await planMigration(engine, [customers, orders])
 * console.log(plan.statements.join('\n'))
 * ```
 * @throws VarveError V2001 with every lossy change of every table, V2005 when the ledger is newer than this program.
 */
export async function planMigration(engine: Engine, tables: readonly TableLike[]): Promise<MigrationPlan> {
  const from = await ledgerVersion(engine)
  const statements: string[] = []
  if (from < migrations.length) {
    statements.push(...migrations.slice(from).map(({ number, name }) => `-- ledger migration ${number}: ${name}`))
    for (const { spec } of ledgerTables) statements.push(...(await statementsFor(engine, spec)).statements)
  }
  const plans: TablePlan[] = []
  const refusals: string[] = []
  for (const table of tables) {
    const spec = specOf(table)
    const { diff, statements: own } = await statementsFor(engine, spec)
    refusals.push(...diff.refusals.map((refusal) => `${tableLabel(spec)}: ${refusal}`))
    if (diff.changes.length > 0) plans.push({ table: tableLabel(spec), changes: diff.changes.map(describeChange) })
    statements.push(...own)
  }
  if (refusals.length > 0) throw lossy(refusals)
  return { ledger: { from, to: migrations.length }, tables: plans, statements }
}

async function statementsFor(engine: Engine, spec: ReturnType<typeof specOf>) {
  const diff = diffTable(spec, await engine.introspect(spec.schema, spec.name))
  return { diff, statements: diff.changes.flatMap((change) => [`-- ${describeChange(change)}`, ...engine.explainChange(change).map((statement) => `${statement};`)]) }
}

function lossy(refusals: readonly string[]): VarveError {
  return new VarveError(
    'V2001',
    `The tables cannot be brought to their declarations without losing something:\n${refusals.map((refusal) => `  - ${refusal}`).join('\n')}\nNothing was changed. Change the declarations, or migrate the tables by hand.`,
    { context: { refusals } },
  )
}
