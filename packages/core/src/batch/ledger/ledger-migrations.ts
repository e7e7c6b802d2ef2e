import type { Session } from '../../engine/engine.js'
import { alignTable } from '../../table/evolve.js'
import { dataQualityIssues, dataQualityResults, etlBatches, etlBatchSteps, etlSyncStatus } from './ledger-tables.js'

/** One numbered step of the ledger. A step that has been published is never changed: a new one follows it. */
export interface LedgerMigration {
  readonly number: number
  readonly name: string
  up(session: Session): Promise<void>
}

/** All steps, in order. */
export const migrations: readonly LedgerMigration[] = [
  {
    number: 1,
    name: 'control tables',
    up: async (session) => {
      for (const { spec } of [etlBatches, etlBatchSteps, etlSyncStatus, dataQualityResults, dataQualityIssues]) await alignTable(session, spec)
    },
  },
  { number: 2, name: 'reverted batches', up: (session) => alignTable(session, etlBatches.spec).then(() => undefined) },
]

/** The ledger that this program knows. */
export const newestMigration = migrations.length
