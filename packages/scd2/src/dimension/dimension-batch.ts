import { EtlBatch, tableLabel, type ExtractContext, type LoadContext, type RowSource } from '@varve/core'
import type { DimensionDefinition } from '../definition/dimension-definition.js'
import type { MergeResult } from '../strategy/merge-dimension.js'
import type { StagedLoad } from '../strategy/staged-load.js'
import type { LoadOptions } from './load-options.js'

/** What a batch needs of a dimension. */
export interface BatchedDimension {
  readonly definition: DimensionDefinition
  stage(context: ExtractContext, rows: RowSource<object>, options: LoadOptions): Promise<StagedLoad>
  merge(context: LoadContext, staged: StagedLoad): Promise<MergeResult>
}

/** A load of one dimension as a batch of its own. The lock of its pipeline keeps two of them apart (H17). */
export class DimensionBatch extends EtlBatch<StagedLoad> {
  readonly pipeline: string
  override readonly metadata: Readonly<Record<string, unknown>>
  merged: MergeResult | undefined
  stageMs = 0
  mergeMs = 0

  constructor(private readonly dimension: BatchedDimension, private readonly rows: RowSource<object>, private readonly options: LoadOptions) {
    super()
    this.pipeline = dimensionPipeline(dimension.definition)
    this.metadata = { at: options.at, complete: options.complete ?? false, ...options.metadata }
  }

  protected override async extract(context: ExtractContext): Promise<StagedLoad> {
    const startedMs = performance.now()
    const staged = await this.dimension.stage(context, this.rows, this.options)
    this.stageMs = performance.now() - startedMs
    return staged
  }

  protected override async load(context: LoadContext, staged: StagedLoad): Promise<void> {
    const startedMs = performance.now()
    this.merged = await this.dimension.merge(context, staged)
    this.mergeMs = performance.now() - startedMs
  }
}

/** The pipeline of a dimension's own loads. */
export function dimensionPipeline({ table }: DimensionDefinition): string {
  return `dimension ${tableLabel(table)}`.slice(0, 200)
}
