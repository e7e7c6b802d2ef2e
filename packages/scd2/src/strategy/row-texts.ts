import { canonicalJson, Rejection, valueReader, VarveError, type ColumnSpec } from '@varve/core'
import type { Text } from '../model/layout.js'

type Row = Readonly<Record<string, unknown>>

/** Makes the function that turns a row as the engine answers it into the texts that the model counts with. */
export function rowTexts(columns: readonly ColumnSpec[]): (row: Row) => Text[] {
  const plans = columns.map(({ name, type }) => ({ name, type, read: valueReader(type, 'text') }))
  return (row) => plans.map(({ name, type, read }) => {
    const value = row[name]
    if (value === null || value === undefined) return null
    const text = read(value)
    if (text instanceof Rejection) throw new VarveError('V2010', `Column "${name}" holds a value that its type does not have: it ${text.message}. Mend the row, or change the column's type.`)
    return type.kind === 'json' ? canonicalJson(text) : text
  })
}
