import type { EncodedRow } from '../engine.js'

// Chunks near 64 KiB: longer strings cost more to join than fewer writes save, shorter ones drown in calls (measured).
const chunkLength = 48 * 1024

const needsEscape = /[\\\n\r\t]/
const escapes: Readonly<Record<string, string>> = { '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t' }

/** Turns slices of rows into chunks of the text format of COPY. */
export async function* copyText(slices: AsyncIterable<readonly EncodedRow[]>): AsyncGenerator<Buffer> {
  let text = ''
  for await (const rows of slices) {
    for (const row of rows) {
      for (let at = 0; at < row.length; at++) {
        const value = row[at]
        if (at > 0) text += '\t'
        if (value === null || value === undefined) text += '\\N'
        else text += needsEscape.test(value) ? escapeText(value) : value
      }
      text += '\n'
      if (text.length >= chunkLength) {
        yield Buffer.from(text)
        text = ''
      }
    }
  }
  if (text !== '') yield Buffer.from(text)
}

function escapeText(value: string): string {
  return value.replace(/[\\\n\r\t]/g, (character) => escapes[character] ?? character)
}
