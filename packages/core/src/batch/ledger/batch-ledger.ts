import { hostname } from 'node:os'
import { sql } from 'drizzle-orm'
import { VarveError } from '../../error/varve-error.js'
import type { Engine, Session, Transaction } from '../../engine/engine.js'
import { redact } from '../../log/redact.js'
import { errorMessage } from '../../error/error-message.js'
import type { StepCounts } from '../step-counts.js'
import { etlBatches, etlBatchSteps, etlSyncStatus } from './ledger-tables.js'

/** What a batch says of itself when it opens. */
export interface BatchOpening {
  readonly batchId: string
  readonly runId: string | undefined
  readonly pipeline: string
  readonly type: string
  readonly metadata: Readonly<Record<string, unknown>> | undefined
}

/** A step as it is recorded. */
export interface StepRecord {
  readonly step: string
  readonly table: string | undefined
  readonly counts: StepCounts
  readonly startedAt: string
  readonly finishedAt: string
  readonly watermarkBefore?: string | undefined
  readonly watermarkAfter?: string | undefined
}

/** The statements by which batches, their steps and watermarks are written and read. */
export class BatchLedger {
  constructor(private readonly engine: Engine) {}

  async open({ batchId, runId, pipeline, type, metadata }: BatchOpening): Promise<void> {
    const { table, now } = this.engine.phrases
    await this.engine.query(
      sql`insert into ${table(etlBatches.spec)} (batch_id, run_id, pipeline, batch_type, status, metadata, host, process_id, attempts, started_at)
          values (${batchId}, ${runId ?? null}, ${pipeline}, ${type}, 'running', ${metadata ? JSON.stringify(metadata) : null}, ${hostname()}, ${process.pid}, 0, ${now()})`,
    )
  }

  /**
   * Settles what dead processes left: whoever holds the lock of the pipeline knows that no other batch of it runs. A batch whose data
   * is there has succeeded, one that still ran is abandoned.
   */
  async takeOver(pipeline: string, by: string): Promise<{ abandoned: string[]; completed: string[] }> {
    const { table, now } = this.engine.phrases
    const batches = table(etlBatches.spec)
    const { rows } = await this.engine.query<{ batch_id: string }>(sql`select batch_id from ${batches} where pipeline = ${pipeline} and status in ('running', 'committed')`)
    const abandoned: string[] = []
    const completed: string[] = []
    for (const { batch_id: id } of rows) {
      const message = `The process that ran this batch ended without closing it; batch ${by} found it so. Its data was rolled back.`
      const gone = await this.engine.query(
        sql`update ${batches} set status = 'abandoned', finished_at = ${now()}, error_message = ${message}, taken_over_by = ${by} where batch_id = ${id} and status = 'running'`,
      )
      if (gone.rowCount > 0) abandoned.push(id)
      else if (await this.close(id)) completed.push(id)
    }
    return { abandoned, completed }
  }

  /** The last statement of the data transaction: from here on the batch counts as loaded, if and only if the transaction commits. */
  async commit(transaction: Transaction, batchId: string, attempts: number): Promise<void> {
    const { table, now } = this.engine.phrases
    const { rowCount } = await transaction.query(
      sql`update ${table(etlBatches.spec)} set status = 'committed', committed_at = ${now()}, attempts = ${attempts} where batch_id = ${batchId} and status = 'running'`,
    )
    if (rowCount !== 1) throw new VarveError('V3012', `Batch ${batchId} was taken over by another process, which held this one for dead. Its data was rolled back; run it again.`)
  }

  /** Closes a batch whose data is there. */
  async close(batchId: string): Promise<boolean> {
    const { table, now } = this.engine.phrases
    const { rowCount } = await this.engine.query(sql`update ${table(etlBatches.spec)} set status = 'succeeded', finished_at = ${now()} where batch_id = ${batchId} and status = 'committed'`)
    return rowCount === 1
  }

  async fail(batchId: string, error: unknown): Promise<void> {
    const { table, now } = this.engine.phrases
    const code = error instanceof VarveError ? error.code : null
    await this.engine.query(
      sql`update ${table(etlBatches.spec)} set status = 'failed', finished_at = ${now()}, error_code = ${code}, error_message = ${redact(errorMessage(error))} where batch_id = ${batchId} and status = 'running'`,
    )
  }

  /** Takes a dry run out of the ledger, as if it had never been. */
  async forget(batchId: string): Promise<void> {
    await this.engine.query(sql`delete from ${this.engine.phrases.table(etlBatches.spec)} where batch_id = ${batchId} and status = 'running'`)
  }

  /** Which attempt's data is there, if any: the answer of the ledger counts, not that of a connection that broke while it committed. */
  async committedAttempt(batchId: string): Promise<number | undefined> {
    const { rows } = await this.engine.query<{ attempts: number }>(
      sql`select attempts from ${this.engine.phrases.table(etlBatches.spec)} where batch_id = ${batchId} and status in ('committed', 'succeeded')`,
    )
    return rows[0]?.attempts
  }

  /** Those of the batches that belong to the pipeline and are over, in whichever way. */
  async ended(pipeline: string, batchIds: readonly string[]): Promise<string[]> {
    if (batchIds.length === 0) return []
    const ids = sql.join(batchIds.map((id) => sql`${id}`), sql`, `)
    const { rows } = await this.engine.query<{ batch_id: string }>(
      sql`select batch_id from ${this.engine.phrases.table(etlBatches.spec)} where pipeline = ${pipeline} and status not in ('running', 'committed') and batch_id in (${ids})`,
    )
    return rows.map((row) => row.batch_id)
  }

  async recordSteps(transaction: Transaction, batchId: string, steps: readonly StepRecord[]): Promise<void> {
    for (const [at, { step, table, counts, startedAt, finishedAt, watermarkBefore, watermarkAfter }] of steps.entries()) {
      await transaction.query(
        sql`insert into ${this.engine.phrases.table(etlBatchSteps.spec)}
            (batch_id, step_number, step, table_name, rows_read, rows_rejected, rows_duplicate, rows_unchanged, rows_new, rows_changed, rows_overwritten,
             rows_closed, rows_reopened, rows_late, rows_deleted, watermark_before, watermark_after, started_at, finished_at)
            values (${batchId}, ${at + 1}, ${step}, ${table ?? null}, ${counts.read}, ${counts.rejected}, ${counts.duplicate}, ${counts.unchanged}, ${counts.new}, ${counts.changed},
             ${counts.overwritten}, ${counts.closed}, ${counts.reopened}, ${counts.late}, ${counts.deleted}, ${watermarkBefore ?? null}, ${watermarkAfter ?? null}, ${startedAt}, ${finishedAt})`,
      )
    }
  }

  async watermark(session: Session, pipeline: string, source: string): Promise<string | undefined> {
    const { rows } = await session.query<{ watermark: string | null }>(
      sql`select watermark from ${this.engine.phrases.table(etlSyncStatus.spec)} where pipeline = ${pipeline} and source = ${source}`,
    )
    return rows[0]?.watermark ?? undefined
  }

  async setWatermark(transaction: Transaction, pipeline: string, source: string, watermark: string, batchId: string): Promise<void> {
    const { table, now } = this.engine.phrases
    const status = table(etlSyncStatus.spec)
    const { rowCount } = await transaction.query(
      sql`update ${status} set watermark = ${watermark}, batch_id = ${batchId}, updated_at = ${now()} where pipeline = ${pipeline} and source = ${source}`,
    )
    if (rowCount === 0) {
      await transaction.query(sql`insert into ${status} (pipeline, source, watermark, batch_id, updated_at) values (${pipeline}, ${source}, ${watermark}, ${batchId}, ${now()})`)
    }
  }
}
