import { holdFailure, tableLabel, type Engine, type ExtractContext, type KeyOf, type LoadContext, type NotNullKeyOf, type RowSource, type TableLike } from '@varve/core'
import { dimensionDefinition, type DimensionDefinition, type VersionRow } from '../definition/dimension-definition.js'
import type { DefinitionOptions, SequenceKeyOf } from '../definition/definition-options.js'
import type { defaultHousekeeping, HousekeepingNames, ResolvedHousekeeping } from '../definition/housekeeping.js'
import { diffBetween, type Difference } from '../read/diff-between.js'
import type { MemberKey } from '../read/member-key.js'
import { readAsOf } from '../read/read-as-of.js'
import { readBetween } from '../read/read-between.js'
import { readCurrent } from '../read/read-current.js'
import { readHistory } from '../read/read-history.js'
import type { ReplayLoad, ReplayOptions, ReplayOutcome } from '../replay/replay-load.js'
import { replayLoads } from '../replay/replay-loads.js'
import { revertLoads, type RevertOptions, type RevertOutcome } from '../revert/revert-loads.js'
import { mergeDimension, type MergeResult } from '../strategy/merge-dimension.js'
import type { StagedLoad } from '../strategy/staged-load.js'
import { verifyDimension, type Verification, type VerifyOptions } from '../verify/verify-dimension.js'
import { DimensionBatch } from './dimension-batch.js'
import { ensureLoadTables } from './ensure-load-tables.js'
import type { DimensionRows, LoadOptions, LoadOutcome, StageLoadOptions } from './load-options.js'
import { planLoad, type LoadPlan, type PlanOptions } from './plan-load.js'
import { recordMerge } from './record-merge.js'
import { stageLoad } from './stage-load.js'

/**
 * A dimension that keeps its history, on an engine. Declare one with {@link scd2Dimension}; a definition that was read from JSON is
 * given to this class itself.
 *
 * @example
 * ```ts
 * const sites = new Scd2Dimension(engine, parseDefinition({ table: 'dim_site', columns: { id: 'integer', name: 'text' }, key: ['id'] }))
 * await sites.load([{ id: 1, name: 'Depot' }])
 * ```
 */
export class Scd2Dimension<T extends TableLike = TableLike, H extends HousekeepingNames = HousekeepingNames> {
  constructor(
    readonly engine: Engine,
    readonly definition: DimensionDefinition<T, H>,
  ) {}

  /**
   * Loads rows in a batch of their own: staged, merged and committed together, or not at all.
   *
   * @throws VarveError with the reason; the dimension is then as it was.
   */
  async load(rows: DimensionRows<T>, options: LoadOptions = {}): Promise<LoadOutcome> {
    const startedMs = performance.now()
    holdFailure(rows)
    const batch = new DimensionBatch({ definition: this.definition, stage: (context, source, how) => this.stage(context, source, how), merge: (context, staged) => this.merge(context, staged) }, rows, options)
    const { signal, progress, wait, log } = options
    const { batchId } = await batch.run(this.engine, { signal, progress, wait, log })
    return { batchId, ...(batch.merged as MergeResult), timings: { stageMs: batch.stageMs, mergeMs: batch.mergeMs, totalMs: performance.now() - startedMs } } // a batch that has run has merged
  }

  /**
   * Tells exactly what a load would do, and does nothing: counts, findings, and a few members of each kind column by column.
   *
   * @throws VarveError with the reason for which the load would be refused.
   */
  plan(rows: DimensionRows<T>, options: PlanOptions = {}): Promise<LoadPlan> {
    holdFailure(rows)
    return planLoad(this.engine, this.definition, rows, options)
  }

  /**
   * Reverts a batch that loaded this dimension (H14): see {@link revertLoads}.
   *
   * @throws VarveError V2009 with the reason; nothing is changed then.
   */
  revert(batchId: string, options: RevertOptions = {}): Promise<RevertOutcome> {
    return revertLoads(this.engine, batchId, options)
  }

  /**
   * Loads dated snapshots, or the pieces of a change feed, in their order; in one go where that can be: see {@link replayLoads}.
   *
   * @throws VarveError with the load that is refused. Loads that were merged one by one before it stay.
   */
  replay(loads: Iterable<ReplayLoad<T>> | AsyncIterable<ReplayLoad<T>>, options: ReplayOptions = {}): Promise<ReplayOutcome> {
    return replayLoads(this, loads as AsyncIterable<ReplayLoad>, options) // a load of its own rows is one of rows
  }

  /** The current version of each living member: see {@link readCurrent}. */
  current(): Promise<VersionRow<DimensionDefinition<T, H>>[]> {
    return readCurrent(this.engine, this.definition)
  }

  /** The version of each member that held at an instant: see {@link readAsOf}. */
  asOf(instant: string | Date): Promise<VersionRow<DimensionDefinition<T, H>>[]> {
    return readAsOf(this.engine, this.definition, instant)
  }

  /** The versions that held at any time of a span: see {@link readBetween}. */
  between(from: string | Date, to: string | Date): Promise<VersionRow<DimensionDefinition<T, H>>[]> {
    return readBetween(this.engine, this.definition, from, to)
  }

  /** All versions of one member: see {@link readHistory}. */
  history(key: MemberKey<DimensionDefinition<T, H>>): Promise<VersionRow<DimensionDefinition<T, H>>[]> {
    return readHistory(this.engine, this.definition, key)
  }

  /** Who appeared, left and changed between two instants: see {@link diffBetween}. */
  diff(from: string | Date, to: string | Date): Promise<Difference<DimensionDefinition<T, H>>[]> {
    return diffBetween(this.engine, this.definition, from, to)
  }

  /** Whether the dimension keeps the contract: see {@link verifyDimension}. */
  verify(options: VerifyOptions = {}): Promise<Verification<DimensionDefinition<T, H>>> {
    return verifyDimension(this.engine, this.definition, options)
  }

  /** Pours rows into staging, within the extract phase of a batch. */
  async stage(context: ExtractContext, rows: RowSource<object>, options: StageLoadOptions = {}): Promise<StagedLoad> {
    await ensureLoadTables(this.engine, this.definition)
    return stageLoad(this.definition, rows, options, (table, source, how) => context.stage({ spec: table, columns: {} }, source, how))
  }

  /** Merges what was staged, within the load phase of a batch, and records what became of the rows. */
  async merge(context: LoadContext, staged: StagedLoad): Promise<MergeResult> {
    let result: MergeResult | undefined
    await context.step(tableLabel(this.definition.table), tableLabel(this.definition.table), async () => {
      result = await mergeDimension(this.engine, context.transaction, this.definition, context.batchId, staged)
      return recordMerge(context, this.definition, result)
    })
    return result as unknown as MergeResult // set by the step, which has ended
  }
}

/** A dimension as a class: made with an engine, and known by its definition without one. */
export interface Scd2DimensionClass<T extends TableLike, H extends HousekeepingNames> {
  new (engine: Engine): Scd2Dimension<T, H>
  readonly definition: DimensionDefinition<T, H>
}

/**
 * Declares a dimension as a class, to be used as it is or extended.
 *
 * @example
 * ```ts
 * import { openEngine, t, table } from '@varve/core'
 * import { scd2Dimension } from '@varve/scd2'
 *
 * const customers = table('crm.dim_customer', { customerId: t.integer().notNull(), tier: t.text(), email: t.text() })
 *
 * class CustomerDimension extends scd2Dimension(customers, { key: ['customerId'], overwrite: ['email'], deletes: 'close' }) {}
 *
 * await using engine = await openEngine()
 * const done = await new CustomerDimension(engine).load([{ customerId: 1, tier: 'gold' }], { at: '2025-03-31', complete: true })
 * done.counts.new // 1
 * ```
 * @throws VarveError V1010 with every mistake of the definition.
 */
export function scd2Dimension<
  const T extends TableLike,
  const Key extends NotNullKeyOf<T>,
  const Sequence extends Exclude<SequenceKeyOf<T>, Key> = never,
  const Overwrite extends Exclude<KeyOf<T>, Key | Sequence> = never,
  const Fixed extends Exclude<KeyOf<T>, Key | Sequence | Overwrite> = never,
  const Ignored extends Exclude<KeyOf<T>, Key | Sequence | Overwrite | Fixed> = never,
  const Tracked extends Exclude<KeyOf<T>, Key | Sequence | Overwrite | Fixed | Ignored> = never,
  const Names extends HousekeepingNames = typeof defaultHousekeeping,
>(
  declared: T,
  options: DefinitionOptions<T, Key, Sequence, Overwrite, Fixed, Ignored, Tracked, Names>,
): Scd2DimensionClass<T, ResolvedHousekeeping<Names>> {
  const definition = dimensionDefinition(declared, options)
  return class extends Scd2Dimension<T, ResolvedHousekeeping<Names>> {
    static readonly definition = definition
    constructor(engine: Engine) {
      super(engine, definition)
    }
  }
}
