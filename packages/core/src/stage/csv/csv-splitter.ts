import { VarveError } from '../../error/varve-error.js'
import type { FieldCheck } from './field-check.js'

const quote = 0x22
const lineFeed = 0x0a
const carriageReturn = 0x0d
const backslash = 0x5c

/** The longest record: more than this between two line ends means a quote that was never closed. */
const longestRecord = 16 * 1024 * 1024

/** One record as it lies in a block of bytes. */
export interface CsvSpan {
  readonly start: number
  /** Where its bytes end, the line end left out. */
  readonly end: number
  /** Where the next record starts. */
  readonly next: number
  /** Whether every field was found fit to be passed on as it is. */
  readonly clean: boolean
}

/** What is known of a column while splitting. */
export interface CsvColumnCheck {
  readonly check: FieldCheck
  readonly notNull: boolean
  /** Whether an empty quoted field is a value of it: only text has an empty one. */
  readonly isText: boolean
}

/**
 * Finds the next record, and whether all of its fields pass their checks. Answers nothing when the block ends before the
 * record does. One pass over the bytes; nothing is copied and no text is made.
 *
 * @param crlf Whether lines of this file end in CR LF. Engines refuse a mixture, so a record that ends otherwise is not clean.
 */
export function nextRecord(bytes: Uint8Array, from: number, delimiter: number, columns: readonly CsvColumnCheck[], crlf: boolean, isLast: boolean): CsvSpan | undefined {
  const limit = bytes.length
  let at = from
  let clean = true
  let field = 0
  for (;;) {
    const column = columns[field]
    let start = at
    let end: number
    if (bytes[at] === quote) {
      start = at + 1
      let escaped = false
      for (;;) {
        const close = bytes.indexOf(quote, at + 1)
        if (close < 0) {
          tooLong(limit - from)
          return isLast ? { start: from, end: limit, next: limit, clean: false } : undefined
        }
        at = close + 1
        if (at >= limit && !isLast) return undefined
        if (bytes[at] !== quote) break
        escaped = true
      }
      end = at - 1
      if (column === undefined) clean = false
      else if (end === start) clean &&= column.isText
      else clean &&= escaped ? column.isText && column.check(bytes, start, end) : column.check(bytes, start, end)
      // What follows a closing quote must be the field's end; anything else is for the slow way to refuse.
      while (at < limit && bytes[at] !== delimiter && bytes[at] !== lineFeed && bytes[at] !== carriageReturn) {
        clean = false
        at += 1
      }
    } else {
      let byte = bytes[at]
      if (byte === backslash) clean = false // a lone \. would end the data for some engines
      while (at < limit && byte !== delimiter && byte !== lineFeed && byte !== carriageReturn) {
        if (byte === quote) clean = false
        at += 1
        byte = bytes[at]
      }
      end = at
      if (column === undefined) clean = false
      else clean &&= end === start ? !column.notNull : column.check(bytes, start, end)
    }
    field += 1
    if (at >= limit) {
      tooLong(limit - from)
      return isLast ? { start: from, end: limit, next: limit, clean: false } : undefined
    }
    if (bytes[at] === delimiter) {
      at += 1
      continue
    }
    clean &&= field === columns.length
    if (bytes[at] === lineFeed) return { start: from, end: at, next: at + 1, clean: clean && !crlf }
    if (at + 1 >= limit && !isLast) return undefined
    const pair = bytes[at + 1] === lineFeed
    return { start: from, end: at, next: pair ? at + 2 : at + 1, clean: clean && crlf && pair }
  }
}

function tooLong(length: number): void {
  if (length <= longestRecord) return
  throw new VarveError('V2004', `The CSV has a record of more than ${longestRecord / 1024 / 1024} MiB: most likely a quote was opened and never closed. Nothing was loaded; correct the file and run it again.`)
}
