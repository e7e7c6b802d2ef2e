import pRetry, { AbortError } from 'p-retry'
import { errorMessage } from '../error/error-message.js'
import { VarveError } from '../error/varve-error.js'
import type { Engine, Transaction } from '../engine/engine.js'
import type { Logger } from '../log/logger.js'
import { redact } from '../log/redact.js'
import type { DataQualityCheck } from '../quality/check.js'
import type { LoadContext } from './batch-contexts.js'
import type { BatchStage } from './batch-stage.js'
import type { RetryPolicy } from './etl-batch.js'
import type { BatchLedger, StepRecord } from './ledger/batch-ledger.js'
import { recordFindings, recordResults, type CheckRecord, type Finding } from './ledger/finding-ledger.js'
import { reachPoint } from './point.js'
import { TakenBack, type Rehearsal } from './rehearsal.js'
import { runChecks } from './run-checks.js'
import { noCounts } from './step-counts.js'

interface LoadSetting {
  readonly engine: Engine
  readonly ledger: BatchLedger
  readonly stage: BatchStage
  readonly batchId: string
  readonly pipeline: string
  readonly signal: AbortSignal
  readonly log: Logger
  readonly checks: readonly DataQualityCheck[]
  readonly retry: RetryPolicy
  /** Of a dry run, which is taken back. */
  readonly rehearsal: Rehearsal | undefined
}

interface Loaded {
  readonly steps: readonly StepRecord[]
  readonly checks: readonly CheckRecord[]
  readonly attempts: number
}

/**
 * The one transaction of a batch: load, gates, watermarks, counts and the mark that it is loaded. It is tried again as a whole when
 * the engine reports a trouble that passes. Whatever a connection said at last, or an interruption that came too late: a batch that
 * the ledger calls committed is loaded.
 */
export async function loadTransaction(setting: LoadSetting, load: (context: LoadContext) => Promise<void>): Promise<Loaded> {
  const { ledger, batchId, signal, log, retry } = setting
  const tried: Loaded[] = []
  const committed = async () => {
    const attempt = tried.length > 0 ? await ledger.committedAttempt(batchId) : undefined
    return attempt === undefined ? undefined : tried[attempt - 1]
  }
  try {
    return await pRetry(
      async (attempts) => {
        const before = await committed()
        if (before) return before
        const attempt = { steps: [] as StepRecord[], checks: [] as CheckRecord[], attempts }
        tried[attempts - 1] = attempt
        try {
          await attemptOnce(setting, attempt, load)
          return attempt
        } catch (error) {
          if (error instanceof VarveError && error.isRetryable && !signal.aborted) throw error
          throw new AbortError(error as Error)
        }
      },
      {
        retries: retry.retries,
        minTimeout: retry.firstDelayMs,
        maxTimeout: retry.longestDelayMs,
        randomize: true,
        signal,
        onFailedAttempt: ({ error, attemptNumber, retriesLeft }) => {
          if (retriesLeft > 0) log.warn({ batch: batchId, attempt: attemptNumber }, `the transaction will be tried again: ${redact(error.message)}`)
        },
      },
    )
  } catch (error) {
    const loaded = await committed().catch(() => undefined)
    if (loaded) return loaded
    throw error
  }
}

async function attemptOnce(setting: LoadSetting, attempt: { steps: StepRecord[]; checks: CheckRecord[]; attempts: number }, load: (context: LoadContext) => Promise<void>): Promise<void> {
  const { engine, ledger, stage, batchId, signal, log, rehearsal } = setting
  const rewind = stage.rewind()
  const findings: Finding[] = []
  let refused: VarveError | undefined
  try {
    await engine.transaction(async (transaction) => {
      reachPoint('transaction.begun')
      await stage.verify(transaction)
      await load(loadContext(setting, transaction, attempt.steps, findings))
      reachPoint('load.done')
      const gate = await runChecks(engine, transaction, setting.checks, rehearsal === undefined)
      attempt.checks.push(...gate.results)
      findings.push(...gate.findings)
      refused = gate.refusal
      if (refused) throw refused
      reachPoint('gates.passed')
      if (rehearsal) throw new TakenBack()
      await recordResults(transaction, batchId, attempt.checks)
      await recordFindings(transaction, batchId, findings)
      await ledger.recordSteps(transaction, batchId, attempt.steps)
      reachPoint('steps.recorded')
      await ledger.commit(transaction, batchId, attempt.attempts)
      reachPoint('batch.committing')
    }, { signal })
  } catch (error) {
    rewind()
    if (rehearsal) {
      rehearsal.find(findings)
      if (error instanceof TakenBack) return
    } else if (refused) {
      // What refused the batch outlives the rollback: it is the reason.
      const refusal = Promise.all([recordResults(engine, batchId, attempt.checks), recordFindings(engine, batchId, findings)])
      await refusal.catch((failure: unknown) => log.error({ batch: batchId }, `what refused the batch could not be recorded: ${redact(errorMessage(failure))}`))
    }
    throw error
  }
}

function loadContext(setting: LoadSetting, transaction: Transaction, steps: StepRecord[], findings: Finding[]): LoadContext {
  const { engine, ledger, stage, batchId, pipeline, signal, log } = setting
  const moved = new Map<string, { before: string | undefined; after: string }>()
  // Findings of rows that are staged within the transaction survive it where the engine has a second session for them.
  const aside = engine.capabilities.concurrentSessions ? engine : transaction
  return {
    batchId,
    engine,
    signal,
    log,
    transaction,
    stage: (table, rows, options) => stage.fill(transaction, aside, table, rows, options),
    watermark: (source) => ledger.watermark(transaction, pipeline, source),
    step: async (name, table, work) => {
      signal.throwIfAborted()
      const startedAt = new Date().toISOString()
      moved.clear()
      const counts = { ...noCounts(), ...(await work()) }
      const [mark] = moved.values()
      steps.push({ step: name, table, counts, startedAt, finishedAt: new Date().toISOString(), watermarkBefore: mark?.before, watermarkAfter: mark?.after })
      log.info({ batch: batchId, step: name, table, ...counts }, 'step done')
      reachPoint('load.step')
      return counts
    },
    setWatermark: async (source, watermark) => {
      moved.set(source, { before: await ledger.watermark(transaction, pipeline, source), after: watermark })
      await ledger.setWatermark(transaction, pipeline, source, watermark, batchId)
      reachPoint('watermarks.set')
    },
    find: (finding) => findings.push(finding),
  }
}
