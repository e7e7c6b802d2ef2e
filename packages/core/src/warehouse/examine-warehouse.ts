import { sql } from 'drizzle-orm'
import { stagePrefix } from '../batch/batch-stage.js'
import { etlBatches, ledgerSchema } from '../batch/ledger/ledger-tables.js'
import { migrations } from '../batch/ledger/ledger-migrations.js'
import { ledgerDrift, ledgerVersion } from '../batch/ledger/migrate-ledger.js'
import type { Engine } from '../engine/engine.js'
import { VarveError } from '../error/varve-error.js'
import { diffTable } from '../table/evolve.js'
import { describeChange } from '../table/schema-change.js'
import { specOf, type TableLike } from '../table/table-like.js'
import { tableLabel } from '../table/table-spec.js'

/** What a look at one thing came to. */
export interface Examination {
  readonly subject: string
  readonly status: 'ok' | 'warn' | 'fail'
  readonly message: string
  /** What to do about it. */
  readonly advice?: string | undefined
}

/**
 * Looks at a warehouse and writes nothing: what the engine can do, whether it speaks UTC, whether the ledger is what it should be, what dead
 * processes left, and whether declared tables are there.
 *
 * @example
 * ```ts
 * for await (const { status, subject, message } of examineWarehouse(engine, [customers])) console.log(status, subject, message)
 * ```
 */
export async function* examineWarehouse(engine: Engine, tables: readonly TableLike[] = []): AsyncGenerator<Examination> {
  yield examineCapabilities(engine)
  yield await examineClock(engine)
  const ledger = await examineLedger(engine)
  yield* ledger.examinations
  if (ledger.isReadable) {
    const open = await openBatches(engine)
    yield* examineBatches(open)
    yield* examineStaging(engine, open)
  }
  for (const table of tables) yield await examineTable(engine, table)
}

function examineCapabilities({ capabilities }: Engine): Examination {
  const can: readonly (readonly [boolean, string])[] = [
    [capabilities.concurrentSessions, 'several sessions side by side'],
    [capabilities.cancellation, 'cancelling a statement'],
    [capabilities.csvBytes, 'CSV as it is'],
    [capabilities.partitions, 'partitions'],
    [capabilities.unloggedTables, 'staging without the log'],
  ]
  const list = (yes: boolean) => can.flatMap(([able, what]) => (able === yes ? [what] : [])).join(', ')
  return { subject: 'capabilities', status: 'ok', message: `${list(true)}${list(false) === '' ? '' : `; not: ${list(false)}`}` }
}

const skewAllowedMs = 60_000

async function examineClock(engine: Engine): Promise<Examination> {
  const { cast, now } = engine.phrases
  const noon = '2025-07-01 12:00:00'
  const before = Date.now()
  const { rows } = await engine.query<{ noon: string; now: string | Date }>(
    sql`select ${cast(cast(sql`${`${noon}Z`}`, { kind: 'timestamp' }), { kind: 'text' })} as noon, ${now()} as now`,
  )
  const shown = String(rows[0]?.noon).replace('T', ' ')
  if (!shown.startsWith(noon)) return { subject: 'clock', status: 'fail', message: `the session is not in UTC: it shows ${noon}Z as ${shown}`, advice: 'Please report it: every session should be in UTC, whatever the server says.' }
  const aheadMs = new Date(rows[0]?.now ?? Number.NaN).getTime() - (before + Date.now()) / 2
  const skew = `the clocks of the engine and of this machine differ by ${(Math.abs(aheadMs) / 1000).toFixed(1)} s`
  if (!(Math.abs(aheadMs) < skewAllowedMs)) return { subject: 'clock', status: 'warn', message: `sessions are in UTC, but ${skew}`, advice: 'Set both by a time server: loads without an instant of their own take that of this machine.' }
  return { subject: 'clock', status: 'ok', message: `sessions are in UTC, and ${skew}` }
}

async function examineLedger(engine: Engine): Promise<{ readonly examinations: readonly Examination[]; readonly isReadable: boolean }> {
  const subject = 'ledger'
  const newest = migrations.length
  let version: number
  try {
    version = await ledgerVersion(engine)
  } catch (error) {
    if (!(error instanceof VarveError) || error.code !== 'V2005') throw error
    return { examinations: [{ subject, status: 'fail', message: `it is newer than this program, which knows migration ${newest} as the last`, advice: 'Update Varve to the version that wrote it.' }], isReadable: false }
  }
  if (version === 0) return { examinations: [{ subject, status: 'warn', message: 'there is none yet', advice: 'Create it with "varve init"; the first batch does so too.' }], isReadable: false }
  const at: Examination =
    version < newest
      ? { subject, status: 'warn', message: `it is at migration ${version} of ${newest}`, advice: 'Bring it up with "varve migrate"; the next batch does so too.' }
      : { subject, status: 'ok', message: `it is at migration ${version}, the last` }
  // What later migrations will bring is not missing yet.
  const drift = version < newest ? [] : await ledgerDrift(engine)
  const advice = 'Undo what was changed by hand in schema "varve"; batches may fail until then.'
  return { examinations: [at, ...drift.map((message): Examination => ({ subject, status: 'fail', message, advice }))], isReadable: drift.length === 0 && version === newest }
}

interface OpenBatch {
  readonly id: string
  readonly pipeline: string
  readonly place: string
  readonly isAlive: boolean
}

/** The batches that are not closed. One whose pipeline nobody holds the lock of has lost its process. */
async function openBatches(engine: Engine): Promise<readonly OpenBatch[]> {
  const read = async () =>
    (
      await engine.query<{ id: string; pipeline: string; host: string; process: number; started: string }>(
        sql`select batch_id as id, pipeline, host, process_id as process, started_at as started from ${engine.phrases.table(etlBatches.spec)} where status in ('running', 'committed') order by started_at`,
      )
    ).rows
  const open: OpenBatch[] = []
  for (const pipeline of new Set((await read()).map((batch) => batch.pipeline))) {
    const lock = await engine.lock(`pipeline ${pipeline}`, { wait: 'refuse' }).catch((error: unknown) => {
      if (error instanceof VarveError && error.code === 'V4001') return undefined
      throw error
    })
    // Read again now that it is known whether somebody holds the lock: a batch may have ended, or begun, in between.
    const batches = (await read()).filter((batch) => batch.pipeline === pipeline)
    await lock?.release()
    open.push(...batches.map(({ id, host, process, started }) => ({ id, pipeline, place: `process ${process} on ${host} since ${started}`, isAlive: lock === undefined })))
  }
  return open
}

function* examineBatches(open: readonly OpenBatch[]): Generator<Examination> {
  const subject = 'batches'
  const dead = open.filter((batch) => !batch.isAlive)
  for (const { id, pipeline, place } of dead) {
    yield { subject, status: 'warn', message: `batch ${id} of pipeline "${pipeline}" is abandoned: ${place} ended without closing it`, advice: 'Run it again: the next batch settles this one, and loses nothing.' }
  }
  const alive = open.filter((batch) => batch.isAlive).map(({ id, pipeline, place }) => `${id} of pipeline "${pipeline}" (${place})`)
  if (alive.length > 0) yield { subject, status: 'ok', message: `running: ${alive.join(', ')}` }
  else if (dead.length === 0) yield { subject, status: 'ok', message: 'none is open' }
}

async function* examineStaging(engine: Engine, open: readonly OpenBatch[]): AsyncGenerator<Examination> {
  const subject = 'staging'
  const expected = new Set(open.map(({ id }) => id.replaceAll('-', '')))
  const left = (await engine.tableNames(ledgerSchema)).filter((name) => name.startsWith(stagePrefix) && !expected.has(name.slice(stagePrefix.length).replace(/_\d+$/, '')))
  for (const name of left) {
    const [statement] = engine.explainChange({ kind: 'drop-table', table: { schema: ledgerSchema, name } })
    yield { subject, status: 'warn', message: `table ${ledgerSchema}.${name} is left over from a batch that is closed`, advice: `Nobody needs it: ${statement}` }
  }
  if (left.length === 0) yield { subject, status: 'ok', message: 'nothing is left over' }
}

async function examineTable(engine: Engine, table: TableLike): Promise<Examination> {
  const spec = specOf(table)
  const subject = `table ${tableLabel(spec)}`
  const live = await engine.introspect(spec.schema, spec.name)
  const { changes, refusals, undeclared } = diffTable(spec, live)
  if (refusals.length > 0) return { subject, status: 'fail', message: refusals.join('; '), advice: 'Change the declaration, or migrate the table by hand: loads into it are refused.' }
  const advice = 'Bring it to its declaration with "varve migrate".'
  if (!live) return { subject, status: 'warn', message: 'it is declared, but not there yet', advice: 'Create it with "varve migrate".' }
  if (changes.length > 0) return { subject, status: 'warn', message: `it lacks: ${changes.map(describeChange).join('; ')}`, advice }
  return { subject, status: 'ok', message: `it is as declared${undeclared.length > 0 ? `, and has more columns: ${undeclared.join(', ')}` : ''}` }
}
