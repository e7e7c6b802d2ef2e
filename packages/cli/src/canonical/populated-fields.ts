import { sql } from 'drizzle-orm'
import type { Session, StagedRows, TableSpec } from '@varve/core'

/** Of how many rows a field has a value. */
export type PopulatedFields = Readonly<Record<string, number>>

/** Counts for each field the staged rows that have a value. */
export async function populatedFields(session: Session, { fields, rows: { table } }: { readonly fields: TableSpec; readonly rows: StagedRows }): Promise<PopulatedFields> {
  const counts = fields.columns.map(({ name }) => sql`count(${sql.identifier(name)}) as ${sql.identifier(name)}`)
  const from = table.schema === undefined ? sql.identifier(table.name) : sql`${sql.identifier(table.schema)}.${sql.identifier(table.name)}`
  const { rows } = await session.query<Record<string, number | string | bigint>>(sql`select ${sql.join(counts, sql`, `)} from ${from}`)
  return Object.fromEntries(fields.columns.map(({ name }) => [name, Number(rows[0]?.[name] ?? 0)]))
}

/** The counts of several loads together. */
export function addPopulated(one: PopulatedFields, other: PopulatedFields): PopulatedFields {
  const fields = [...new Set([...Object.keys(one), ...Object.keys(other)])]
  return Object.fromEntries(fields.map((field) => [field, (one[field] ?? 0) + (other[field] ?? 0)]))
}
