import type { SQL } from 'drizzle-orm'
import type { BatchStageOptions, ExtractContext, LoadContext } from '../batch/batch-contexts.js'
import type { Engine, Session } from '../engine/engine.js'
import type { LockOptions } from '../engine/lock.js'
import type { RowSource } from '../stage/row-source.js'
import type { StagedRows } from '../stage/stage-rows.js'
import { alignTable, type TableDiff } from '../table/evolve.js'
import { rowReader } from '../table/row-reader.js'
import type { RowOf } from '../table/table-like.js'
import { ensurePartitions, partitionLock, partitionsOf } from './ensure-partitions.js'
import type { ChangedMembers, FactResult, ReplaceGuard } from './fact-counts.js'
import { bare, factDefinition, type FactDefinition, type FactInput, type FactKey } from './fact-definition.js'
import { factTurns } from './fact-turns.js'
import { inferredMembers } from './inferred-members.js'
import { deleteFacts, loadFacts } from './load-facts.js'
import { partitionCoverage } from './partition-coverage.js'
import { selectFacts } from './read-facts.js'
import { repointFacts } from './repoint-facts.js'
import { planRetention, retain } from './retention.js'
import { stageFacts } from './stage-facts.js'
import type { ExactFactOptions, FactOptions, FactTable } from './fact-options.js'
import type { EnsuredPartitions, FactPartition, PartitionCoverage, Period, RetentionPlan, RetentionRule } from './partition-period.js'

/** How whole periods are reloaded. */
export interface ReplaceOptions {
  /** The periods that the staged rows are all of. Every staged row must lie in one of them. */
  readonly periods: readonly [Period, ...Period[]]
  /** How many facts the source says that there are; fewer refuse the reload. */
  readonly expected?: number | undefined
  /** The share of the stored facts of these periods that may go away. @defaultValue 0.5 */
  readonly maxVanishingShare?: number | undefined
  /** Guards that are to let this reload pass: fewer rows than expected, or rejected ones (`incomplete`), too many facts that go away (`vanishing`). */
  readonly allow?: readonly ReplaceGuard[] | undefined
}

/** Which facts are read. */
export interface ReadOptions {
  /** Only these periods: partitions that hold none of them are not touched. @defaultValue all */
  readonly periods?: readonly [Period, ...Period[]] | undefined
  readonly where?: SQL | undefined
}

/** A row as a source delivers it: what it lacks, or has as NULL where NULL is not allowed, is for quarantine to say. */
export type Delivered<Input extends object> = { readonly [P in keyof Input]?: Input[P] | null | undefined }

/**
 * A table of facts in partitions, on an engine. Declare one with {@link partitionedFact}.
 *
 * **Details**
 *
 * A fact is known by its identity, whatever partition it lies in: one that moves leaves exactly one row. Rows are staged in the extract phase of a
 * batch, and written in its transaction by statements over sets. A row that is as it was is not written.
 */
export class PartitionedFact<T extends FactTable = FactTable, Input extends object = object, Key extends object = object> {
  constructor(
    readonly engine: Engine,
    readonly definition: FactDefinition<T, Input, Key>,
  ) {}

  /** Makes the table, or brings it to its declaration, and makes the tables of dimensions that are not there yet. Two processes that come at once take turns. */
  async prepare(): Promise<TableDiff> {
    // The lock under which dimensions are entered: a fact makes the tables of those that are not there.
    await using _dimensions = await this.engine.lock('varve dimensions')
    await using _partitions = await this.engine.lock(partitionLock(this.definition))
    return await this.engine.transaction(async (transaction) => {
      const diff = await alignTable(transaction, this.definition.table)
      await factTurns.enter(this.engine.phrases, transaction, this.definition.table)
      await alignTable(transaction, inferredMembers.spec)
      // A fact can come before the first load of its dimension; a table that is there is for its owner to align.
      for (const { dimension } of this.definition.references) {
        if (!(await transaction.introspect(dimension.table.schema, dimension.table.name))) await alignTable(transaction, dimension.table)
      }
      return diff
    })
  }

  /** The partitions that there are, in the order of their bounds. */
  partitions(session: Session = this.engine): Promise<FactPartition[]> {
    return partitionsOf(session, this.definition)
  }

  /**
   * Makes the partitions of periods that have none. Call it before the batch, so that no load waits for it. It may be called again, and by two
   * processes at once. Rows of the period that came to the partition for all others move into their own.
   *
   * @throws VarveError V2006 when a partition that is there overlaps a period without being its own.
   */
  ensurePartitions(periods: readonly Period[], options: Pick<LockOptions, 'wait' | 'signal'> = {}): Promise<EnsuredPartitions> {
    return ensurePartitions(this.engine, this.definition, periods, options)
  }

  /** Which partitions there are and which of the wanted ones are not, with the rows that have no partition of their own. */
  coverage(wanted: readonly Period[] = [], options: { readonly staged?: StagedRows; readonly session?: Session } = {}): Promise<PartitionCoverage> {
    return partitionCoverage(this.engine, options.session ?? this.engine, this.definition, wanted, options.staged)
  }

  /** What a rule of retention would do: nothing is done. The partition for all others is never too old. */
  planRetention(rule: RetentionRule): Promise<RetentionPlan> {
    return planRetention(this.engine, this.definition, rule)
  }

  /**
   * Detaches or drops the partitions of a plan.
   *
   * @throws VarveError V2006 when one of them has changed since the plan was made.
   */
  retain(plan: RetentionPlan): Promise<void> {
    return retain(this.engine, this.definition, plan)
  }

  /**
   * Computes the measures and pours rows into staging, within the extract phase of a batch. A row that lacks what may not be NULL goes to quarantine. With
   * a mapping, the rows are those of the source.
   */
  stage(context: ExtractContext, rows: RowSource<Delivered<Input>>, options?: Omit<BatchStageOptions, 'mapping'>): Promise<StagedRows>
  stage(context: ExtractContext, rows: RowSource<object>, options: BatchStageOptions & { readonly mapping: object }): Promise<StagedRows>
  stage(context: ExtractContext, rows: RowSource<object>, options: BatchStageOptions = {}): Promise<StagedRows> {
    return stageFacts(context, this.definition, rows, options)
  }

  /** Pours the identities of facts into staging that are to be deleted. */
  stageKeys(context: ExtractContext, keys: RowSource<Key>, options: BatchStageOptions = {}): Promise<StagedRows> {
    const { table, identity } = this.definition
    return context.stage({ spec: bare(table, identity), columns: {} }, keys, options)
  }

  /** Writes staged facts by their identity, within the load phase of a batch, and records what became of them. Absence deletes nothing. */
  load(context: LoadContext, staged: StagedRows): Promise<FactResult> {
    return loadFacts(context, this.definition, staged)
  }

  /**
   * Reloads whole periods: staged facts are written as by {@link load}, and facts of these periods that are not staged go away.
   *
   * @throws VarveError V2006 when a staged row lies outside of the periods, or a guard does not let it pass.
   */
  replacePartition(context: LoadContext, staged: StagedRows, options: ReplaceOptions): Promise<FactResult> {
    return loadFacts(context, this.definition, staged, options)
  }

  /** Deletes the facts whose identities were staged by {@link stageKeys}. */
  delete(context: LoadContext, staged: StagedRows): Promise<FactResult> {
    return deleteFacts(context, this.definition, staged)
  }

  /**
   * Points facts at the version that is valid at their event time, after the history of some members was re-cut (H16). Only facts of these members are
   * looked at, and only those written that point elsewhere; they are counted as `changed`.
   *
   * @param column The column of the surrogate key.
   */
  repoint(context: LoadContext, column: string, members: ChangedMembers): Promise<FactResult> {
    return repointFacts(context, this.definition, column, members)
  }

  /** The statement that {@link read} runs: for `explain`, or as a part of another. */
  select(options: ReadOptions = {}): SQL {
    return selectFacts(this.engine.phrases, this.definition, options)
  }

  /** Reads facts, a slice at a time. */
  async *read(options: ReadOptions & { readonly session?: Session } = {}): AsyncGenerator<RowOf<T>> {
    const read = rowReader(this.definition.declared)
    for await (const slice of (options.session ?? this.engine).stream(this.select(options))) for (const row of slice) yield read(row)
  }
}

/** A fact as a class: made with an engine, and known by its definition without one. */
export interface PartitionedFactClass<T extends FactTable, Input extends object, Key extends object> {
  new (engine: Engine): PartitionedFact<T, Input, Key>
  readonly definition: FactDefinition<T, Input, Key>
}

/**
 * Declares a fact as a class, to be used as it is or extended.
 *
 * @example
 * ```ts
 * import { openEngine, partitionedFact, t, table } from '@varve/core'
 *
 * const shifts = table('facts.fact_shift', {
 *   periodId: t.text(10).notNull(),
 *   shiftId: t.bigint().notNull(),
 *   hours: t.decimal(10, 2),
 *   etlBatchId: t.uuid(),
 * }, { primaryKey: ['periodId', 'shiftId'], partitionBy: { list: 'periodId' } })
 *
 * class ShiftFact extends partitionedFact(shifts, { identity: ['shiftId'], batchId: 'etlBatchId' }) {}
 *
 * await using engine = await openEngine()
 * const fact = new ShiftFact(engine)
 * await fact.prepare()
 * await fact.ensurePartitions(['2025_01', '2025_02'])
 * ```
 * @throws VarveError V1003 with every mistake of the declaration.
 */
export function partitionedFact<const T extends FactTable, const O extends FactOptions<T>>(table: T, options: ExactFactOptions<T, O>): PartitionedFactClass<T, FactInput<T, O>, FactKey<T, O>> {
  const definition = factDefinition<T, O>(table, options)
  return class extends PartitionedFact<T, FactInput<T, O>, FactKey<T, O>> {
    static readonly definition = definition
    constructor(engine: Engine) {
      super(engine, definition)
    }
  }
}
