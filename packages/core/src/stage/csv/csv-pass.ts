import { isUtf8 } from 'node:buffer'
import type { ColumnSpec, TableSpec } from '../../table/table-spec.js'
import type { RejectedRow } from '../rejected-row.js'
import { rawForm } from '../raw-form.js'
import { rowEncoder } from '../row-encoder.js'
import { CsvBlocks, type CsvBlock, type CsvSpan } from './csv-blocks.js'
import { headerColumns } from './csv-header.js'
import { csvLine } from './csv-record.js'
import { readFields } from './csv-rows.js'
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
  readonly #blocks: CsvBlocks
  readonly #delimiter: string
  readonly #crlf: boolean
  readonly #encode: ReturnType<typeof rowEncoder>
  /** Where each field of the file stands in what the encoder answers, which is in the table's order. */
  readonly #places: readonly number[]
  #rowNumber = 0

  private constructor(blocks: CsvBlocks, readonly columns: readonly ColumnSpec[], table: TableSpec, delimiter: string, crlf: boolean) {
    this.#blocks = blocks
    this.#delimiter = delimiter
    this.#crlf = crlf
    const inTable = table.columns.filter((column) => columns.includes(column))
    this.#encode = rowEncoder(inTable, { form: 'text' })
    this.#places = columns.map((column) => inTable.indexOf(column))
  }

  /** Reads the header. */
  static async open(bytes: AsyncIterable<Uint8Array> | Iterable<Uint8Array>, table: TableSpec, delimiter: string): Promise<CsvPass> {
    const blocks = new CsvBlocks(bytes, delimiter)
    const { names, crlf } = await blocks.header()
    const columns = headerColumns(names, table).filter((column) => column !== undefined)
    return new CsvPass(blocks, columns, table, delimiter, crlf)
  }

  async *chunks(sink: CsvPassSink): AsyncGenerator<Buffer> {
    const checks = this.columns.map((column) => ({ check: fieldCheck(column), notNull: column.notNull, isText: column.type.kind === 'text' }))
    for await (const block of this.#blocks.blocks(checks, this.#crlf)) {
      const rejected: RejectedRow[] = []
      const { buffers, rows } = this.#passBlock(block, rejected)
      if (rejected.length > 0) await sink.reject(rejected)
      sink.passed(rows)
      if (buffers.length > 0) yield buffers.length === 1 ? (buffers[0] as Buffer) : Buffer.concat(buffers)
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
      if (span.isClean && (allText || isCleanText(bytes, span))) {
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
      rejected.push({ ...answer, rowNumber: this.#rowNumber, raw: rawForm(record), row })
      return undefined
    }
    return Buffer.from(csvLine(this.#places.map((place) => answer[place] ?? null), this.#delimiter) + (this.#crlf ? '\r\n' : '\n'))
  }
}

function isCleanText(bytes: Buffer, { start, end }: CsvSpan): boolean {
  const record = bytes.subarray(start, end)
  return isUtf8(record) && !record.includes(0)
}
