import { sql, type SQL } from 'drizzle-orm'
import type { ColumnSpec, Phrases } from '@varve/core'

/** Columns to be read as the model reads them: JSON as text, so that no digit of it is lost. */
export function valueList(phrases: Phrases, columns: readonly ColumnSpec[], alias: string): SQL {
  return sql.join(columns.map(({ name, type }) => {
    const column = phrases.column(name, alias)
    return type.kind === 'json' ? sql`${phrases.cast(column, { kind: 'text' })} as ${phrases.column(name)}` : column
  }), sql`, `)
}
