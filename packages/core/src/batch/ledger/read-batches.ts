import { sql, type SQL } from 'drizzle-orm'
import type { Session } from '../../engine/engine.js'
import type { Phrases } from '../../engine/phrases.js'
import { rowReader } from '../../table/row-reader.js'
import type { BatchState } from '../batch-state.js'
import type { StepCounts } from '../step-counts.js'
import type { StepRecord } from './batch-ledger.js'
import type { CheckRecord, Finding } from './finding-ledger.js'
import { dataQualityIssues, dataQualityResults, etlBatches, etlBatchSteps } from './ledger-tables.js'

/** A batch with all that the ledger knows of it. */
export interface RecordedBatch {
  readonly batchId: string
  readonly runId: string | undefined
  readonly pipeline: string
  readonly type: string
  readonly status: BatchState
  readonly metadata: unknown
  readonly host: string
  readonly processId: number
  readonly attempts: number
  readonly startedAt: string
  readonly committedAt: string | undefined
  readonly finishedAt: string | undefined
  readonly error: { readonly code: string | undefined; readonly message: string } | undefined
  readonly takenOverBy: string | undefined
  /** The batch that took this one's data back. */
  readonly revertedBy: string | undefined
  readonly steps: readonly StepRecord[]
  readonly checks: readonly CheckRecord[]
  readonly findings: { readonly total: number; readonly first: readonly Finding[] }
}

/** The column of each count. */
export const countColumns = {
  read: 'rows_read',
  rejected: 'rows_rejected',
  duplicate: 'rows_duplicate',
  unchanged: 'rows_unchanged',
  new: 'rows_new',
  changed: 'rows_changed',
  overwritten: 'rows_overwritten',
  closed: 'rows_closed',
  reopened: 'rows_reopened',
  late: 'rows_late',
  deleted: 'rows_deleted',
} as const satisfies Record<keyof StepCounts, string>

const readBatch = rowReader(etlBatches)
const readStep = rowReader(etlBatchSteps)
const readResult = rowReader(dataQualityResults)
const readIssue = rowReader(dataQualityIssues)

/** Reads the batches that meet a condition, in the order in which they began. */
export async function readBatches(session: Session & { readonly phrases: Phrases }, where: SQL, findings: number): Promise<RecordedBatch[]> {
  const { table, firstRows, countRows } = session.phrases
  const { rows } = await session.query(sql`select * from ${table(etlBatches.spec)} where ${where} order by started_at, batch_id`)
  const batches: RecordedBatch[] = []
  for (const { batchId, ...batch } of rows.map(readBatch)) {
    const steps = await session.query(sql`select * from ${table(etlBatchSteps.spec)} where batch_id = ${batchId} order by step_number`)
    const results = await session.query(sql`select * from ${table(dataQualityResults.spec)} where batch_id = ${batchId} order by check_name`)
    const count = await session.query<{ total: bigint | number }>(sql`select ${countRows()} as total from ${table(dataQualityIssues.spec)} where batch_id = ${batchId}`)
    const issues = await session.query(sql`select * from ${table(dataQualityIssues.spec)} where batch_id = ${batchId} order by issue_id ${firstRows(findings)}`)
    batches.push({
      batchId,
      runId: batch.runId ?? undefined,
      pipeline: batch.pipeline,
      type: batch.batchType,
      status: batch.status as BatchState, // held by a check of the table
      metadata: batch.metadata ?? undefined,
      host: batch.host,
      processId: batch.processId,
      attempts: batch.attempts,
      startedAt: instant(batch.startedAt),
      committedAt: batch.committedAt === null ? undefined : instant(batch.committedAt),
      finishedAt: batch.finishedAt === null ? undefined : instant(batch.finishedAt),
      error: batch.errorMessage === null ? undefined : { code: batch.errorCode ?? undefined, message: batch.errorMessage },
      takenOverBy: batch.takenOverBy ?? undefined,
      revertedBy: batch.revertedBy ?? undefined,
      steps: steps.rows.map(stepOf),
      checks: results.rows.map(readResult).map(({ checkName, tableName, severity, passed, offending, measured, message }) => ({
        check: checkName,
        table: tableName ?? undefined,
        severity: severity as CheckRecord['severity'], // as recorded from one
        passed,
        offending: Number(offending),
        measured: measured === null ? undefined : Number(measured),
        message,
      })),
      findings: { total: Number(count.rows[0]?.total ?? 0), first: issues.rows.map(findingOf) },
    })
  }
  return batches
}

function stepOf(row: Record<string, unknown>): StepRecord {
  const step = readStep(row)
  const counts = Object.fromEntries(Object.entries(countColumns).map(([count, column]) => [count, Number(row[column])])) as Record<keyof StepCounts, number>
  return {
    step: step.step,
    table: step.tableName ?? undefined,
    counts,
    startedAt: instant(step.startedAt),
    finishedAt: instant(step.finishedAt),
    watermarkBefore: step.watermarkBefore ?? undefined,
    watermarkAfter: step.watermarkAfter ?? undefined,
  }
}

function findingOf(row: Record<string, unknown>): Finding {
  const { checkName, severity, tableName, columnName, rowNumber, reason, message, raw } = readIssue(row)
  return {
    check: checkName,
    severity: severity as Finding['severity'], // as recorded from one
    table: tableName ?? undefined,
    column: columnName ?? undefined,
    rowNumber: rowNumber === null ? undefined : Number(rowNumber),
    reason: reason ?? undefined,
    message,
    raw: raw ?? undefined,
  }
}

function instant(value: string | Date): string {
  return typeof value === 'string' ? value : value.toISOString()
}
