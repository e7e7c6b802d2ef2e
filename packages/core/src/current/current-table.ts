import type { BatchStageOptions, ExtractContext, LoadContext } from '../batch/batch-contexts.js'
import type { BatchOutcome } from '../batch/batch-outcome.js'
import type { BatchRunOptions } from '../batch/etl-batch.js'
import type { Finding } from '../batch/ledger/finding-ledger.js'
import type { Engine } from '../engine/engine.js'
import { bare } from '../fact/fact-definition.js'
import type { Delivered } from '../fact/partitioned-fact.js'
import { holdFailure } from '../stage/read-once.js'
import type { RowSource } from '../stage/row-source.js'
import type { StagedRows } from '../stage/stage-rows.js'
import type { TableDiff } from '../table/evolve.js'
import { alignCurrent } from './align-current.js'
import { CurrentBatch } from './current-batch.js'
import type { CurrentCounts, RemovalCounts } from './current-counts.js'
import { currentDefinition, type CurrentDefinition, type CurrentInput, type CurrentKey } from './current-definition.js'
import type { CurrentOptions, CurrentTableLike, ExactCurrentOptions } from './current-options.js'
import { deduplicateCurrent, planDeduplication, type DeduplicateOptions, type DeduplicationOutcome } from './deduplicate-current.js'
import type { DeduplicationPlan, KeepRule } from './deduplication.js'
import { loadCurrent } from './load-current.js'
import { removeCurrent } from './remove-current.js'
import { enterTable } from './table-turns.js'

/** How rows of a current table are staged. */
export type CurrentStageOptions = Omit<BatchStageOptions, 'deletions' | 'numbered'>

/** How rows are loaded in a batch of their own. */
export interface UpsertOptions extends CurrentStageOptions, Pick<BatchRunOptions, 'wait' | 'signal' | 'log' | 'progress' | 'dryRun' | 'runId'> {
  /** Kept with the batch in the ledger. */
  readonly metadata?: Readonly<Record<string, unknown>> | undefined
}

/** What a load in a batch of its own did; of a dry run, what it would have done. */
export interface UpsertOutcome extends Pick<BatchOutcome, 'batchId' | 'durationMs'> {
  readonly counts: CurrentCounts
  /** Of a dry run: the first of what it noticed. Otherwise all of it is in the ledger. */
  readonly findings?: readonly Finding[]
}

/**
 * A table of current rows, on an engine: what the source has now, without history. Declare one with {@link currentTable}.
 *
 * **Details**
 *
 * A row is known by its key. One that is new is inserted, one that differs is updated in every column that its delivery has, and one that is the same is
 * not written. Absence deletes nothing: a source that shows a window of its rows is none to compare with. A row that the database itself refuses, by a
 * constraint or a trigger, goes to quarantine with the database's words and costs only itself.
 */
export class CurrentTable<T extends CurrentTableLike = CurrentTableLike, Input extends object = object, Key extends object = object> {
  constructor(
    readonly engine: Engine,
    readonly definition: CurrentDefinition<T, Input, Key>,
  ) {}

  /**
   * Makes the table, or brings it to its declaration. Loads do so themselves; call it where the table is to be there before.
   *
   * @throws VarveError V2008 when the table is there and holds several rows of one key: see {@link deduplicate}.
   */
  async prepare(): Promise<TableDiff> {
    await enterTable(this.engine, this.definition)
    await using _lock = await this.engine.lock('varve current tables')
    return await this.engine.transaction((transaction) => alignCurrent(transaction, this.definition))
  }

  /**
   * Loads rows in a batch of their own: staged, written and committed together, or not at all.
   *
   * @throws VarveError with the reason; the table is then as it was.
   */
  async upsert(rows: RowSource<Delivered<Input>>, options?: UpsertOptions & { readonly mapping?: undefined }): Promise<UpsertOutcome>
  async upsert(rows: RowSource<object>, options: UpsertOptions & { readonly mapping: UpsertOptions['mapping'] }): Promise<UpsertOutcome>
  async upsert(rows: RowSource<object>, options: UpsertOptions = {}): Promise<UpsertOutcome> {
    holdFailure(rows)
    const { wait, signal, log, progress, dryRun, runId, metadata, ...how } = options
    const batch = new CurrentBatch(this.definition, { stage: (context) => this.#stage(context, rows, how), load: (context, staged) => this.load(context, staged) }, metadata)
    const { batchId, durationMs, dryRun: rehearsed } = await batch.run(this.engine, { wait, signal, log, progress, dryRun, runId })
    const counts = batch.counts as CurrentCounts // a batch that has run has loaded
    return { batchId, durationMs, counts, ...(rehearsed && { findings: rehearsed.findings }) }
  }

  /** Pours rows into staging, within the extract phase of a batch. With a mapping, the rows are those of the source. */
  stage(context: ExtractContext, rows: RowSource<Delivered<Input>>, options?: CurrentStageOptions & { readonly mapping?: undefined }): Promise<StagedRows>
  stage(context: ExtractContext, rows: RowSource<object>, options: CurrentStageOptions & { readonly mapping: CurrentStageOptions['mapping'] }): Promise<StagedRows>
  stage(context: ExtractContext, rows: RowSource<object>, options: CurrentStageOptions = {}): Promise<StagedRows> {
    return this.#stage(context, rows, options)
  }

  /** Writes staged rows by their key, within the load phase of a batch, and records what became of them. */
  load(context: LoadContext, staged: StagedRows): Promise<CurrentCounts> {
    return loadCurrent(context, this.definition, staged)
  }

  /** Pours the keys of rows into staging that are to be removed, within the extract phase of a batch. */
  async stageKeys(context: ExtractContext, keys: RowSource<Key>, options: CurrentStageOptions = {}): Promise<StagedRows> {
    await enterTable(this.engine, this.definition)
    return context.stage({ spec: bare(this.definition.table, this.definition.key), columns: {} }, keys, options)
  }

  /** Deletes the rows whose keys were staged by {@link stageKeys}, within the load phase of a batch. */
  remove(context: LoadContext, staged: StagedRows): Promise<RemovalCounts> {
    return removeCurrent(context, this.definition, staged)
  }

  /**
   * Tells what {@link deduplicate} would do with a table that is there, and does nothing.
   *
   * @throws VarveError V3013 when there is no such table, V1009 when it lacks a column of the key or of the rule.
   */
  planDeduplication(rule: KeepRule = {}): Promise<DeduplicationPlan> {
    return planDeduplication(this.engine, this.engine, this.definition, rule)
  }

  /**
   * Cleans a table up that was filled before it had its key: of the rows with one key all but one move to `<table>_duplicates`, and the table gets its key,
   * all in one transaction of a batch of its own. Run again, it removes nothing.
   *
   * @throws VarveError V3013 when there is no such table, V1009 when it lacks a column of the key or of the rule.
   */
  deduplicate(options: DeduplicateOptions = {}): Promise<DeduplicationOutcome> {
    return deduplicateCurrent(this.engine, this.definition, options)
  }

  async #stage(context: ExtractContext, rows: RowSource<object>, options: CurrentStageOptions): Promise<StagedRows> {
    await enterTable(this.engine, this.definition)
    return context.stage(this.definition.input, rows, { ...options, numbered: true })
  }
}

/** A table of current rows as a class: made with an engine, and known by its definition without one. */
export interface CurrentTableClass<T extends CurrentTableLike, Input extends object, Key extends object> {
  new (engine: Engine): CurrentTable<T, Input, Key>
  readonly definition: CurrentDefinition<T, Input, Key>
}

/**
 * Declares a table of current rows as a class, to be used as it is or extended.
 *
 * @example
 * ```ts
 * import { currentTable, etlBatch, openEngine, t, table, type StagedRows } from '@varve/core'
 *
 * const entries = table('desk.timesheets', { login: t.text(), day: t.date(), hours: t.decimal(9, 2), updatedAt: t.timestamp() })
 * class Timesheets extends currentTable(entries, { key: ['login', 'day'], updatedAt: 'updatedAt' }) {}
 *
 * await using engine = await openEngine()
 * const timesheets = new Timesheets(engine)
 * const batch = etlBatch<StagedRows>({
 *   pipeline: 'desk',
 *   extract: (context) => timesheets.stage(context, [{ login: 'jsample', day: '2026-01-05', hours: '1.5' }]),
 *   load: async (context, staged) => void (await timesheets.load(context, staged)),
 * })
 * await batch.run(engine)
 * ```
 * @throws VarveError V1003 with every mistake of the declaration.
 */
export function currentTable<const T extends CurrentTableLike, const O extends CurrentOptions<T>>(table: T, options: ExactCurrentOptions<T, O>): CurrentTableClass<T, CurrentInput<T, O>, CurrentKey<T, O>> {
  const definition = currentDefinition<T, O>(table, options)
  return class extends CurrentTable<T, CurrentInput<T, O>, CurrentKey<T, O>> {
    static readonly definition = definition
    constructor(engine: Engine) {
      super(engine, definition)
    }
  }
}
