import { isUtf8 } from 'node:buffer'
import { parse } from 'lossless-json'
import { VarveError } from '../error/varve-error.js'
import { rawForm } from './raw-form.js'
import { MalformedRow } from './row-source.js'

type JsonObject = Readonly<Record<string, unknown>>

const longestLine = 64 * 1024 * 1024

const mark = Buffer.from([0xef, 0xbb, 0xbf])

// Of a key that an object has twice, as the built-in reader does it.
const lastOneCounts = { onDuplicateKey: ({ newValue }: { readonly newValue: unknown }) => newValue }

/** Reads NDJSON line by line. A line that is no JSON object is answered as malformed, and the rest is read on. */
export async function* ndjsonRows(bytes: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): AsyncGenerator<(JsonObject | MalformedRow)[]> {
  for await (const block of wholeLines(bytes)) {
    // Mostly all of a block is text, and then it is taken as one.
    const rows = isUtf8(block) ? block.toString('utf8').split('\n').map(readLine) : linesOf(block).map((line) => (isUtf8(line) ? readLine(line.toString('utf8')) : new MalformedRow('the line is not valid UTF-8', rawForm(line))))
    const read = rows.filter((row) => row !== undefined)
    if (read.length > 0) yield read
  }
}

function readLine(line: string): JsonObject | MalformedRow | undefined {
  if (line === '') return undefined
  try {
    const value: unknown = mayLoseDigits(line) ? parse(line, undefined, lastOneCounts) : JSON.parse(line)
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as JsonObject
    return new MalformedRow('the line is JSON, but not an object', rawForm(line.trim()))
  } catch (error) {
    const text = line.trim()
    return text === '' ? undefined : new MalformedRow(`the line is not JSON: ${(error as Error).message}`, rawForm(text))
  }
}

const strings = /"(?:[^"\\]|\\.)*"/g
const manyDigits = /\d(?:\.?\d){15}/
const longExponent = /[eE][+-]?\d\d\d/

/** Whether a number of the line may have more than a JavaScript number holds: sixteen digits, or an exponent of three. */
function mayLoseDigits(line: string): boolean {
  if (!hasLongRun(line) && !longExponent.test(line)) return false
  const numbers = line.replace(strings, '')
  return manyDigits.test(numbers) || longExponent.test(numbers)
}

/** Whether sixteen characters in a row are digits or points: such a run holds every sixteenth character somewhere, so only those are looked at. */
function hasLongRun(line: string): boolean {
  for (let at = 15; at < line.length; at += 16) {
    if (!isNumeric(line.charCodeAt(at))) continue
    let start = at
    let end = at
    while (isNumeric(line.charCodeAt(start - 1))) start -= 1
    while (isNumeric(line.charCodeAt(end + 1))) end += 1
    if (end - start >= 15) return true
  }
  return false
}

const isNumeric = (code: number) => (code >= 0x30 && code <= 0x39) || code === 0x2e

/** Blocks that end with a line, the last one perhaps without its line end. */
async function* wholeLines(bytes: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): AsyncGenerator<Buffer> {
  let carried: Buffer[] = []
  let carriedBytes = 0
  for await (const chunk of withoutMark(bytes)) {
    const end = chunk.lastIndexOf(0x0a) + 1
    if (end > 0) {
      const whole = chunk.subarray(0, end)
      yield carriedBytes > 0 ? Buffer.concat([...carried, whole]) : whole
      carried = []
      carriedBytes = 0
    }
    if (end < chunk.length) {
      carried.push(chunk.subarray(end))
      carriedBytes += chunk.length - end
      if (carriedBytes > longestLine) throw new VarveError('V2004', `The NDJSON has a line of more than ${longestLine / 1024 / 1024} MiB. Write one object a line; nothing was loaded.`)
    }
  }
  if (carriedBytes > 0) yield Buffer.concat(carried)
}

/** The chunks without the mark that some programs put before UTF-8. */
async function* withoutMark(bytes: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): AsyncGenerator<Buffer> {
  let start: Buffer | undefined = Buffer.alloc(0)
  for await (const chunk of bytes) {
    const block = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength)
    if (start === undefined) {
      yield block
      continue
    }
    start = Buffer.concat([start, block])
    if (start.length < mark.length) continue
    yield start.subarray(0, mark.length).equals(mark) ? start.subarray(mark.length) : start
    start = undefined
  }
  if (start !== undefined && start.length > 0) yield start
}

function linesOf(block: Buffer): Buffer[] {
  const lines: Buffer[] = []
  for (let from = 0; from < block.length; ) {
    const end = block.indexOf(0x0a, from)
    const to = end < 0 ? block.length : end
    lines.push(block.subarray(from, to))
    from = to + 1
  }
  return lines
}
