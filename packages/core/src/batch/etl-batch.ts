import { v7 as uuidv7 } from 'uuid'
import { asInterruption } from '../error/interruption.js'
import { VarveError } from '../error/varve-error.js'
import { errorMessage } from '../error/error-message.js'
import type { Engine } from '../engine/engine.js'
import type { LockOptions } from '../engine/lock.js'
import { silentLogger, type Logger } from '../log/logger.js'
import { redact } from '../log/redact.js'
import type { DataQualityCheck } from '../quality/check.js'
import { assertNames } from '../quality/check-name.js'
import type { ExtractContext, LoadContext } from './batch-contexts.js'
import type { BatchOutcome } from './batch-outcome.js'
import { BatchStage } from './batch-stage.js'
import { BatchLedger } from './ledger/batch-ledger.js'
import { migrateLedger } from './ledger/migrate-ledger.js'
import { loadTransaction } from './load-transaction.js'
import { reachPoint } from './point.js'
import { Rehearsal } from './rehearsal.js'
import { traced } from './tracing.js'

/** How a batch is run. */
export interface BatchRunOptions {
  /** What to do when another batch of the pipeline runs. @defaultValue 'wait' */
  readonly wait?: LockOptions['wait'] | undefined
  readonly signal?: AbortSignal | undefined
  readonly log?: Logger | undefined
  /** The run of a pipeline that this batch is part of. */
  readonly runId?: string | undefined
  readonly retry?: Partial<RetryPolicy> | undefined
  /**
   * Does all of it and takes it back: rows are read, staged, loaded and checked in a transaction that is rolled back. Nothing stays, in the
   * ledger neither; the outcome tells what would have been done. @defaultValue false
   */
  readonly dryRun?: boolean | undefined
  /** Told how many rows were read, while they are, and of how many, where that is known. */
  readonly progress?: ((label: string, rowsRead: number, total?: number) => void) | undefined
}

/** How often and how far apart a transaction is tried again that met a passing trouble. */
export interface RetryPolicy {
  readonly retries: number
  readonly firstDelayMs: number
  readonly longestDelayMs: number
}

const defaultRetry: RetryPolicy = { retries: 5, firstDelayMs: 200, longestDelayMs: 10_000 }

/**
 * A batch: everything it writes commits together, or nothing does. A subclass says what is read (`extract`) and how it is written
 * (`load`); the lock, the ledger, the one transaction, the gates, retry and the traces of failure are the same for all.
 *
 * **Details**
 *
 * `extract` runs with no transaction open, so a slow source holds nothing. `load` runs inside the one transaction, again from its
 * beginning when the engine reports a passing conflict. Running a batch again is always safe.
 *
 * @example
 * ```ts
 * class CustomerBatch extends EtlBatch<StagedRows> {
 *   readonly pipeline = 'crm'
 *   protected override extract(context: ExtractContext) {
 *     return context.stage(customers, fetchCustomers())
 *   }
 *   protected async load(context: LoadContext, staged: StagedRows) {
 *     await context.step('customers', 'crm.customers', () => upsert(context.transaction, customers, staged))
 *   }
 * }
 * const outcome = await new CustomerBatch().run(engine)
 * ```
 */
export abstract class EtlBatch<Staged = void> {
  /** The pipeline it belongs to: two batches of one pipeline never run at once. */
  abstract readonly pipeline: string
  /** What kind of batch of that pipeline. */
  readonly type: string = 'load'
  /** Kept with the batch in the ledger. */
  readonly metadata: Readonly<Record<string, unknown>> | undefined = undefined
  /** Run inside the transaction, after the load; a failed one of severity `error` refuses the batch. */
  readonly checks: readonly DataQualityCheck[] = []

  /** Reads the sources into staging tables. */
  protected extract(_context: ExtractContext): Promise<Staged> {
    return Promise.resolve(undefined as Staged)
  }

  /** Writes the warehouse from what was staged. */
  protected abstract load(context: LoadContext, staged: Staged): Promise<void>

  /**
   * Runs the batch.
   *
   * @throws VarveError with its reason; the ledger then holds the failed batch, and the warehouse nothing of it.
   */
  async run(engine: Engine, options: BatchRunOptions = {}): Promise<BatchOutcome> {
    const batchId = uuidv7()
    try {
      return await traced('varve.batch', { 'varve.pipeline': this.pipeline, 'varve.batch_id': batchId, 'varve.batch_type': this.type }, () => this.#locked(engine, batchId, options))
    } catch (error) {
      throw options.signal?.aborted ? asInterruption(options.signal.reason) : error
    }
  }

  async #locked(engine: Engine, batchId: string, options: BatchRunOptions): Promise<BatchOutcome> {
    const startedMs = performance.now()
    const log = options.log ?? silentLogger
    const ledger = new BatchLedger(engine)
    const { pipeline, type } = this
    options.signal?.throwIfAborted()
    assertNames(this.checks) // before a long extract, not after it
    await migrateLedger(engine, { signal: options.signal })
    const waiting = (holder: string) => log.info({ pipeline }, `waiting for another batch to end: ${holder}`)
    await using lock = await engine.lock(`pipeline ${pipeline}`, { wait: options.wait ?? 'wait', signal: options.signal, waiting })
    reachPoint('lock.taken')
    const signal = options.signal ? AbortSignal.any([options.signal, lock.lost]) : lock.lost
    const rehearsal = options.dryRun ? new Rehearsal() : undefined
    await using stage = new BatchStage(engine, batchId, { log, signal, progress: options.progress, rehearsal })
    const takenOver = await ledger.takeOver(pipeline, batchId)
    for (const id of takenOver.abandoned) log.warn({ pipeline, batch: id }, 'found an abandoned batch; its data was rolled back')
    for (const id of takenOver.completed) log.warn({ pipeline, batch: id }, 'found a batch that had loaded but was not closed; it counts as succeeded')
    reachPoint('leftovers.settled')
    await BatchStage.dropLeftovers(engine, (ids) => ledger.ended(pipeline, ids))
    await ledger.open({ batchId, runId: options.runId, pipeline, type, metadata: this.metadata })
    reachPoint('batch.opened')
    log.info({ pipeline, batch: batchId, dryRun: rehearsal !== undefined }, 'batch opened')
    try {
      const staged = await traced('varve.extract', {}, () => this.extract({ batchId, engine, signal, log, stage: (table, rows, how) => stage.fill(engine, engine, table, rows, how), watermark: (source) => ledger.watermark(engine, pipeline, source), discard: (table) => stage.discard(table), workTable: (name, columns) => stage.workTable(name, columns) }))
      signal.throwIfAborted()
      const loaded = await traced('varve.transaction', {}, () =>
        loadTransaction({ engine, ledger, stage, batchId, pipeline, signal, log, checks: this.checks, retry: { ...defaultRetry, ...options.retry }, rehearsal }, (context) => this.load(context, staged)),
      )
      if (rehearsal) {
        await stage.drop()
        await ledger.forget(batchId)
        return { batchId, pipeline, type, ...loaded, takenOver, durationMs: performance.now() - startedMs, dryRun: { findings: rehearsal.findings } }
      }
      reachPoint('transaction.committed')
      await close(stage, ledger, batchId, log)
      log.info({ pipeline, batch: batchId, attempts: loaded.attempts }, 'batch succeeded')
      return { batchId, pipeline, type, ...loaded, takenOver, durationMs: performance.now() - startedMs }
    } catch (thrown) {
      const error = signal.aborted ? asInterruption(signal.reason) : thrown
      log.error({ pipeline, batch: batchId, code: error instanceof VarveError ? error.code : undefined }, redact(errorMessage(error)))
      // When even this cannot be written, the batch stays open, and the next run finds it abandoned.
      await (rehearsal ? ledger.forget(batchId) : ledger.fail(batchId, error)).catch((failure: unknown) => log.error({ batch: batchId }, `the failure could not be recorded: ${redact(errorMessage(failure))}`))
      throw error
    }
  }
}

/** Clears up after a batch whose data is there. Nothing that goes wrong here makes it a failed one: the next batch clears up instead. */
async function close(stage: BatchStage, ledger: BatchLedger, batchId: string, log: Logger): Promise<void> {
  try {
    await stage.drop()
    reachPoint('stage.dropped')
    await ledger.close(batchId)
    reachPoint('batch.closed')
  } catch (error) {
    log.warn({ batch: batchId }, `the data is loaded, but the batch could not be closed; the next one does so: ${redact(errorMessage(error))}`)
  }
}

/**
 * Makes a batch without a class, for the small ones.
 *
 * @example
 * ```ts
 * const outcome = await etlBatch({ pipeline: 'crm', load: async ({ transaction }) => { await transaction.query(sql`delete from crm.old`) } }).run(engine)
 * ```
 */
export function etlBatch<Staged = void>(definition: {
  readonly pipeline: string
  readonly type?: string
  readonly metadata?: Readonly<Record<string, unknown>>
  readonly checks?: readonly DataQualityCheck[]
  readonly extract?: (context: ExtractContext) => Promise<Staged>
  readonly load: (context: LoadContext, staged: Staged) => Promise<void>
}): EtlBatch<Staged> {
  return new (class extends EtlBatch<Staged> {
    readonly pipeline = definition.pipeline
    override readonly type = definition.type ?? 'load'
    override readonly metadata = definition.metadata
    override readonly checks = definition.checks ?? []
    protected override extract(context: ExtractContext): Promise<Staged> {
      return definition.extract ? definition.extract(context) : super.extract(context)
    }
    protected override load(context: LoadContext, staged: Staged): Promise<void> {
      return definition.load(context, staged)
    }
  })()
}
