import type { ColumnSpec } from '../../table/table-spec.js'
import type { EncodedRow } from '../engine.js'

// Chunks near 64 KiB: longer strings cost more to join than fewer writes save, shorter ones drown in calls (measured).
const chunkLength = 48 * 1024

const needsEscape = /[\\\n\r\t]/
const escapes: Readonly<Record<string, string>> = { '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t' }

/** Turns slices of rows into chunks of the text format of COPY, each of which ends with a row. */
export async function* copyText(columns: readonly Pick<ColumnSpec, 'type'>[], slices: AsyncIterable<readonly EncodedRow[]>): AsyncGenerator<Buffer> {
  // The neutral text of a number, an instant or a uuid has nothing to escape.
  const mayEscape = columns.map(({ type }) => type.kind === 'text' || type.kind === 'json' || type.kind === 'binary')
  const last = columns.length - 1
  let text = ''
  for await (const rows of slices) {
    for (const row of rows) {
      let line = ''
      for (let at = 0; at < last; at++) line += `${field(row[at], mayEscape[at])}\t`
      text += `${line}${field(row[last], mayEscape[last])}\n`
      if (text.length >= chunkLength) {
        yield Buffer.from(text)
        text = ''
      }
    }
  }
  if (text !== '') yield Buffer.from(text)
}

function field(value: string | null | undefined, mayEscape: boolean | undefined): string {
  if (value === null || value === undefined) return '\\N'
  return mayEscape && needsEscape.test(value) ? value.replace(/[\\\n\r\t]/g, (character) => escapes[character] ?? character) : value
}
