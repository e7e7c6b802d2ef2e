import { isUtf8 } from 'node:buffer'
import { rawForm } from '../raw-form.js'
import { MalformedRow, type ByteSource } from '../row-source.js'
import { CsvBlocks } from './csv-blocks.js'
import { csvRecord } from './csv-record.js'

/**
 * Reads CSV as objects keyed by the header: for mappings, and for files with columns that a table does not want.
 *
 * @param checkHeader Refuses a header that does not fit.
 */
export async function* csvRows(source: ByteSource, checkHeader: (names: readonly string[]) => void): AsyncGenerator<(Readonly<Record<string, string | null>> | MalformedRow)[]> {
  const blocks = new CsvBlocks(source.bytes, source.delimiter)
  const { names, crlf } = await blocks.header()
  checkHeader(names)
  for await (const { bytes, spans } of blocks.blocks([], crlf)) {
    const rows: (Readonly<Record<string, string | null>> | MalformedRow)[] = []
    for (const { start, end } of spans) {
      if (start === end && names.length > 1) continue
      rows.push(readRecord(bytes.subarray(start, end), names, source.delimiter))
    }
    yield rows
  }
}

function readRecord(record: Buffer, names: readonly string[], delimiter: string): Readonly<Record<string, string | null>> | MalformedRow {
  const fields = readFields(record, names.length, delimiter)
  return Array.isArray(fields) ? Object.fromEntries(names.map((name, at) => [name, fields[at] ?? null])) : fields
}

/** The fields of a record, or why there are none. */
export function readFields(record: Buffer, count: number, delimiter: string): (string | null)[] | MalformedRow {
  if (!isUtf8(record)) return new MalformedRow('the line is not valid UTF-8', rawForm(record))
  const text = record.toString('utf8')
  const fields = csvRecord(text, delimiter)
  if (!Array.isArray(fields)) return new MalformedRow(fields.problem, rawForm(text))
  if (fields.length !== count) return new MalformedRow(`the line has ${fields.length} fields, the header ${count}`, rawForm(text))
  return fields
}
