import type { ExtractContext, LoadContext } from '../batch/batch-contexts.js'
import type { BatchOutcome } from '../batch/batch-outcome.js'
import { EtlBatch, type BatchRunOptions } from '../batch/etl-batch.js'
import type { Engine, Session } from '../engine/engine.js'
import { VarveError } from '../error/varve-error.js'
import { tableLabel } from '../table/table-spec.js'
import { currentPipeline } from './current-batch.js'
import type { CurrentDefinition } from './current-definition.js'
import { CurrentLoad } from './current-load.js'
import { Deduplication, type DeduplicationPlan, type KeepRule } from './deduplication.js'
import { enterTable } from './table-turns.js'

/** How a clean-up of duplicates is run. */
export type DeduplicateOptions = KeepRule & Pick<BatchRunOptions, 'wait' | 'signal' | 'log' | 'runId'>

/** What a clean-up of duplicates did. */
export interface DeduplicationOutcome extends Pick<DeduplicationPlan, 'rows' | 'groups' | 'removed' | 'keeps' | 'archive'>, Pick<BatchOutcome, 'batchId' | 'durationMs'> {}

/** What a clean-up would do. Nothing is done. */
export async function planDeduplication({ phrases }: Engine, session: Session, definition: CurrentDefinition, rule: KeepRule): Promise<DeduplicationPlan> {
  return (await deduplication(phrases, session, definition, rule)).plan(session)
}

/** Moves all rows but one of each key aside and gives the table its key, in a batch of its own. */
export async function deduplicateCurrent(engine: Engine, definition: CurrentDefinition, { wait, signal, log, runId, ...rule }: DeduplicateOptions): Promise<DeduplicationOutcome> {
  const batch = new DeduplicationBatch(definition, rule)
  const { batchId, durationMs } = await batch.run(engine, { wait, signal, log, runId })
  return { batchId, durationMs, ...(batch.done as Done) } // a batch that has run has done its work
}

type Done = Pick<DeduplicationPlan, 'rows' | 'groups' | 'removed' | 'keeps' | 'archive'>

class DeduplicationBatch extends EtlBatch {
  readonly pipeline: string
  override readonly type = 'deduplicate'
  done: Done | undefined

  constructor(private readonly definition: CurrentDefinition, private readonly rule: KeepRule) {
    super()
    this.pipeline = currentPipeline(definition)
  }

  protected override extract({ engine }: ExtractContext): Promise<void> {
    return enterTable(engine, this.definition)
  }

  protected override async load(context: LoadContext): Promise<void> {
    const load = await CurrentLoad.begin(context, this.definition)
    const { session, label, batchId, stamp } = load
    await context.step(`${label}: duplicates`, label, async () => {
      const work = await deduplication(load.phrases, session, this.definition, this.rule)
      const { rows, groups, removed: several } = await work.count(session)
      const removed = several > 0 ? await work.run(session, batchId, stamp) : 0
      await work.addKey(session)
      this.done = { rows, groups, removed, keeps: work.keeps, archive: tableLabel(work.archive) }
      return { read: rows, unchanged: rows - removed, deleted: removed }
    })
  }
}

async function deduplication(phrases: Engine['phrases'], session: Session, definition: CurrentDefinition, rule: KeepRule): Promise<Deduplication> {
  const { table } = definition
  const live = await session.introspect(table.schema, table.name)
  if (live?.kind !== 'table') throw new VarveError('V3013', `${tableLabel(table)} ${live ? `is a ${live.kind}` : 'does not exist'}, so there are no duplicates to look for. Call prepare() to make it.`, { context: { table: tableLabel(table) } })
  return new Deduplication(phrases, definition, live, rule)
}
