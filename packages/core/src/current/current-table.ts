import type { BatchStageOptions, ExtractContext, LoadContext } from '../batch/batch-contexts.js'
import type { Engine } from '../engine/engine.js'
import type { RowSource } from '../stage/row-source.js'
import type { StagedRows } from '../stage/stage-rows.js'
import { currentDefinition, type CurrentDefinition, type CurrentOptions, type CurrentTableLike } from './current-definition.js'
import { deliveredAs } from './current-load.js'
import { loadCurrent, type CurrentCounts } from './load-current.js'
import { enterTable } from './table-turns.js'

/**
 * A table of current rows, on an engine: what the source has now, without history. Declare one with {@link currentTable}.
 *
 * **Details**
 *
 * A row is known by its key. One that is new is inserted, one that differs is updated in every column, and one that is the same is not written.
 * Absence deletes nothing: a source that shows a window of its rows is none to compare with.
 */
export class CurrentTable<T extends CurrentTableLike = CurrentTableLike> {
  constructor(
    readonly engine: Engine,
    readonly definition: CurrentDefinition<T>,
  ) {}

  /** Pours rows into staging, within the extract phase of a batch. With a mapping, the rows are those of the source. */
  async stage(context: ExtractContext, rows: RowSource<object>, options: BatchStageOptions = {}): Promise<StagedRows> {
    await enterTable(this.engine, this.definition)
    const { table, staged } = this.definition
    const spec = { schema: table.schema, name: table.name, columns: [...staged, deliveredAs], primaryKey: [], uniques: [], indexes: [], checks: [] }
    return context.stage({ spec, columns: {} }, rows, { ...options, mapping: numbering(options.mapping) })
  }

  /** Writes staged rows by their key, within the load phase of a batch, and records what became of them. */
  load(context: LoadContext, staged: StagedRows): Promise<CurrentCounts> {
    return loadCurrent(context, this.definition, staged)
  }
}

type RowMapping = NonNullable<BatchStageOptions['mapping']>

/** Tells each row its place, so that of two with one key the later one is known. */
function numbering(mapping: RowMapping | undefined): RowMapping {
  let place = 0
  return {
    apply: (source) => {
      const { row, problems } = mapping ? mapping.apply(source) : { row: source, problems: [] }
      place += 1
      return { row: { ...row, [deliveredAs.property]: place }, problems }
    },
  }
}

/** A table of current rows as a class: made with an engine, and known by its definition without one. */
export interface CurrentTableClass<T extends CurrentTableLike> {
  new (engine: Engine): CurrentTable<T>
  readonly definition: CurrentDefinition<T>
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
export function currentTable<const T extends CurrentTableLike>(table: T, options: CurrentOptions<T>): CurrentTableClass<T> {
  const definition = currentDefinition(table, options)
  return class extends CurrentTable<T> {
    static readonly definition = definition
    constructor(engine: Engine) {
      super(engine, definition)
    }
  }
}
