import { sql, type SQL } from 'drizzle-orm'
import { alignTable, tableLabel, VarveError, type Engine, type Session } from '@varve/core'
import { dimensionLoads } from '../dimension/load-tables.js'
import { takeTurn } from '../statement/take-turn.js'
import { dependentBatches } from './dependent-batches.js'
import type { DimensionRecord } from '../record/dimension-record.js'
import { journalColumns } from './journal-table.js'
import type { LoadEntry } from './load-entry.js'
import { RevertTables } from './revert-tables.js'
import { TouchedMembers } from './touched-members.js'
import { restoreJournalled, undoBatches, type UndoStatement } from './undo-load.js'

/** What a revert did to the versions of a dimension. */
export interface RevertCounts {
  /** Versions that are gone. */
  readonly deleted: number
  /** Versions that are open again. */
  readonly reopened: number
  /** Versions that are as they were before. */
  readonly restored: number
}

/** One dimension on the way through a revert, within its transaction. */
export class RevertedDimension {
  readonly #tables: RevertTables
  #loads: LoadEntry[] = []

  private constructor(private readonly engine: Engine, private readonly session: Session, readonly record: DimensionRecord) {
    this.#tables = new RevertTables(engine.phrases, record)
  }

  /** Takes the dimension's turn, and reads the loads that it has had. */
  static async open(engine: Engine, session: Session, record: DimensionRecord): Promise<RevertedDimension> {
    await session.query(takeTurn(engine.phrases, record.dimension))
    const self = new RevertedDimension(engine, session, await asItStands(session, record))
    self.#loads = await self.readLoads()
    await alignTable(session, self.#tables.journal)
    return self
  }

  /** The batches that built on those that are to go. */
  async dependents(gone: ReadonlySet<string>, workTable: string): Promise<Set<string>> {
    const first = this.#loads.findIndex((load) => gone.has(load.batchId))
    if (first < 0) return new Set()
    const concerned = this.#loads.slice(first)
    const touched = new TouchedMembers(this.session, this.#tables, workTable)
    await touched.listChanged([...new Set(concerned.map((load) => load.batchId))])
    for (const { batchId, members } of concerned) await touched.spoke(batchId, members ?? [])
    const dependent = await dependentBatches({ loads: concerned, changing: await touched.changing(), hasMemory: this.record.memory !== null, shared: (ids) => touched.shared(ids) }, new Set([...gone].filter((id) => concerned.some((load) => load.batchId === id))))
    await touched.drop()
    return dependent
  }

  /** Takes batches back, the last one first, and forgets that they were there. */
  async undo(gone: ReadonlySet<string>): Promise<RevertCounts> {
    const counts = { deleted: 0, reopened: 0, restored: 0, aside: 0 }
    const run = async (statements: readonly UndoStatement[]) => {
      for (const { what, statement } of statements) counts[what] += (await this.session.query(statement)).rowCount
    }
    // A member that was written down is then free of its load, and of whatever came after it; what is left of the batches, lineage tells.
    for (const load of this.#loads.filter(({ batchId, journalled }) => gone.has(batchId) && (journalled ?? 0) > 0).toReversed()) {
      await this.refuseWithoutJournal(load)
      await run(restoreJournalled(this.#tables, load))
    }
    await run(undoBatches(this.#tables, [...gone]))
    await this.forget(gone)
    const { aside: _, ...told } = counts
    return told
  }

  private async forget(gone: ReadonlySet<string>): Promise<void> {
    const { phrases } = this.engine
    const batches = sql.join([...gone].map((id) => this.#tables.uuid(id)), sql`, `)
    await this.session.query(sql`delete from ${phrases.table(dimensionLoads.spec)} where ${phrases.column('dimension')} = ${this.record.dimension} and ${phrases.column('batch_id')} in (${batches})`)
    await this.session.query(sql`delete from ${this.#tables.journalled} where ${phrases.column(journalColumns.batchId.name)} in (${batches})`)
  }

  private async refuseWithoutJournal(load: LoadEntry): Promise<void> {
    const count = await this.count(sql`${this.#tables.journalled} b where ${this.#tables.part('b', 'member', load)}`)
    if (count === load.journalled) return
    const label = tableLabel(this.#tables.journal)
    throw new VarveError('V2009', `Batch ${load.batchId} of dimension ${this.record.dimension} cannot be reverted: ${label} holds ${count} of the ${load.journalled} members that it wrote down before it changed them. Rows were removed from ${label}; restore them, or load the dimension anew.`, {
      context: { dimension: this.record.dimension, batchId: load.batchId, found: count, expected: load.journalled },
    })
  }

  private async count(from: SQL): Promise<number> {
    const { rows } = await this.session.query<{ rows: bigint | number }>(sql`select ${this.engine.phrases.countRows()} as ${this.engine.phrases.column('rows')} from ${from}`)
    return Number(rows[0]?.rows)
  }

  private async readLoads(): Promise<LoadEntry[]> {
    const { phrases } = this.engine
    const names = ['load_number', 'batch_id', 'complete', 'unchanged', 'members', 'journalled']
    const { rows } = await this.session.query<{ load_number: number; batch_id: string; complete: boolean; unchanged: bigint | null; members: string | null; journalled: bigint | null }>(
      sql`select ${this.#tables.list(names)} from ${phrases.table(dimensionLoads.spec)} where ${phrases.column('dimension')} = ${this.record.dimension} order by ${phrases.column('load_number')}`,
    )
    return rows.map((row) => ({
      number: row.load_number,
      batchId: row.batch_id,
      complete: row.complete,
      unchanged: row.unchanged === null ? null : Number(row.unchanged),
      members: row.members === null ? null : (JSON.parse(row.members) as string[][]), // written by none but us
      journalled: row.journalled === null ? null : Number(row.journalled),
    }))
  }
}

/** Without the columns that somebody has dropped from the table since: nothing can be brought back in them. */
async function asItStands(session: Session, record: DimensionRecord): Promise<DimensionRecord> {
  const { schema, name, columns } = record.table
  const live = await session.introspect(schema ?? undefined, name)
  if (!live) return record
  const names = new Set(live.columns.map((column) => column.name))
  return { ...record, table: { schema, name, columns: columns.filter((column) => names.has(column.name)) } }
}
