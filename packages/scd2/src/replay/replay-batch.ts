import { alignTable, EtlBatch, tableLabel, type ExtractContext, type LoadContext, type TableSpec } from '@varve/core'
import type { DimensionDefinition } from '../definition/dimension-definition.js'
import { dimensionPipeline } from '../dimension/dimension-batch.js'
import { ensureLoadTables } from '../dimension/ensure-load-tables.js'
import { recordMerge } from '../dimension/record-merge.js'
import { stageLoad } from '../dimension/stage-load.js'
import { missingColumnFinding, type ModelFinding } from '../model/finding.js'
import { instantText, readAt, type Instant } from '../model/instant.js'
import { countSeveral } from '../statement/count-several.js'
import { mergeDimension, type MergeResult } from '../strategy/merge-dimension.js'
import { MergeTables } from '../strategy/merge-tables.js'
import type { StagedLoad } from '../strategy/staged-load.js'
import type { Gathered, GatheredLoad } from './gathered.js'
import { mergeRuns } from './merge-runs.js'
import { named } from './named.js'
import { rowsOf, type ReplayedLoad, type ReplayLoad, type ReplayOptions } from './replay-load.js'
import { gatheredColumns, loadInstant, loadPlace, runColumns } from './run-columns.js'
import { gatherRows, hasGathered } from './run-statements.js'

/**
 * Loads of a replay as one batch: all their rows are read, and then merged in one go. It takes loads as long as they are of one kind, one
 * after the other in time, and plain; the caller goes on with the rest.
 */
export class ReplayBatch extends EtlBatch<Gathered> {
  readonly pipeline: string
  override readonly type = 'replay'
  replayed: readonly ReplayedLoad[] = []
  /** How many were merged together. */
  together = 0
  /** A load that was taken from the caller, but not read. */
  leftover: ReplayLoad | undefined
  #reading: { readonly name: string; readonly index: number } | undefined

  constructor(private readonly definition: DimensionDefinition, private readonly next: () => Promise<ReplayLoad | undefined>, private readonly options: ReplayOptions) {
    super()
    this.pipeline = dimensionPipeline(definition)
  }

  /** Tells how far the load is that is being read. */
  tell(rowsRead: number): void {
    if (this.#reading) this.options.progress?.({ ...this.#reading, rowsRead })
  }

  protected override async extract(context: ExtractContext): Promise<Gathered> {
    const { definition } = this
    const { engine } = context
    await ensureLoadTables(engine, definition)
    const rows = await context.workTable('gathered', gatheredColumns(definition))
    const runs = await context.workTable('runs', runColumns(definition))
    const places = await context.workTable('places', [loadPlace, loadInstant])
    const loads: GatheredLoad[] = []
    let tables = new MergeTables(definition, engine.phrases, rows, undefined)
    let odd: Gathered['odd']
    for (let load = await this.next(); load && !odd; load = await this.next()) {
      const at = readAt(load.at)
      const last = loads.at(-1)
      if (last && (at <= last.at || (load.complete ?? false) !== last.complete)) {
        this.leftover = load
        break
      }
      const name = load.name ?? instantText(at)
      const staged = await this.stage(context, load, at, { name, index: loads.length })
      tables = new MergeTables(definition, engine.phrases, staged.rows.table, undefined)
      const hasSeveral = Number((await engine.query<{ members: bigint }>(countSeveral(tables))).rows[0]?.members) > 0
      if (hasSeveral || staged.unreadable || staged.nameless > 0) {
        odd = { name, staged }
        break
      }
      const findings = await this.missing(context, tables, rows, staged)
      await engine.query(gatherRows(tables, rows, loads.length + 1))
      await context.discard(staged.rows)
      loads.push({ name, at, complete: staged.complete, read: staged.rows.read, rejected: staged.rows.rejected, staged: staged.rows.staged, findings })
    }
    await engine.bulkIn(places, inOneSlice(loads.map(({ at }, index) => [String(index + 1), instantText(at)])))
    return { tables, rows, runs, places, loads, odd }
  }

  protected override async load(context: LoadContext, gathered: Gathered): Promise<void> {
    const { definition } = this
    const { batchId, engine, transaction } = context
    const label = tableLabel(definition.table)
    const replayed: ReplayedLoad[] = []
    const record = async (name: string, at: Instant, result: MergeResult) => {
      await context.step(name, label, () => Promise.resolve(recordMerge(context, definition, result)))
      replayed.push({ name, at: instantText(at), batchId, counts: result.counts, findings: result.findings })
    }
    await alignTable(transaction, gathered.tables.physical)
    if (gathered.loads.length > 0) {
      const results = await mergeRuns(context, definition, gathered, this.options.allow ?? [])
      for (const [place, { name, at }] of gathered.loads.entries()) await record(name, at, results[place] as MergeResult) // one each
    }
    if (gathered.odd) {
      const { name, staged } = gathered.odd
      await record(name, staged.at, await named(name, () => mergeDimension(engine, transaction, definition, batchId, staged)))
    }
    this.replayed = replayed
    this.together = gathered.loads.length
  }

  private stage(context: ExtractContext, load: ReplayLoad, at: Instant, place: { readonly name: string; readonly index: number }): Promise<StagedLoad> {
    const { allow } = this.options
    this.#reading = place
    this.tell(0)
    return named(place.name, () =>
      stageLoad(this.definition, rowsOf(load), { at: instantText(at), complete: load.complete, mapping: load.mapping, ignore: load.ignore, allow }, (table, source, how) => context.stage({ spec: table, columns: {} }, source, how)),
    )
  }

  /** H12: a column that the source no longer sends is worth a word where it had values. */
  private async missing({ engine }: ExtractContext, tables: MergeTables, gathered: TableSpec, { rows }: StagedLoad): Promise<ModelFinding[]> {
    const findings: ModelFinding[] = []
    const { key, table } = this.definition
    for (const column of table.columns) {
      if (key.includes(column) || !rows.missing.includes(column.property)) continue
      if ((await engine.query(hasGathered(tables, gathered, column))).rows.length > 0) findings.push(missingColumnFinding(column.property))
    }
    return findings
  }
}

async function* inOneSlice<T>(rows: readonly T[]): AsyncGenerator<readonly T[]> {
  yield await Promise.resolve(rows)
}
