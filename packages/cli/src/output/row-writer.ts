import type { Output } from '../host.js'
import type { Colors } from './colors.js'
import { binaryText, jsonString } from './json-string.js'
import { paced } from './paced-output.js'
import { shownValue } from './load.js'
import { textTable } from './text-table.js'

export const historyFormats = ['table', 'json', 'ndjson', 'csv'] as const
export type HistoryFormat = (typeof historyFormats)[number]

type Row = Readonly<Record<string, unknown>>

/** What rows are written with. */
export interface RowWriterSetting {
  readonly output: Output
  readonly colors: Colors
  readonly csvLine: (fields: readonly (string | null)[], delimiter: string) => string
}

/** Writes rows as they come, in slices; what they hold is data, and is not redacted. */
export async function writeRows({ output, colors, csvLine }: RowWriterSetting, format: HistoryFormat, columns: readonly string[], slices: AsyncIterable<readonly Row[]>): Promise<void> {
  const line: Readonly<Record<Exclude<HistoryFormat, 'table'>, (rows: readonly Row[], isFirst: boolean) => string>> = {
    // The array begins with its first row: what fails before has standard output for itself.
    json: (rows, isFirst) => rows.map((row, at) => `${isFirst && at === 0 ? '[' : ','}\n  ${jsonString(row)}`).join(''),
    ndjson: (rows) => rows.map((row) => `${jsonString(row)}\n`).join(''),
    csv: (rows) => rows.map((row) => `${csvLine(columns.map((column) => csvField(row[column])), ',')}\n`).join(''),
  }
  if (format === 'csv' && !(await paced(output, `${columns.join(',')}\n`))) return
  let isFirst = true
  for await (const rows of slices) {
    if (rows.length === 0) continue
    const text = format === 'table' ? tableSlice(columns, rows, isFirst, colors) : line[format](rows, isFirst)
    isFirst = false
    if (!(await paced(output, text))) return
  }
  if (format === 'json') await paced(output, isFirst ? '[]\n' : '\n]\n')
  if (format === 'table' && isFirst) await paced(output, 'There is nothing.\n')
}

/** Aligned within a slice: a table of millions of rows cannot be measured before it is printed. */
function tableSlice(columns: readonly string[], rows: readonly Row[], isFirst: boolean, colors: Colors): string {
  const text = textTable(columns.map((title) => ({ title })), rows.map((row) => columns.map((column) => (row[column] === null ? colors.dim('NULL') : typeof row[column] === 'string' ? row[column] : shownValue(row[column])))), colors)
  return `${isFirst ? text : text.slice(text.indexOf('\n') + 1)}\n`
}

function csvField(value: unknown): string | null {
  if (value === null || value === undefined) return null
  if (typeof value === 'string') return value
  if (value instanceof Uint8Array) return binaryText(value)
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}
