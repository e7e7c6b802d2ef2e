import { canonicalJson, neutralValue, rowEncoder, sentColumns, valueReader, type ColumnSpec } from '@varve/core'
import type { DimensionDefinition } from '../definition/dimension-definition.js'

/** A value as the model holds it: its neutral text, JSON in canonical form; NULL is null. Equal texts are equal values (H4). */
export type Text = string | null

/** How the model lays out the values of a row: tracked, overwrite, fixed and ignored columns, one after the other. */
export interface Layout {
  readonly columns: readonly ColumnSpec[]
  readonly trackedEnd: number
  readonly overwriteEnd: number
  readonly fixedEnd: number
  /** Reads a whole row, and answers the texts of its columns in the order of the table, or why it cannot be read. */
  readonly encode: ReturnType<typeof rowEncoder>
  /** Where the key, the sequence and each value stand in what `encode` answers. */
  readonly keyAt: readonly number[]
  readonly sequenceAt: number
  readonly valueAt: readonly number[]
  readonly readSequence: ReturnType<typeof valueReader>
  readonly keyReaders: readonly { readonly column: ColumnSpec; readonly read: ReturnType<typeof valueReader> }[]
}

const layouts = new WeakMap<DimensionDefinition, Layout>()

/** The layout of a definition, made once. */
export function layoutOf(definition: DimensionDefinition): Layout {
  const known = layouts.get(definition)
  if (known) return known
  const { key, sequence, tracked, overwrite, fixed, ignored } = definition
  const sent = sentColumns(definition.table)
  const columns = [...tracked, ...overwrite, ...fixed, ...ignored]
  const layout: Layout = {
    columns,
    trackedEnd: tracked.length,
    overwriteEnd: tracked.length + overwrite.length,
    fixedEnd: tracked.length + overwrite.length + fixed.length,
    encode: rowEncoder(sent),
    keyAt: key.map((column) => sent.indexOf(column)),
    sequenceAt: sequence ? sent.indexOf(sequence) : -1,
    valueAt: columns.map((column) => sent.indexOf(column)),
    readSequence: valueReader(sequence?.type ?? { kind: 'timestamp' }),
    keyReaders: key.map((column) => ({ column, read: valueReader(column.type) })),
  }
  layouts.set(definition, layout)
  return layout
}

/** The values of an encoded row, in the order of the layout. */
export function valuesOf(layout: Layout, encoded: readonly Text[]): Text[] {
  return layout.columns.map((column, index) => {
    const text = encoded[layout.valueAt[index] as number] as Text // the layout was made from the encoder's columns
    return text !== null && column.type.kind === 'json' ? canonicalJson(text) : text
  })
}

/** What tells a member from others: its key, column by column, never joined. */
export function memberId(key: readonly string[]): string {
  return JSON.stringify(key)
}

/** A value as the engines answer it. */
export function valueOf(column: ColumnSpec, text: Text): unknown {
  if (text === null) return null
  const value = neutralValue(column.type)(text)
  return column.decode ? column.decode(value) : value
}
