import { isUtf8 } from 'node:buffer'
import { parse } from 'lossless-json'
import { VarveError } from '../error/varve-error.js'
import { rawForm } from './raw-form.js'
import { MalformedRow } from './row-source.js'

type JsonObject = Readonly<Record<string, unknown>>

const longestLine = 64 * 1024 * 1024

// Sixteen digits in a row (a point between them does not matter) or an exponent: what a JavaScript number may not hold.
const mayLoseDigits = /\d(?:\.?\d){15}|\d[eE][+-]?\d/

/** Reads NDJSON line by line. A line that is no JSON object is answered as malformed, and the rest is read on. */
export async function* ndjsonRows(bytes: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): AsyncGenerator<(JsonObject | MalformedRow)[]> {
  for await (const lines of lineBlocks(bytes)) {
    const rows: (JsonObject | MalformedRow)[] = []
    for (const line of lines) {
      const row = readLine(line)
      if (row !== undefined) rows.push(row)
    }
    if (rows.length > 0) yield rows
  }
}

function readLine(line: Buffer): JsonObject | MalformedRow | undefined {
  if (!isUtf8(line)) return new MalformedRow('the line is not valid UTF-8', rawForm(line))
  const text = line.toString('utf8').trim()
  if (text === '') return undefined
  try {
    const value: unknown = mayLoseDigits.test(text) ? parse(text) : JSON.parse(text)
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as JsonObject
    return new MalformedRow('the line is JSON, but not an object', rawForm(text))
  } catch (error) {
    return new MalformedRow(`the line is not JSON: ${(error as Error).message}`, rawForm(text))
  }
}

async function* lineBlocks(bytes: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): AsyncGenerator<Buffer[]> {
  let carried: Buffer[] = []
  let carriedBytes = 0
  let first = true
  for await (const chunk of bytes) {
    let block = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength)
    if (first && block.length >= 3 && block[0] === 0xef && block[1] === 0xbb && block[2] === 0xbf) block = block.subarray(3)
    first = false
    const lines: Buffer[] = []
    let from = 0
    for (let end = block.indexOf(0x0a); end >= 0; end = block.indexOf(0x0a, from)) {
      const line = block.subarray(from, end)
      lines.push(carriedBytes > 0 ? Buffer.concat([...carried, line]) : line)
      carried = []
      carriedBytes = 0
      from = end + 1
    }
    if (from < block.length) {
      carried.push(block.subarray(from))
      carriedBytes += block.length - from
      if (carriedBytes > longestLine) throw new VarveError('V2004', `The NDJSON has a line of more than ${longestLine / 1024 / 1024} MiB. Write one object a line; nothing was loaded.`)
    }
    if (lines.length > 0) yield lines
  }
  if (carriedBytes > 0) yield [Buffer.concat(carried)]
}
