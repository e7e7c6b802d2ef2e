import type { ExtractContext, LoadContext } from '../batch/batch-contexts.js'
import { EtlBatch } from '../batch/etl-batch.js'
import type { StagedRows } from '../stage/stage-rows.js'
import { tableLabel } from '../table/table-spec.js'
import type { CurrentCounts } from './current-counts.js'
import type { CurrentDefinition } from './current-definition.js'

/** What a batch does with the one table that it loads. */
export interface CurrentWork {
  stage(context: ExtractContext): Promise<StagedRows>
  load(context: LoadContext, staged: StagedRows): Promise<CurrentCounts>
}

/** A load of one table of current rows as a batch of its own. */
export class CurrentBatch extends EtlBatch<StagedRows> {
  readonly pipeline: string
  counts: CurrentCounts | undefined

  constructor(definition: Pick<CurrentDefinition, 'table'>, private readonly work: CurrentWork, override readonly metadata: Readonly<Record<string, unknown>> | undefined) {
    super()
    this.pipeline = currentPipeline(definition)
  }

  protected override extract(context: ExtractContext): Promise<StagedRows> {
    return this.work.stage(context)
  }

  protected override async load(context: LoadContext, staged: StagedRows): Promise<void> {
    this.counts = await this.work.load(context, staged)
  }
}

/** The pipeline of the batches that a table has of its own. */
export function currentPipeline({ table }: Pick<CurrentDefinition, 'table'>): string {
  return `current ${tableLabel(table)}`.slice(0, 200)
}
