import { stageRows, stagingTable, ledgerSchema, tableLabel, VarveError, type Engine, type Quarantine, type RejectedRow, type RowSource, type Transaction } from '@varve/core'
import type { DimensionDefinition } from '../definition/dimension-definition.js'
import type { ModelFinding } from '../model/finding.js'
import type { LoadCounts } from '../model/load-counts.js'
import { ChangeSamples, type PlannedChange } from '../strategy/change-samples.js'
import { mergeDimension } from '../strategy/merge-dimension.js'
import { enterLoadTables } from './ensure-load-tables.js'
import type { StageLoadOptions } from './load-options.js'
import { stageLoad, type PourRows } from './stage-load.js'

/** What a load would do. */
export interface LoadPlan {
  readonly counts: LoadCounts
  readonly findings: readonly ModelFinding[]
  /** A few members of each kind, with what becomes of their versions. */
  readonly sample: readonly PlannedChange[]
  /** The first rows that would go to quarantine. */
  readonly rejected: readonly RejectedRow[]
}

/** How a plan is made. */
export interface PlanOptions extends StageLoadOptions {
  readonly signal?: AbortSignal | undefined
  /** How many members of each kind are shown. @defaultValue 5 */
  readonly sample?: number | undefined
}

/** Carries the plan out of the transaction that is rolled back for it. */
class Planned extends Error {
  constructor(readonly plan: LoadPlan) {
    super('planned')
  }
}

const nobody = '00000000-0000-0000-0000-000000000000'
const shownRejects = 20

/** Loads in a transaction that is rolled back: whatever it does, nothing of it stays. */
export async function planLoad(engine: Engine, definition: DimensionDefinition, rows: RowSource<object>, options: PlanOptions): Promise<LoadPlan> {
  try {
    await engine.transaction(async (transaction) => {
      await enterLoadTables(engine, transaction, definition)
      const rejected: RejectedRow[] = []
      const staged = await stageLoad(definition, rows, options, pourInto(transaction, rejected, options.signal))
      const samples = new ChangeSamples(definition, options.sample ?? 5)
      const { counts, findings } = await mergeDimension(engine, transaction, definition, nobody, staged, samples)
      throw new Planned({ counts, findings, sample: samples.changes, rejected })
    }, { signal: options.signal })
  } catch (error) {
    if (error instanceof Planned) return error.plan
    throw error
  }
  throw new Error('A plan ends with its transaction rolled back.') // never reached
}

function pourInto(transaction: Transaction, shown: RejectedRow[], signal: AbortSignal | undefined): PourRows {
  let made = 0
  return async (table, rows, { mapping, ignore, deletions, rejects, label, onRejected }) => {
    const address = { schema: ledgerSchema, name: `stage_plan_${process.pid}_${(made += 1)}` }
    await transaction.change({ kind: 'create-table', table: stagingTable(table, address) })
    const quarantine: Quarantine = {
      reject: (rejected) => {
        shown.push(...rejected.slice(0, shownRejects - shown.length))
        onRejected?.(rejected)
        return Promise.resolve()
      },
      find: () => Promise.resolve(),
    }
    const staged = await stageRows(transaction, table, address, rows, quarantine, { mapping, ignore, deletions, signal })
    const allowed = rejects === 'refuse' ? 0 : typeof rejects === 'number' ? rejects : 1
    if (staged.rejected > 0 && staged.rejected > allowed * staged.read) {
      throw new VarveError('V2003', `${label ?? tableLabel(table)}: ${staged.rejected} of ${staged.read} rows would be rejected, and the definition allows ${allowed === 0 ? 'none' : `a share of ${allowed}`}. The first is row ${shown[0]?.rowNumber}: ${shown[0]?.message}.`, { context: { read: staged.read, rejected: staged.rejected } })
    }
    return staged
  }
}
