import type { OtcView } from '../../otc/otc-view.js'
import { otcColumns, type OtcColumn } from './otc-columns.js'
import type { OtcWorld } from './otc-world.js'

/** What an export holds. */
export interface OtcExportOptions {
  /** Of the tickets all there ever were, not those of ten days alone. The other views have no more than they show. @defaultValue false */
  readonly everything?: boolean | undefined
  /** How comments name their columns: as in exports before 2026, or as now. @defaultValue 'older' */
  readonly names?: 'older' | 'newer' | undefined
}

const pieceLength = 1 << 16

/**
 * A historical export of a view: its columns as CSV, in pieces that are made as they are taken. What the views spell in several ways, it does too; a number that a
 * spreadsheet took for a fraction has a point.
 */
export function* exportCsv(world: OtcWorld, view: OtcView, options: OtcExportOptions = {}): Generator<string> {
  const isOlder = options.names !== 'newer'
  let piece = `${otcColumns[view].map(({ name, olderName }) => field(isOlder ? olderName : name)).join(',')}\r\n`
  for (const row of options.everything && view === 'tickets' ? world.everyTicket() : world.rows(view)) {
    piece += `${otcColumns[view].map((column) => field(csvText(column, row[column.name] ?? row[column.olderName]))).join(',')}\r\n`
    if (piece.length < pieceLength) continue
    yield piece
    piece = ''
  }
  yield piece
}

function csvText({ kind }: OtcColumn, value: unknown): string {
  if (value === null || value === undefined || value === '') return ''
  if (kind === 'real') return Number(value).toFixed(1)
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : ''
}

function field(text: string): string {
  return /[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
