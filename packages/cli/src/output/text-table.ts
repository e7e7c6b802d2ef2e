import Table from 'cli-table3'
import type { Colors } from './colors.js'

/** A column of a table. */
export interface TextColumn {
  readonly title: string
  readonly align?: 'left' | 'right'
}

const noBorders = {
  top: '', 'top-mid': '', 'top-left': '', 'top-right': '', bottom: '', 'bottom-mid': '', 'bottom-left': '', 'bottom-right': '',
  left: '  ', 'left-mid': '', mid: '', 'mid-mid': '', right: '', 'right-mid': '', middle: '  ',
}

/** Rows under titles, aligned, without lines. */
export function textTable(columns: readonly TextColumn[], rows: readonly (readonly string[])[], colors: Colors): string {
  const table = new Table({
    head: columns.map(({ title }) => colors.dim(title)),
    colAligns: columns.map(({ align }) => align ?? 'left'),
    chars: noBorders,
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
  })
  table.push(...rows.map((row) => [...row]))
  return table.toString().split('\n').map((line) => line.trimEnd()).join('\n')
}
