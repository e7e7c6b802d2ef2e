import { VarveError } from '../../error/varve-error.js'
import { csvRecord } from './csv-record.js'
import { nextRecord, type CsvColumnCheck, type CsvSpan } from './csv-splitter.js'

/** The first line of a CSV. */
export interface CsvHeader {
  readonly names: readonly string[]
  /** Whether lines end in CR LF. */
  readonly crlf: boolean
}

/** A stretch of bytes that holds whole records. */
export interface CsvBlock {
  readonly bytes: Buffer
  readonly spans: readonly CsvSpan[]
}

/** Bytes cut into stretches of whole records, the header read apart. */
export class CsvBlocks {
  readonly #source: AsyncIterator<Uint8Array>
  readonly #delimiter: string
  #rest: Buffer = Buffer.alloc(0)
  #ended = false

  constructor(bytes: AsyncIterable<Uint8Array> | Iterable<Uint8Array>, delimiter: string) {
    if (Buffer.byteLength(delimiter) !== 1) throw new VarveError('V1009', `"${delimiter}" cannot separate the fields of a CSV: the delimiter is one plain character, such as , or ; or a tab.`)
    this.#source = iterate(bytes)
    this.#delimiter = delimiter
  }

  /** The header, or nothing where there is not one byte. */
  async header(): Promise<CsvHeader | undefined> {
    let span: CsvSpan | undefined
    do {
      if (!this.#ended) await this.#more()
      if (this.#rest.length >= 3 && this.#rest[0] === 0xef && this.#rest[1] === 0xbb && this.#rest[2] === 0xbf) this.#rest = this.#rest.subarray(3)
      if (this.#rest.length === 0 && this.#ended) return undefined
      span = nextRecord(this.#rest, 0, this.#delimiter.charCodeAt(0), [], false, this.#ended)
    } while (span === undefined)
    const text = this.#rest.subarray(span.start, span.end).toString('utf8')
    const fields = csvRecord(text, this.#delimiter)
    if (!Array.isArray(fields)) throw new VarveError('V2004', `The header of the CSV cannot be read: ${fields.problem}.`)
    const crlf = this.#rest[span.end] === 0x0d
    this.#rest = this.#rest.subarray(span.next)
    return { names: fields.map((field) => (field ?? '').trim()), crlf }
  }

  /** The records after the header, as they arrive. */
  async *blocks(columns: readonly CsvColumnCheck[], crlf: boolean): AsyncGenerator<CsvBlock> {
    const delimiter = this.#delimiter.charCodeAt(0)
    for (;;) {
      const bytes = this.#rest
      const spans: CsvSpan[] = []
      let from = 0
      while (from < bytes.length) {
        const span = nextRecord(bytes, from, delimiter, columns, crlf, this.#ended)
        if (span === undefined) break
        spans.push(span)
        from = span.next
      }
      this.#rest = bytes.subarray(from)
      if (spans.length > 0) yield { bytes: bytes.subarray(0, from), spans }
      if (this.#ended) return
      await this.#more()
    }
  }

  async #more(): Promise<void> {
    const next = await this.#source.next()
    if (next.done) {
      this.#ended = true
      return
    }
    const chunk = Buffer.from(next.value.buffer, next.value.byteOffset, next.value.byteLength)
    this.#rest = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk])
  }
}

function iterate(bytes: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): AsyncIterator<Uint8Array> {
  if (Symbol.asyncIterator in bytes) return bytes[Symbol.asyncIterator]()
  const plain = bytes[Symbol.iterator]()
  return { next: () => Promise.resolve(plain.next()) }
}
