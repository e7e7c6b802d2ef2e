import { sql, type SQL } from 'drizzle-orm'
import type { Engine } from '../../engine/engine.js'
import type { Phrases } from '../../engine/phrases.js'
import { VarveError } from '../../error/varve-error.js'
import { batchStates, type BatchState } from '../batch-state.js'
import { noCounts, type StepCounts } from '../step-counts.js'
import { countColumns, readBatches, type RecordedBatch } from './read-batches.js'
import { etlBatches, etlBatchSteps } from './ledger-tables.js'
import { ledgerVersion } from './migrate-ledger.js'

/** A run as the ledger tells it: the batches that share a run id, or one batch that ran by itself. */
export interface RecordedRun {
  /** The id of the run; of a batch that ran by itself, its own. */
  readonly runId: string
  /** The pipelines of its batches. */
  readonly pipelines: readonly string[]
  /** The state of the batch that most needs to be looked at. */
  readonly status: BatchState
  readonly batches: number
  readonly startedAt: string
  /** When its last batch ended; nothing while one is open. */
  readonly finishedAt: string | undefined
  /** The counts of all its steps together. */
  readonly counts: StepCounts
}

/** A run with all that the ledger knows of it. */
export interface RecordedRunDetail extends Omit<RecordedRun, 'batches'> {
  readonly batches: readonly RecordedBatch[]
}

/** What runs are looked for. */
export interface RunFilter {
  /** Runs with a batch of this pipeline, or of a part of it: `crm` finds `crm.people` too. */
  readonly pipeline?: string | undefined
  readonly status?: BatchState | undefined
  /** At most so many, the newest first. @defaultValue 20 */
  readonly limit?: number | undefined
}

// What needs to be looked at comes first.
const byUrgency = ['running', 'failed', 'abandoned', 'committed', 'succeeded'] as const satisfies readonly BatchState[]

/**
 * Lists the runs that the ledger holds, the newest first. Where there is no ledger, there are none.
 *
 * @example
 * ```ts
 * const [last] = await listRuns(engine, { pipeline: 'crm', limit: 1 })
 * ```
 */
export async function listRuns(engine: Engine, filter: RunFilter = {}): Promise<readonly RecordedRun[]> {
  if ((await ledgerVersion(engine)) === 0) return []
  const { phrases } = engine
  const batches = phrases.table(etlBatches.spec)
  const urgency = sql`min(case status ${sql.join(byUrgency.map((state, at) => sql`when ${state} then ${sql.raw(String(at))}`), sql` `)} end)`
  const { rows } = await engine.query<{ run: string }>(sql`
    select coalesce(run_id, batch_id) as run from ${batches}
    ${filter.pipeline === undefined ? sql`` : sql`where coalesce(run_id, batch_id) in (select coalesce(run_id, batch_id) from ${batches} where pipeline = ${filter.pipeline} or pipeline like ${`${filter.pipeline.replaceAll(/[!%_[]/g, '!$&')}.%`} escape '!')`}
    group by coalesce(run_id, batch_id)
    ${filter.status === undefined ? sql`` : sql`having ${urgency} = ${sql.raw(String(byUrgency.indexOf(filter.status)))}`}
    order by min(started_at) desc, coalesce(run_id, batch_id) desc ${phrases.firstRows(filter.limit ?? 20)}`)
  if (rows.length === 0) return []
  const ids = sql.join(rows.map(({ run }) => sql`${run}`), sql`, `)
  const members = await engine.query<Member>(sql`
    select coalesce(b.run_id, b.batch_id) as run, b.batch_id as batch, b.pipeline, b.status, b.started_at as started, b.finished_at as finished, ${sumColumns(phrases)}
    from ${batches} b left join ${phrases.table(etlBatchSteps.spec)} s on s.batch_id = b.batch_id
    where coalesce(b.run_id, b.batch_id) in (${ids})
    group by b.run_id, b.batch_id, b.pipeline, b.status, b.started_at, b.finished_at order by b.started_at`)
  return rows.map(({ run }) => runOf(run, members.rows.filter((member) => member.run === run)))
}

/**
 * Reads a run by its id, or by that of one of its batches, which is then all that is shown of it.
 *
 * @param options.findings How many findings of each batch are read. @defaultValue 20
 *
 * @example
 * ```ts
 * const run = await readRun(engine, outcome.batchId)
 * run.batches[0]?.findings.total
 * ```
 * @throws VarveError V1009 when there is none.
 */
export async function readRun(engine: Engine, id: string, options: { readonly findings?: number } = {}): Promise<RecordedRunDetail> {
  if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(id)) throw new VarveError('V1009', `"${id}" is no id of a run or a batch. Ids look like 0195e7c2-5f3a-7c41-9d0e-2b8f6a1c4d7e; "varve runs" lists them.`)
  const wanted: readonly SQL[] = [sql`run_id = ${id}`, sql`batch_id = ${id}`]
  const hasLedger = (await ledgerVersion(engine)) > 0
  for (const where of hasLedger ? wanted : []) {
    const batches = await readBatches(engine, where, options.findings ?? 20)
    if (batches.length > 0) return { ...runOf(id, batches.map(memberOf)), batches }
  }
  throw new VarveError('V1009', `No run and no batch in ${engine.description} has the id ${id}. "varve runs" lists those that there are.`, { context: { id } })
}

type Member = { readonly run: string; readonly batch: string; readonly pipeline: string; readonly status: BatchState; readonly started: string; readonly finished: string | null } & { readonly [Count in keyof StepCounts]: bigint | number | null }

function sumColumns(phrases: Phrases): SQL {
  const bigint = { kind: 'bigint' } as const
  return sql.join(Object.entries(countColumns).map(([count, column]) => sql`${phrases.cast(sql`sum(${phrases.column(column, 's')})`, bigint)} as ${sql.identifier(count)}`), sql`, `)
}

function runOf(runId: string, members: readonly Member[]): RecordedRun {
  const counts = noCounts()
  for (const member of members) for (const count of Object.keys(counts) as (keyof StepCounts)[]) counts[count] += Number(member[count] ?? 0)
  const states = new Set(members.map((member) => member.status))
  const finished = members.flatMap((member) => member.finished ?? [])
  return {
    runId,
    pipelines: [...new Set(members.map((member) => member.pipeline))],
    status: byUrgency.find((state) => states.has(state)) ?? batchStates[0],
    batches: members.length,
    startedAt: inOrder(members.map((member) => member.started))[0] ?? '',
    finishedAt: finished.length < members.length ? undefined : inOrder(finished).at(-1),
    counts,
  }
}

function inOrder(instants: readonly string[]): string[] {
  return instants.toSorted((a, b) => Date.parse(a) - Date.parse(b))
}

function memberOf(batch: RecordedBatch): Member {
  const counts = noCounts()
  for (const step of batch.steps) for (const count of Object.keys(counts) as (keyof StepCounts)[]) counts[count] += step.counts[count]
  return { run: batch.runId ?? batch.batchId, batch: batch.batchId, pipeline: batch.pipeline, status: batch.status, started: batch.startedAt, finished: batch.finishedAt ?? null, ...counts }
}
