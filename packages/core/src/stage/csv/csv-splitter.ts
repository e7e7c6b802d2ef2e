import { VarveError } from '../../error/varve-error.js'
import type { FieldCheck } from './field-check.js'

const quote = 0x22
const lineFeed = 0x0a
const carriageReturn = 0x0d
const backslash = 0x5c

/** The longest record: more than this between two line ends means a quote that was never closed. */
const longestRecord = 16 * 1024 * 1024

/** What is known of a column while splitting. */
export interface CsvColumnCheck {
  readonly check: FieldCheck
  readonly notNull: boolean
  /** Whether an empty quoted field is a value of it: only text has an empty one. */
  readonly isText: boolean
}

/**
 * Finds one record after the other, and whether all of its fields pass their checks. One pass over the bytes; nothing is copied and
 * no text is made, so what was found of the last record stands in fields.
 */
export class CsvSplitter {
  /** Where the bytes of the record end, its line end left out. */
  end = 0
  /** Whether every field of the record was found fit to be passed on as it is. */
  isClean = false
  /** One look-up tells whether a byte ends a plain field or spoils it. */
  readonly #stops = new Uint8Array(256)

  /** @param crlf Whether lines of this file end in CR LF. Engines refuse a mixture, so a record that ends otherwise is not clean. */
  constructor(
    private readonly delimiter: number,
    private readonly columns: readonly CsvColumnCheck[],
    private readonly crlf: boolean,
  ) {
    for (const byte of [delimiter, lineFeed, carriageReturn, quote]) this.#stops[byte] = 1
  }

  /** Answers where the next record starts, or -1 when the bytes end before this one does. */
  next(bytes: Uint8Array, from: number, isLast: boolean): number {
    const limit = bytes.length
    let at = from
    this.isClean = true
    for (let field = 0; ; field++) {
      const column = this.columns[field]
      if (column === undefined) this.isClean = false
      at = at < limit && bytes[at] === quote ? this.#quoted(bytes, at, isLast, column) : this.#plain(bytes, at, column)
      if (at < 0 || at >= limit) return this.#unfinished(limit, from, isLast)
      const byte = bytes[at]
      if (byte === this.delimiter) {
        at += 1
        continue
      }
      if (field + 1 !== this.columns.length) this.isClean = false
      this.end = at
      if (byte === lineFeed) {
        if (this.crlf) this.isClean = false
        return at + 1
      }
      if (at + 1 >= limit && !isLast) return this.#unfinished(limit, from, isLast)
      const isPair = bytes[at + 1] === lineFeed
      if (!isPair || !this.crlf) this.isClean = false
      return isPair ? at + 2 : at + 1
    }
  }

  /** From the first byte of a field without quotes to the byte that ends it. */
  #plain(bytes: Uint8Array, start: number, column: CsvColumnCheck | undefined): number {
    const limit = bytes.length
    const stops = this.#stops
    let at = start
    // A loop of its own for the bytes that say nothing: most are of this kind.
    while (at < limit && stops[bytes[at] as number] === 0) at += 1
    while (at < limit && bytes[at] === quote && quote !== this.delimiter) {
      this.isClean = false
      at += 1
      while (at < limit && stops[bytes[at] as number] === 0) at += 1
    }
    if (!this.isClean || column === undefined) return at
    // A lone \. would end the data for some engines.
    if (at === start) this.isClean = !column.notNull
    else if (bytes[start] === backslash || !column.check(bytes, start, at)) this.isClean = false
    return at
  }

  /** From the quote that opens a field to the byte that ends it; -1 when the bytes end inside of the quotes. */
  #quoted(bytes: Uint8Array, opening: number, isLast: boolean, column: CsvColumnCheck | undefined): number {
    const limit = bytes.length
    const start = opening + 1
    let at = start
    let isEscaped = false
    for (;;) {
      while (at < limit && bytes[at] !== quote) at += 1
      if (at >= limit || (at + 1 >= limit && !isLast)) return -1
      if (bytes[at + 1] !== quote) break
      isEscaped = true
      at += 2
    }
    const end = at
    at += 1
    if (this.isClean && column !== undefined) {
      if (end === start || isEscaped) this.isClean = column.isText && (end === start || column.check(bytes, start, end))
      else this.isClean = column.check(bytes, start, end)
    }
    // What follows a closing quote must be the field's end; anything else is for the slow way to refuse.
    while (at < limit && bytes[at] !== this.delimiter && bytes[at] !== lineFeed && bytes[at] !== carriageReturn) {
      this.isClean = false
      at += 1
    }
    return at
  }

  #unfinished(limit: number, from: number, isLast: boolean): number {
    if (limit - from > longestRecord) {
      throw new VarveError('V2004', `The CSV has a record of more than ${longestRecord / 1024 / 1024} MiB: most likely a quote was opened and never closed. Nothing was loaded; correct the file and run it again.`)
    }
    if (!isLast) return -1
    this.end = limit
    this.isClean = false // it lacks its line end, so it is written anew
    return limit
  }
}
