import { sql, type SQL } from 'drizzle-orm'
import type { ColumnSpec, Phrases } from '@varve/core'

/** Columns of an alias, one after the other. */
export function columnList(phrases: Phrases, alias: string, columns: readonly Pick<ColumnSpec, 'name'>[]): SQL {
  return sql.join(columns.map((column) => phrases.column(column.name, alias)), sql`, `)
}

/** Whether two aliases stand for versions of one member. */
export function sameMember(phrases: Phrases, key: readonly Pick<ColumnSpec, 'name'>[], one: string, other: string): SQL {
  return sql.join(key.map((column) => sql`${phrases.column(column.name, one)} = ${phrases.column(column.name, other)}`), sql` and `)
}
