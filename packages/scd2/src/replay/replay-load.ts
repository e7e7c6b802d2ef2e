import type { Logger, LockOptions, RowSource, TableLike } from '@varve/core'
import type { DimensionRows, StageLoadOptions } from '../dimension/load-options.js'
import type { ModelFinding } from '../model/finding.js'
import type { LoadCounts } from '../model/load-counts.js'
import type { Guard } from '../model/load.js'

/** One load of a replay: a dated snapshot, or a piece of a change feed. */
export interface ReplayLoad<T extends TableLike = TableLike> extends Pick<StageLoadOptions, 'mapping' | 'ignore' | 'complete'> {
  readonly at: string | Date
  /** The rows, or how to get them: a file is best opened when its turn has come. */
  readonly rows: DimensionRows<T> | (() => DimensionRows<T>)
  /** What it is called in messages and in the ledger. @defaultValue its instant */
  readonly name?: string | undefined
}

/** How a replay is run. */
export interface ReplayOptions {
  readonly allow?: readonly Guard[] | undefined
  readonly signal?: AbortSignal | undefined
  readonly wait?: LockOptions['wait'] | undefined
  readonly log?: Logger | undefined
  /** Told which load is being read, and how many of its rows were. */
  readonly progress?: ((load: { readonly name: string; readonly index: number; readonly rowsRead: number }) => void) | undefined
}

/** What became of one load of a replay. */
export interface ReplayedLoad {
  readonly name: string
  readonly at: string
  readonly batchId: string
  readonly counts: LoadCounts
  readonly findings: readonly ModelFinding[]
}

/** What a replay did. */
export interface ReplayOutcome {
  readonly loads: readonly ReplayedLoad[]
  /** How many of the loads were merged in one go; the others came one by one. */
  readonly inOneGo: number
}

/** The rows of a load, once its turn has come. */
export function rowsOf({ rows }: ReplayLoad): RowSource<object> {
  return typeof rows === 'function' ? rows() : rows
}
