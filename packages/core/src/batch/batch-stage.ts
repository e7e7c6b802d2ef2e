import { sql } from 'drizzle-orm'
import { VarveError } from '../error/varve-error.js'
import type { Engine, Session } from '../engine/engine.js'
import type { Logger } from '../log/logger.js'
import { holdFailure } from '../stage/read-once.js'
import type { RowSource } from '../stage/row-source.js'
import { stageRows, stagingTable, type StagedRows } from '../stage/stage-rows.js'
import type { Quarantine } from '../stage/quarantine.js'
import { withRowNumbers } from '../stage/row-numbering.js'
import { specOf, type TableLike } from '../table/table-like.js'
import { tableLabel, type ColumnSpec, type TableSpec } from '../table/table-spec.js'
import type { BatchStageOptions } from './batch-contexts.js'
import { ledgerQuarantine } from './ledger/finding-ledger.js'
import { ledgerSchema } from './ledger/ledger-tables.js'
import { reachPoint } from './point.js'
import type { Rehearsal } from './rehearsal.js'

const samplesInMessage = 3

/** The staging tables of one batch: private to it, and gone when it is closed. */
export class BatchStage implements AsyncDisposable {
  #tables: StagedRows[] = []
  #made = 0

  constructor(
    private readonly engine: Engine,
    private readonly batchId: string,
    private readonly options: { readonly log: Logger; readonly signal: AbortSignal; readonly progress: ((label: string, rowsRead: number, total?: number) => void) | undefined; readonly rehearsal: Rehearsal | undefined },
  ) {}

  /** Makes a staging table and pours rows into it; findings go through a session of their own where the engine has several. */
  async fill(session: Session, findings: Session, like: TableLike, rows: RowSource<object>, options: BatchStageOptions = {}): Promise<StagedRows> {
    holdFailure(rows)
    const table = specOf(like)
    const label = options.label ?? tableLabel(table)
    const total = options.total ?? (Array.isArray(rows) ? rows.length : undefined)
    const address = { schema: ledgerSchema, name: `${prefixOf(this.batchId)}${(this.#made += 1)}` }
    const staging = stagingTable(table, address)
    await session.change({ kind: 'create-table', table: options.numbered ? withRowNumbers(staging) : staging, unlogged: this.engine.capabilities.unloggedTables })
    reachPoint('stage.created')
    const samples: string[] = []
    const { rehearsal } = this.options
    const quarantine = rehearsal?.quarantine(label) ?? ledgerQuarantine(findings, this.batchId, label)
    const watched: Quarantine = {
      reject: async (rejected) => {
        for (const row of rejected.slice(0, samplesInMessage - samples.length)) samples.push(`row ${row.rowNumber}: ${row.message}`)
        await quarantine.reject(rejected)
        options.onRejected?.(rejected)
      },
      find: (found) => quarantine.find(found),
    }
    const staged = await stageRows(session, table, address, rows, watched, {
      mapping: options.mapping,
      ignore: options.ignore,
      deletions: options.deletions,
      numbered: options.numbered,
      signal: this.options.signal,
      progress: (read) => {
        reachPoint('stage.chunk')
        this.options.progress?.(label, read, total)
      },
    })
    this.#tables.push(staged)
    reachPoint('stage.filled')
    this.options.log.info({ table: label, read: staged.read, staged: staged.staged, rejected: staged.rejected }, 'rows staged')
    refuseRejects(label, staged, options.rejects ?? 'quarantine', `${samples.join('. ')}.${rehearsal ? '' : ' All of them are in the ledger, in data_quality_issues.'}`)
    return staged
  }

  /** Drops one of the tables, which nobody needs any more. */
  async discard(staged: StagedRows): Promise<void> {
    this.#tables = this.#tables.filter((one) => one.table !== staged.table)
    await this.engine.change({ kind: 'drop-table', table: staged.table })
  }

  /** Makes a table that is none of rows from outside, but goes with them. */
  async workTable(name: string, columns: readonly ColumnSpec[]): Promise<TableSpec> {
    const table = { schema: ledgerSchema, name: `${prefixOf(this.batchId)}${name}`, columns, primaryKey: [], uniques: [], indexes: [], checks: [] }
    await this.engine.change({ kind: 'create-table', table, unlogged: this.engine.capabilities.unloggedTables })
    this.#made += 1
    return table
  }

  /** Makes sure, inside the data transaction, that every staging table still holds what was put there. */
  async verify(session: Session): Promise<void> {
    for (const { table, staged } of this.#tables) {
      const { rows } = await session.query<{ count: bigint }>(sql`select count(*) as count from ${this.engine.phrases.table(table)}`)
      if (Number(rows[0]?.count) !== staged) {
        throw new VarveError('V2007', `The staging table ${tableLabel(table)} holds ${rows[0]?.count} rows, but ${staged} were staged: the engine lost some, as after a crash. Nothing was written; run it again.`, { isRetryable: false })
      }
    }
  }

  /** Forgets the tables that a rolled-back transaction made. */
  rewind(): () => void {
    const kept = [...this.#tables]
    return () => (this.#tables = kept)
  }

  async drop(): Promise<void> {
    if (this.#made === 0) return
    await dropStages(this.engine, (await stagesOf(this.engine)).get(this.batchId) ?? [])
    this.#made = 0
    this.#tables = []
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // On the way out of a failure: what cannot be dropped now is dropped by the next batch of the pipeline.
    await this.drop().catch(() => undefined)
  }

  /** Drops the staging tables that batches of the pipeline have left which are over. Whoever holds the lock of the pipeline may do so. */
  static async dropLeftovers(engine: Engine, ended: (batchIds: readonly string[]) => Promise<readonly string[]>): Promise<void> {
    const stages = await stagesOf(engine)
    for (const id of await ended([...stages.keys()])) await dropStages(engine, stages.get(id) ?? [])
  }
}

async function stagesOf(engine: Engine): Promise<Map<string, string[]>> {
  const stages = new Map<string, string[]>()
  for (const name of await engine.tableNames(ledgerSchema)) {
    const [, ...parts] = stageForm.exec(name) ?? []
    if (parts.length > 0) stages.set(parts.join('-'), [...(stages.get(parts.join('-')) ?? []), name])
  }
  return stages
}

async function dropStages(engine: Engine, names: readonly string[]): Promise<void> {
  for (const name of names) {
    await engine.change({ kind: 'drop-table', table: { schema: ledgerSchema, name } })
    reachPoint('stage.dropping')
  }
}

/** What the names of all staging tables begin with. */
export const stagePrefix = 'stage_'

const stageForm = /^stage_([0-9a-f]{8})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{12})_/

function prefixOf(batchId: string): string {
  return `${stagePrefix}${batchId.replaceAll('-', '')}_`
}

function refuseRejects(label: string, staged: StagedRows, policy: 'quarantine' | 'refuse' | number, which: string): void {
  if (policy === 'quarantine' || staged.rejected === 0) return
  const share = staged.rejected / staged.read
  if (typeof policy === 'number' && share <= policy) return
  const allowed = policy === 'refuse' ? 'none may be' : `at most ${policy * 100} % may be`
  throw new VarveError('V2003', `${label}: ${staged.rejected} of ${staged.read} rows were rejected, but ${allowed}. Nothing was loaded. ${which}`, {
    context: { rejected: staged.rejected, read: staged.read },
  })
}
