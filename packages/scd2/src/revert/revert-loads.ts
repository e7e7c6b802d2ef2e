import { EtlBatch, migrateLedger, VarveError, type Engine, type LoadContext, type LockOptions, type Logger } from '@varve/core'
import { canBeReverted, type DimensionRecord } from '../record/dimension-record.js'
import { RevertedDimension, type RevertCounts } from './revert-dimension.js'
import { RevertLedger } from './revert-ledger.js'

/** How a batch is reverted. */
export interface RevertOptions {
  /** Whether batches that built on it go too. @defaultValue false */
  readonly cascade?: boolean | undefined
  /** Tells exactly what would be done, and does nothing. @defaultValue false */
  readonly dryRun?: boolean | undefined
  readonly wait?: LockOptions['wait'] | undefined
  readonly signal?: AbortSignal | undefined
  readonly log?: Logger | undefined
}

/** What a revert did. */
export interface RevertOutcome {
  /** The batch of the revert itself. */
  readonly batchId: string
  readonly dryRun: boolean
  /** The batches that are gone, in the order in which they had come. */
  readonly reverted: readonly string[]
  readonly dimensions: readonly ({ readonly dimension: string } & RevertCounts)[]
}

/**
 * Reverts a batch (H14): the dimensions that it loaded are then as if it had never been. All of it happens in one transaction, under the
 * lock of its pipeline.
 *
 * **Details**
 *
 * It is refused where a later batch built on it, unless those are to go too; where the batch also wrote tables that keep no history;
 * and for dimensions without the columns that tell who opened and closed a version. Watermarks that the batch moved go back.
 *
 * @example
 * ```ts
 * const { dimensions } = await revertLoads(engine, '0195e7c2-5f3a-7c41-9d0e-2b8f6a1c4d7e')
 * console.log(dimensions[0]?.deleted, 'versions are gone')
 * ```
 * @throws VarveError V2009 with the reason; nothing is changed then.
 */
export async function revertLoads(engine: Engine, batchId: string, options: RevertOptions = {}): Promise<RevertOutcome> {
  await migrateLedger(engine, { signal: options.signal })
  const ledger = new RevertLedger(engine, engine)
  const batch = new RevertBatch(await ledger.pipelineOf(batchId), batchId, options.cascade ?? false)
  const { batchId: own } = await batch.run(engine, { wait: options.wait, signal: options.signal, log: options.log, dryRun: options.dryRun })
  return { batchId: own, dryRun: options.dryRun ?? false, reverted: batch.reverted, dimensions: batch.dimensions }
}

class RevertBatch extends EtlBatch {
  override readonly type = 'revert'
  override readonly metadata: Readonly<Record<string, unknown>>
  reverted: readonly string[] = []
  dimensions: readonly ({ readonly dimension: string } & RevertCounts)[] = []

  constructor(readonly pipeline: string, private readonly target: string, private readonly cascade: boolean) {
    super()
    this.metadata = { reverts: target, cascade }
  }

  protected override async load(context: LoadContext): Promise<void> {
    const ledger = new RevertLedger(context.engine, context.transaction)
    const { opened, gone } = await this.concerned(context, ledger)
    this.reverted = await ledger.inOrder([...gone])
    await ledger.refuseOtherTables([this.target]) // before advice to cascade, which would be in vain
    if (gone.size > 1 && !this.cascade) throw hasDependents(this.target, this.reverted.filter((id) => id !== this.target))
    await ledger.refuseOtherTables([...gone])
    const done: ({ dimension: string } & RevertCounts)[] = []
    for (const dimension of opened) {
      await context.step(dimension.record.dimension, dimension.record.dimension, async () => {
        const counts = await dimension.undo(gone)
        done.push({ dimension: dimension.record.dimension, ...counts })
        return { deleted: counts.deleted, reopened: counts.reopened, changed: counts.restored }
      })
    }
    this.dimensions = done
    await ledger.markReverted(this.reverted, context.batchId)
  }

  /** The dimensions and the batches that a revert is about: the batch, what built on it, and so on, over all dimensions. */
  private async concerned({ engine, transaction, batchId }: LoadContext, ledger: RevertLedger): Promise<{ opened: readonly RevertedDimension[]; gone: ReadonlySet<string> }> {
    const opened = new Map<string, RevertedDimension>()
    const gone = new Set([this.target])
    for (let isSettled = false; !isSettled; ) {
      isSettled = true
      // In one order for everybody, so that no two wait for each other.
      for (const record of await ledger.dimensionsOf([...gone])) {
        const dimension = opened.get(record.dimension) ?? (await RevertedDimension.open(engine, transaction, told(record)))
        opened.set(record.dimension, dimension)
        for (const id of await dimension.dependents(gone, `stage_${batchId.replaceAll('-', '')}_touched`)) {
          if (gone.has(id)) continue
          gone.add(id)
          isSettled = false
        }
      }
    }
    if (opened.size === 0) throw new VarveError('V2009', `Batch ${this.target} loaded no dimension, so there is nothing that could be reverted. "varve runs ${this.target}" shows what it did.`, { context: { batchId: this.target } })
    return { opened: [...opened.values()], gone }
  }
}

function told(record: DimensionRecord): DimensionRecord {
  if (canBeReverted(record)) return record
  throw new VarveError('V2009', `Dimension ${record.dimension} keeps no columns that tell which batch opened and which closed a version, so no batch of it can be reverted. Name openedBy and closedBy in its housekeeping, and it can be from then on.`, { context: { dimension: record.dimension } })
}

function hasDependents(target: string, dependents: readonly string[]): VarveError {
  const several = dependents.length > 1
  return new VarveError('V2009', `Batch ${target} cannot be reverted alone: ${several ? `${dependents.length} later batches` : 'a later batch'} built on it (${dependents.slice(0, 5).join(', ')}${dependents.length > 5 ? ', …' : ''}). Revert ${several ? 'them' : 'that one'} too with cascade (--cascade), and load anew what should stay.`, {
    context: { batchId: target, dependents },
  })
}
