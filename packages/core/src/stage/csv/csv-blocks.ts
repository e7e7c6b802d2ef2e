import { VarveError } from '../../error/varve-error.js'
import { csvRecord } from './csv-record.js'
import type { CsvHeader } from './csv-header.js'
import { CsvSplitter, type CsvColumnCheck } from './csv-splitter.js'

/** Less than this is gathered first: each stretch has a price, however small it is. */
const leastBytes = 64 * 1024
const mostBytes = 1024 * 1024

/** One record as it lies in a stretch of bytes. */
export interface CsvSpan {
  readonly start: number
  /** Where its bytes end, the line end left out. */
  readonly end: number
  /** Where the next record starts. */
  readonly next: number
  /** Whether every field was found fit to be passed on as it is. */
  readonly isClean: boolean
}

/** A stretch of bytes that holds whole records. */
export interface CsvBlock {
  readonly bytes: Buffer
  readonly spans: readonly CsvSpan[]
}

/** Bytes cut into stretches of whole records, the header read apart. */
export class CsvBlocks {
  readonly #source: AsyncIterator<Uint8Array>
  readonly #delimiter: number
  #rest: Buffer = Buffer.alloc(0)
  #ended = false

  constructor(bytes: AsyncIterable<Uint8Array> | Iterable<Uint8Array>, private readonly delimiter: string) {
    if (!/^[\u0001-\u007f]$/.test(delimiter) || /["\r\n]/.test(delimiter)) {
      throw new VarveError('V1009', `${JSON.stringify(delimiter)} cannot separate the fields of a CSV: the delimiter is one plain character, such as , or ; or a tab, and neither a quote nor a line end.`)
    }
    this.#source = iterate(bytes)
    this.#delimiter = delimiter.charCodeAt(0)
  }

  /** The header; a file without one is refused, since nothing tells an empty file from one that was cut off. */
  async header(): Promise<CsvHeader> {
    await this.#more()
    if (this.#rest.length >= 3 && this.#rest[0] === 0xef && this.#rest[1] === 0xbb && this.#rest[2] === 0xbf) this.#rest = this.#rest.subarray(3)
    const splitter = new CsvSplitter(this.#delimiter, [], false)
    let next = splitter.next(this.#rest, 0, this.#ended)
    while (next < 0) {
      await this.#more()
      next = splitter.next(this.#rest, 0, this.#ended)
    }
    if (splitter.end === 0) throw new VarveError('V2004', 'The CSV has no header: its first line must name the columns, also when no rows follow. Nothing was loaded; most likely the file is empty or was cut off.')
    const fields = csvRecord(this.#rest.subarray(0, splitter.end).toString('utf8'), this.delimiter)
    if (!Array.isArray(fields)) throw new VarveError('V2004', `The header of the CSV cannot be read: ${fields.problem}. Nothing was loaded.`)
    const crlf = this.#rest[splitter.end] === 0x0d
    this.#rest = this.#rest.subarray(next)
    return { names: fields.map((field) => (field ?? '').trim()), crlf }
  }

  /** The records after the header, as they arrive. */
  async *blocks(columns: readonly CsvColumnCheck[], crlf: boolean): AsyncGenerator<CsvBlock> {
    const splitter = new CsvSplitter(this.#delimiter, columns, crlf)
    try {
      for (;;) {
        const bytes = this.#rest
        const spans: CsvSpan[] = []
        let start = 0
        while (start < bytes.length) {
          const next = splitter.next(bytes, start, this.#ended)
          if (next < 0) break
          spans.push({ start, end: splitter.end, next, isClean: splitter.isClean })
          start = next
        }
        this.#rest = bytes.subarray(start)
        if (spans.length > 0) yield { bytes: bytes.subarray(0, start), spans }
        if (this.#ended) return
        await this.#more()
      }
    } finally {
      await this.#source.return?.() // a file that is not read to its end is closed all the same
    }
  }

  // A good part more than is there, so that a record which goes on and on is not looked through for every little piece of it.
  async #more(): Promise<void> {
    const parts = [this.#rest]
    const wanted = this.#rest.length + Math.min(Math.max(leastBytes - this.#rest.length, this.#rest.length), mostBytes)
    for (let size = this.#rest.length; size < wanted; ) {
      const next = await this.#source.next()
      if (next.done) {
        this.#ended = true
        break
      }
      parts.push(Buffer.from(next.value.buffer, next.value.byteOffset, next.value.byteLength))
      size += next.value.byteLength
    }
    const [first, ...others] = parts.filter((part) => part.length > 0)
    this.#rest = first === undefined ? this.#rest : others.length === 0 ? first : Buffer.concat([first, ...others])
  }
}

function iterate(bytes: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): AsyncIterator<Uint8Array> {
  if (Symbol.asyncIterator in bytes) return bytes[Symbol.asyncIterator]()
  const plain = bytes[Symbol.iterator]()
  return { next: () => Promise.resolve(plain.next()), return: () => Promise.resolve(plain.return?.() ?? { done: true, value: undefined }) }
}
