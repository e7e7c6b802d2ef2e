import { VarveError } from '../error/varve-error.js'
import { errorMessage } from '../error/error-message.js'
import type { EncodedRow, Session, TableAddress } from '../engine/engine.js'
import { withSourceErrors } from '../engine/source-errors.js'
import { sentColumns } from '../table/evolve.js'
import { tableLabel, type ColumnSpec, type TableSpec } from '../table/table-spec.js'
import { headerColumns, refuseTwins } from './csv/csv-header.js'
import { csvRows } from './csv/csv-rows.js'
import { CsvPass } from './csv/csv-pass.js'
import { ndjsonRows } from './ndjson-rows.js'
import type { Quarantine, RowFinding } from './quarantine.js'
import { rawForm } from './raw-form.js'
import type { RejectedRow } from './rejected-row.js'
import { readOnce } from './read-once.js'
import { withRowNumbers } from './row-numbering.js'
import { rowEncoder } from './row-encoder.js'
import { isByteSource, MalformedRow, type RowSource } from './row-source.js'
import { segments } from './segments.js'

type SourceRow = Readonly<Record<string, unknown>>

/** What staging needs of a mapping. */
export interface RowMapping {
  apply(row: SourceRow): {
    readonly row: SourceRow
    readonly problems: readonly { readonly column: string; readonly severity: 'info' | 'warn' | 'error'; readonly message: string }[]
  }
}

/** How rows are staged. */
export interface StageOptions {
  /** From the source's fields to the table's columns. Without one, fields are the columns. */
  readonly mapping?: RowMapping | undefined
  /** Fields of the source that are known and not wanted. A mapping ignores all that it does not name. */
  readonly ignore?: readonly string[] | undefined
  /** How a row says that it is a deletion, and what is read of one. Rows of CSV never do. */
  readonly deletions?: DeletionRows | undefined
  /** Whether the staging table has a column `varve_row` for the place of each row in its delivery, from 1. @defaultValue false */
  readonly numbered?: boolean | undefined
  readonly signal?: AbortSignal | undefined
  /** Told of the rows read so far, about once a thousand. */
  readonly progress?: ((rowsRead: number) => void) | undefined
}

/** Rows that say that something is gone: of those, a few columns are read and the others not looked at. */
export interface DeletionRows {
  /** The field that says so, with the word `delete`. Rows may also say `upsert` there, which changes nothing. */
  readonly field: string
  /** What is read of such a row, each with the nullness that it is held to. */
  readonly columns: readonly ColumnSpec[]
  /** The column of the staging table that is true for such a row, and NULL for others. */
  readonly marker: string
}

/** Rows in their staging table. They add up: `read` = `staged` + `rejected`. */
export interface StagedRows {
  /** The staging table itself. */
  readonly table: TableSpec
  readonly read: number
  readonly staged: number
  readonly rejected: number
  /** The properties of columns that no row had; none where nothing but deletions was staged. */
  readonly missing: readonly string[]
}

const sliceRows = 500

/** The staging table of a table: its columns, none of its constraints. */
export function stagingTable(table: TableSpec, address: TableAddress): TableSpec {
  const columns = sentColumns(table).map((column): ColumnSpec => ({ ...column, notNull: false }))
  return { ...address, columns, primaryKey: [], uniques: [], indexes: [], checks: [] }
}

/**
 * Pours rows into their staging table: validated against the declaration, encoded and loaded in bulk as they arrive. Rows that
 * cannot be staged go to quarantine. Memory stays flat, whatever the source holds.
 *
 * **Gotchas**
 *
 * The staging table must exist and be empty; a failure half-way leaves it half-filled, for its owner to drop.
 */
export async function stageRows(session: Session, table: TableSpec, address: TableAddress, source: RowSource<object>, quarantine: Quarantine, options: StageOptions = {}): Promise<StagedRows> {
  const staging = options.numbered ? withRowNumbers(stagingTable(table, address)) : stagingTable(table, address)
  const counts = { read: 0, rejected: 0, staged: 0 }
  // The marker of deletions is nobody's field: rows say it in another way, or not at all.
  const open: TableSpec = { ...table, columns: table.columns.filter(({ name }) => name !== options.deletions?.marker) }
  const unseen = new Set(sentColumns(open))
  let deleted = 0
  const passed = (rows: number) => {
    counts.read += rows
    options.signal?.throwIfAborted()
    options.progress?.(counts.read)
  }
  const reject = async (rows: readonly RejectedRow[]) => {
    counts.read += rows.length
    counts.rejected += rows.length
    await quarantine.reject(rows)
  }

  const withFailure: WithFailure = (input) => withSourceErrors(input, (error) => {
    if (error instanceof VarveError || options.signal?.aborted) return error as Error // ours, or what the interruption made of it
    return new VarveError('V3010', `The source of ${tableLabel(table)} failed after reading ${counts.read} ${counts.read === 1 ? 'row' : 'rows'}: ${errorMessage(error)}. Nothing of it was loaded; run it again when the source answers.`.replace('..', '.'), { cause: error })
  })
  if (isByteSource(source) && source.format === 'csv' && !options.mapping && !options.ignore?.length && !options.numbered) {
    const pass = await CsvPass.open(withFailure(source.bytes), open, source.delimiter)
    const target = { ...address, columns: pass.columns }
    for (const column of pass.columns) unseen.delete(column)
    for await (const chunks of segments(pass.chunks({ passed, reject }), options.signal)) counts.staged += await session.bulkInCsv(target, chunks, source.delimiter)
  } else {
    const columns = sentColumns(table)
    const checkHeader = (names: readonly string[]) => (options.mapping ? refuseTwins(names) : void headerColumns(names, open, options.ignore))
    const slices = encodeRows(sourceRows(source, checkHeader, withFailure), columns, isByteSource(source) && source.format === 'csv', { passed, reject, find: (found) => quarantine.find(found), unseen, deleted: () => (deleted += 1) }, options)
    for await (const segment of segments(slices, options.signal)) counts.staged += await session.bulkIn({ ...address, columns: staging.columns }, segment)
  }
  if (counts.staged !== counts.read - counts.rejected) {
    throw new VarveError('V2007', `Staging ${tableLabel(table)}: ${counts.read - counts.rejected} rows were sent, but the engine took ${counts.staged}. Nothing was loaded; run it again.`, { isRetryable: true })
  }
  return { table: staging, ...counts, missing: counts.staged > deleted ? [...unseen].map((column) => column.property) : [] }
}

interface EncodeSink {
  passed(rows: number): void
  reject(rows: readonly RejectedRow[]): Promise<void>
  find(findings: readonly RowFinding[]): Promise<void>
  /** Columns that no row had so far. */
  readonly unseen: Set<ColumnSpec>
  /** Called for every deletion that is staged. */
  deleted(): void
}

async function* encodeRows(
  source: AsyncIterable<readonly (SourceRow | MalformedRow)[]>,
  columns: readonly ColumnSpec[],
  isText: boolean,
  sink: EncodeSink,
  { mapping, ignore, deletions, numbered }: StageOptions,
): AsyncGenerator<EncodedRow[]> {
  const known = deletions ? [...(ignore ?? []), deletions.field] : ignore
  const encodeOpen = rowEncoder(columns.filter(({ name }) => name !== deletions?.marker), { form: isText && !mapping ? 'text' : 'value', ...(known ? { ignore: known } : {}) })
  const encode = deletions ? withoutMarker(encodeOpen, columns.findIndex(({ name }) => name === deletions.marker)) : encodeOpen
  const encodeDeletion = deletions && deletionEncoder(columns, deletions)
  let rowNumber = 0
  for await (const rows of source) {
    const slice: EncodedRow[] = []
    const rejected: RejectedRow[] = []
    const findings: RowFinding[] = []
    for (const row of rows) {
      rowNumber += 1
      if (row instanceof MalformedRow) {
        rejected.push({ rowNumber, reason: 'malformed', column: undefined, message: row.problem, raw: row.raw })
        continue
      }
      let target = row
      if (mapping) {
        const mapped = mapping.apply(row)
        target = mapped.row
        const errors = mapped.problems.filter((problem) => problem.severity === 'error')
        if (errors[0]) {
          rejected.push({ rowNumber, reason: 'rule', column: errors[0].column, message: errors.map((problem) => problem.message).join('; '), raw: rawForm(row), row: target })
          continue
        }
        for (const { column, severity, message } of mapped.problems) if (severity !== 'error') findings.push({ rowNumber, severity, column, message, raw: rawForm(row) })
      }
      const operation = deletions && row[deletions.field]
      const isDeletion = operation === 'delete'
      if (operation !== undefined && operation !== null && operation !== 'delete' && operation !== 'upsert') {
        rejected.push({ rowNumber, reason: 'type', column: deletions?.field, message: `"${deletions?.field}" is neither "delete" nor "upsert"`, raw: rawForm(row), row: target })
        continue
      }
      if (!isDeletion && sink.unseen.size > 0) for (const column of sink.unseen) if (target[column.property] !== undefined || target[column.name] !== undefined) sink.unseen.delete(column)
      const answer = isDeletion && encodeDeletion ? encodeDeletion(target) : encode(target)
      if ('reason' in answer) rejected.push({ ...answer, rowNumber, raw: rawForm(row), row: target })
      else {
        slice.push(numbered ? [...answer, String(rowNumber)] : answer)
        if (isDeletion) sink.deleted()
      }
    }
    if (rejected.length > 0) await sink.reject(rejected)
    if (findings.length > 0) await sink.find(findings)
    sink.passed(slice.length)
    if (slice.length > 0) yield slice
  }
}

/** Leaves the marker of deletions NULL. */
function withoutMarker(encode: ReturnType<typeof rowEncoder>, markerAt: number): ReturnType<typeof rowEncoder> {
  return (row) => {
    const answer = encode(row)
    return 'reason' in answer ? answer : answer.toSpliced(markerAt, 0, null)
  }
}

/** Reads the few columns of a deletion, and puts them where they stand among all. */
function deletionEncoder(columns: readonly ColumnSpec[], { columns: read, marker }: DeletionRows): ReturnType<typeof rowEncoder> {
  const encode = rowEncoder(read)
  const places = columns.map((column) => read.findIndex((one) => one.name === column.name))
  const markerAt = columns.findIndex((column) => column.name === marker)
  return (row) => {
    const answer = encode(Object.fromEntries(read.map(({ property, name }) => [property, row[property] === undefined ? row[name] : row[property]])))
    return 'reason' in answer ? answer : places.map((place, at) => (at === markerAt ? 'true' : place < 0 ? null : (answer[place] ?? null)))
  }
}

type WithFailure = <T>(source: AsyncIterable<T> | Iterable<T>) => AsyncIterable<T>

function sourceRows(source: RowSource<object>, checkHeader: (names: readonly string[]) => void, withFailure: WithFailure): AsyncIterable<readonly (SourceRow | MalformedRow)[]> {
  if (isByteSource(source)) {
    const bytes = withFailure(source.bytes)
    return source.format === 'csv' ? csvRows({ ...source, bytes }, checkHeader) : ndjsonRows(bytes)
  }
  readOnce(source)
  // Any iterable of objects holds rows: what else it is, the encoder finds out. No wait for every single row where there is none.
  return withFailure(Symbol.iterator in source ? plainSlices(source as Iterable<SourceRow>) : slicesOf(source as AsyncIterable<SourceRow>))
}

async function* slicesOf(source: AsyncIterable<SourceRow>): AsyncGenerator<SourceRow[]> {
  let slice: SourceRow[] = []
  for await (const row of source) {
    slice.push(row)
    if (slice.length >= sliceRows) {
      yield slice
      slice = []
    }
  }
  if (slice.length > 0) yield slice
}

function* plainSlices(source: Iterable<SourceRow>): Generator<SourceRow[]> {
  let slice: SourceRow[] = []
  for (const row of source) {
    slice.push(row)
    if (slice.length >= sliceRows) {
      yield slice
      slice = []
    }
  }
  if (slice.length > 0) yield slice
}
