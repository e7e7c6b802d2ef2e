import { sql } from 'drizzle-orm'
import { t } from '../../table/column.js'
import { table } from '../../table/table.js'

/** The schema that the ledger lives in. */
export const ledgerSchema = 'varve'

const count = () => t.bigint().notNull().default(0n)

/** One row a batch: what ran, where, and how it ended. */
export const etlBatches = table(`${ledgerSchema}.etl_batches`, {
  batchId: t.uuid().notNull(),
  /** The run of a pipeline that this batch was part of. */
  runId: t.uuid(),
  pipeline: t.text(200).notNull(),
  batchType: t.text(100).notNull(),
  status: t.text(20).notNull(),
  metadata: t.json(),
  host: t.text(255).notNull(),
  processId: t.integer().notNull(),
  attempts: t.integer().notNull().default(0),
  startedAt: t.timestamp().notNull(),
  committedAt: t.timestamp(),
  finishedAt: t.timestamp(),
  errorCode: t.text(20),
  errorMessage: t.text(),
  /** The batch that found this one abandoned. */
  takenOverBy: t.uuid(),
  /** The batch that took this one's data back. */
  revertedBy: t.uuid(),
}, {
  primaryKey: ['batchId'],
  indexes: [{ columns: ['pipeline', 'startedAt'] }],
  checks: { etl_batches_status: (c) => sql`${c.status} in ('running', 'committed', 'succeeded', 'failed', 'abandoned')` },
})

/** One row for each table that a batch wrote, with exact counts. */
export const etlBatchSteps = table(`${ledgerSchema}.etl_batch_steps`, {
  batchId: t.uuid().notNull(),
  stepNumber: t.integer().notNull(),
  step: t.text(200).notNull(),
  tableName: t.text(300),
  rowsRead: count(),
  rowsRejected: count(),
  rowsDuplicate: count(),
  rowsUnchanged: count(),
  rowsNew: count(),
  rowsChanged: count(),
  rowsOverwritten: count(),
  rowsClosed: count(),
  rowsReopened: count(),
  rowsLate: count(),
  rowsDeleted: count(),
  watermarkBefore: t.text(),
  watermarkAfter: t.text(),
  startedAt: t.timestamp().notNull(),
  finishedAt: t.timestamp().notNull(),
}, { primaryKey: ['batchId', 'stepNumber'] })

/** How far each source of a pipeline has been read. */
export const etlSyncStatus = table(`${ledgerSchema}.etl_sync_status`, {
  pipeline: t.text(200).notNull(),
  source: t.text(200).notNull(),
  watermark: t.text(),
  batchId: t.uuid().notNull(),
  updatedAt: t.timestamp().notNull(),
}, { primaryKey: ['pipeline', 'source'] })

/** One row for each check that a batch ran. */
export const dataQualityResults = table(`${ledgerSchema}.data_quality_results`, {
  batchId: t.uuid().notNull(),
  checkName: t.text(200).notNull(),
  tableName: t.text(300),
  severity: t.text(10).notNull(),
  passed: t.boolean().notNull(),
  offending: t.bigint().notNull(),
  /** What the check measured, such as the number of rows, for the next one to compare with. */
  measured: t.bigint(),
  message: t.text().notNull(),
  checkedAt: t.timestamp().notNull(),
}, { primaryKey: ['batchId', 'checkName'] })

/** One row a finding: quarantined rows, and samples of rows that offend a check. */
export const dataQualityIssues = table(`${ledgerSchema}.data_quality_issues`, {
  issueId: t.bigint().identity(),
  batchId: t.uuid().notNull(),
  checkName: t.text(200).notNull(),
  severity: t.text(10).notNull(),
  tableName: t.text(300),
  columnName: t.text(300),
  rowNumber: t.bigint(),
  reason: t.text(50),
  message: t.text().notNull(),
  raw: t.text(),
  foundAt: t.timestamp().notNull(),
  resolvedAt: t.timestamp(),
}, { primaryKey: ['issueId'], indexes: [{ columns: ['batchId'] }] })

/** Which migrations the ledger has had. */
export const ledgerMigrations = table(`${ledgerSchema}.ledger_migrations`, {
  number: t.integer().notNull(),
  name: t.text(200).notNull(),
  appliedAt: t.timestamp().notNull(),
}, { primaryKey: ['number'] })

/** Every table of the ledger, as it is meant to be. */
export const ledgerTables = [etlBatches, etlBatchSteps, etlSyncStatus, dataQualityResults, dataQualityIssues, ledgerMigrations] as const
