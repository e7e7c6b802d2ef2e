import { isUtf8 } from 'node:buffer'
import { VarveError } from '../../error/varve-error.js'
import { tableLabel, type ColumnSpec, type TableSpec } from '../../table/table-spec.js'
import type { RejectedRow } from '../rejected-row.js'
import { rawForm } from '../raw-form.js'
import { rowEncoder } from '../row-encoder.js'
import { CsvBlocks, type CsvBlock, type CsvHeader } from './csv-blocks.js'
import { csvLine } from './csv-record.js'
import { readFields } from './csv-rows.js'
import type { CsvSpan } from './csv-splitter.js'
import { fieldCheck } from './field-check.js'

/** What becomes of the rows of a CSV on their way. */
export interface CsvPassSink {
  /** Called for every stretch of records. */
  passed(rows: number): void
  reject(rows: readonly RejectedRow[]): Promise<void>
}

/**
 * Passes CSV on to the engine as the bytes it came in, record by record where every field is certain to be read as our own reader
 * would read it; all other records go through the reader, and are written anew or rejected. So the engine's own rate is kept,
 * and both ways accept exactly the same.
 */
export class CsvPass {
  readonly columns: readonly ColumnSpec[]
  readonly #blocks: CsvBlocks
  readonly #header: CsvHeader
  readonly #delimiter: string
  readonly #encode: ReturnType<typeof rowEncoder>
  #rowNumber = 0

  private constructor(blocks: CsvBlocks, header: CsvHeader, columns: readonly ColumnSpec[], delimiter: string) {
    this.#blocks = blocks
    this.#header = header
    this.columns = columns
    this.#delimiter = delimiter
    this.#encode = rowEncoder(columns, { form: 'text' })
  }

  /** Reads the header; answers nothing for a source without one byte. */
  static async open(bytes: AsyncIterable<Uint8Array> | Iterable<Uint8Array>, table: TableSpec, delimiter: string): Promise<CsvPass | undefined> {
    const blocks = new CsvBlocks(bytes, delimiter)
    const header = await blocks.header()
    return header && new CsvPass(blocks, header, columnsOf(header.names, table), delimiter)
  }

  async *chunks(sink: CsvPassSink): AsyncGenerator<Buffer> {
    const checks = this.columns.map((column) => ({ check: fieldCheck(column), notNull: column.notNull, isText: column.type.kind === 'text' }))
    for await (const block of this.#blocks.blocks(checks, this.#header.crlf)) {
      const rejected: RejectedRow[] = []
      const parts = this.#passBlock(block, rejected)
      if (rejected.length > 0) await sink.reject(rejected)
      sink.passed(parts.rows)
      if (parts.buffers.length > 0) yield parts.buffers.length === 1 ? (parts.buffers[0] as Buffer) : Buffer.concat(parts.buffers)
    }
  }

  #passBlock({ bytes, spans }: CsvBlock, rejected: RejectedRow[]): { buffers: Buffer[]; rows: number } {
    const allText = isUtf8(bytes) && !bytes.includes(0)
    const buffers: Buffer[] = []
    let rows = 0
    let runStart = 0
    let runEnd = 0
    const endRun = () => {
      if (runEnd > runStart) buffers.push(bytes.subarray(runStart, runEnd))
    }
    for (const span of spans) {
      const isBlank = span.start === span.end && this.columns.length > 1
      if (!isBlank) this.#rowNumber += 1
      if (span.clean && (allText || isCleanText(bytes, span))) {
        if (span.start !== runEnd) {
          endRun()
          runStart = span.start
        }
        runEnd = span.next
        rows += 1
      } else if (!isBlank) {
        const line = this.#slowly(bytes.subarray(span.start, span.end), rejected)
        if (line !== undefined) {
          endRun()
          runStart = runEnd = -1 // the next clean record starts a run of its own
          buffers.push(line)
          rows += 1
        }
      }
    }
    endRun()
    return { buffers, rows }
  }

  #slowly(record: Buffer, rejected: RejectedRow[]): Buffer | undefined {
    const fields = readFields(record, this.columns.length, this.#delimiter)
    if (!Array.isArray(fields)) {
      rejected.push({ rowNumber: this.#rowNumber, reason: 'malformed', column: undefined, message: fields.problem, raw: fields.raw })
      return undefined
    }
    const row = Object.fromEntries(this.columns.map((column, at) => [column.property, fields[at] ?? null]))
    const answer = this.#encode(row)
    if ('reason' in answer) {
      rejected.push({ ...answer, rowNumber: this.#rowNumber, raw: rawForm(record) })
      return undefined
    }
    return Buffer.from(csvLine(answer, this.#delimiter) + (this.#header.crlf ? '\r\n' : '\n'))
  }
}

function isCleanText(bytes: Buffer, { start, end }: CsvSpan): boolean {
  const record = bytes.subarray(start, end)
  return isUtf8(record) && !record.includes(0)
}

/** The columns that a header names, in its order; refused whole where a name is wrong, since then every row would be. */
function columnsOf(names: readonly string[], table: TableSpec): readonly ColumnSpec[] {
  const problems: string[] = []
  const columns: ColumnSpec[] = []
  for (const name of names) {
    const column = table.columns.find((one) => !one.identity && (one.name === name || one.property === name))
    if (!column) problems.push(`"${name}" is no column of the table`)
    else if (columns.includes(column)) problems.push(`"${name}" stands there twice`)
    else columns.push(column)
  }
  for (const column of table.columns) {
    if (column.notNull && !column.identity && !column.default && !columns.includes(column)) problems.push(`"${column.name}" is missing, and it is not null`)
  }
  if (problems.length > 0) {
    const known = table.columns.filter((column) => !column.identity).map((column) => column.name)
    throw new VarveError('V2004', `The header of the CSV does not fit table ${tableLabel(table)}: ${problems.join('; ')}. Its columns are ${known.join(', ')}. Nothing was loaded.`, { context: { problems } })
  }
  return columns
}
