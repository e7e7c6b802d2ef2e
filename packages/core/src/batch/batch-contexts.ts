import type { Engine, Transaction } from '../engine/engine.js'
import type { Logger } from '../log/logger.js'
import type { RowSource } from '../stage/row-source.js'
import type { RejectedRow } from '../stage/rejected-row.js'
import type { StagedRows, StageOptions } from '../stage/stage-rows.js'
import type { ColumnSpec, TableSpec } from '../table/table-spec.js'
import type { TableLike } from '../table/table-like.js'
import type { Finding } from './ledger/finding-ledger.js'
import type { StepCounts } from './step-counts.js'

/** How a batch stages rows. */
export interface BatchStageOptions extends Pick<StageOptions, 'mapping' | 'ignore' | 'deletions' | 'numbered'> {
  /**
   * What rejected rows do to the batch: `quarantine` sets them aside, `refuse` refuses the batch for a single one, and a share
   * (0 to 1) refuses it when more than that share of the rows is rejected. @defaultValue 'quarantine'
   */
  readonly rejects?: 'quarantine' | 'refuse' | number | undefined
  /** How many rows there are, where the source tells: progress then knows how long it will take. @defaultValue the length of an array */
  readonly total?: number | undefined
  /** Told of rejected rows, a slice at a time, after they went to quarantine. */
  readonly onRejected?: ((rows: readonly RejectedRow[]) => void) | undefined
  /** What the rows are called in progress and messages. @defaultValue the table's name */
  readonly label?: string | undefined
}

/** What both phases of a batch can do. */
export interface BatchContext {
  readonly batchId: string
  readonly engine: Engine
  /** Aborted when the batch is cancelled, or its lock lost: long work of your own should listen. */
  readonly signal: AbortSignal
  readonly log: Logger
  /** Pours rows into a staging table of this batch, which goes when the batch is closed. */
  stage(table: TableLike, rows: RowSource<object>, options?: BatchStageOptions): Promise<StagedRows>
  /** How far a source has been read by the last successful batch. */
  watermark(source: string): Promise<string | undefined>
}

/** The phase in which sources are read. No transaction is held. */
export interface ExtractContext extends BatchContext {
  /** Drops a staging table before the batch ends: its rows are where they are needed. */
  discard(staged: StagedRows): Promise<void>
  /** Makes a table of the batch's own beside its staging tables, which goes with them. */
  workTable(name: string, columns: readonly ColumnSpec[]): Promise<TableSpec>
}

/** The phase in which the warehouse is written, all in one transaction. It may run more than once: do nothing in it but write. */
export interface LoadContext extends BatchContext {
  readonly transaction: Transaction
  /** Does a part of the work and records what became of its rows. */
  step(name: string, table: string | undefined, work: () => Promise<Partial<StepCounts>>): Promise<StepCounts>
  /** Moves a watermark, in the transaction that writes the rows it stands for. */
  setWatermark(source: string, watermark: string): Promise<void>
  /** Records something noticed, with the batch. */
  find(finding: Finding): void
}
