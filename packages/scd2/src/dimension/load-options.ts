import type { InputOf, LockOptions, Logger, RowSource, StageOptions, TableLike } from '@varve/core'
import type { DeleteEvent, Guard } from '../model/load.js'
import type { LoadCounts } from '../model/load-counts.js'
import type { ModelFinding } from '../model/finding.js'

/** The rows of a load: as the table takes them, delete events made by `remove`, or bytes of a known format. */
export type DimensionRows<T extends TableLike> = RowSource<InputOf<T> | DeleteEvent>

/** What is said of rows beside what they say themselves. */
export interface StageLoadOptions extends Pick<StageOptions, 'mapping' | 'ignore'> {
  /** The instant of the load. @defaultValue now */
  readonly at?: string | Date | undefined
  /** Whether the rows are all living members at that instant. @defaultValue false */
  readonly complete?: boolean | undefined
  /** Guards that are to let this load pass. */
  readonly allow?: readonly Guard[] | undefined
  /** How many rows there are, where the source tells: progress then knows how long it will take. */
  readonly total?: number | undefined
}

/** How a load is run. */
export interface LoadOptions extends StageLoadOptions {
  readonly signal?: AbortSignal | undefined
  /** Told how many rows were read, while they are. */
  readonly progress?: ((label: string, rowsRead: number) => void) | undefined
  /** What to do when another load of the dimension runs. @defaultValue 'wait' */
  readonly wait?: LockOptions['wait'] | undefined
  readonly log?: Logger | undefined
  /** Kept with the batch in the ledger. */
  readonly metadata?: Readonly<Record<string, unknown>> | undefined
}

/** What a load did. */
export interface LoadOutcome {
  readonly batchId: string
  readonly counts: LoadCounts
  readonly findings: readonly ModelFinding[]
  /** In milliseconds: the rows into the engine, and from there into the dimension. */
  readonly timings: { readonly stageMs: number; readonly mergeMs: number; readonly totalMs: number }
}
