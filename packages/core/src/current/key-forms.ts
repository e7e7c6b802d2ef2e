import { sql, type SQL } from 'drizzle-orm'
import type { ColumnSpec, TableSpec } from '../table/table-spec.js'
import type { CurrentLoad } from './current-load.js'

/**
 * Keys that are NULL in the same columns. Within a form, keys are compared by plain equality, which engines hash and look up in an index; a comparison that
 * holds NULL equal to NULL is neither on some of them, and a stand-in for NULL is in no index.
 */
export interface KeyForm {
  /** The key columns that are not NULL. */
  readonly filled: readonly ColumnSpec[]
  readonly empty: readonly ColumnSpec[]
}

/** The forms that the keys of staged rows have: mostly one or two. */
export async function keyForms(load: CurrentLoad, stage: TableSpec): Promise<KeyForm[]> {
  const { key } = load.definition
  const nullable = key.filter((column) => !column.notNull)
  if (nullable.length === 0) return [{ filled: key, empty: [] }]
  const flags = nullable.map((column, at) => sql`case when ${load.column(column)} is null then 1 else 0 end as ${load.phrases.column(`k${at}`)}`)
  const rows = await load.read<Record<string, number>>(sql`select distinct ${sql.join(flags, sql`, `)} from ${load.phrases.table(stage)}`)
  return rows.map((row) => {
    const empty = nullable.filter((_, at) => Number(row[`k${at}`]) === 1)
    return { filled: key.filter((column) => !empty.includes(column)), empty }
  })
}

/** The same key, among keys of one form. A side is an alias or a table. */
export function sameKey(load: CurrentLoad, { filled, empty }: KeyForm, one: string | SQL, other: string | SQL): SQL {
  const at = (side: string | SQL, column: ColumnSpec) => (typeof side === 'string' ? load.column(column, side) : sql`${side}.${load.column(column)}`)
  return sql.join([
    ...filled.map((column) => sql`${at(one, column)} = ${at(other, column)}`),
    ...empty.flatMap((column) => [sql`${at(one, column)} is null`, sql`${at(other, column)} is null`]),
  ], sql` and `)
}

/** Whether a row's key is of a form. */
export function isOfForm(load: CurrentLoad, { filled, empty }: KeyForm, alias: string): SQL {
  const conditions = [
    ...filled.filter((column) => !column.notNull).map((column) => sql`${load.column(column, alias)} is not null`),
    ...empty.map((column) => sql`${load.column(column, alias)} is null`),
  ]
  return conditions.length === 0 ? sql`1 = 1` : sql.join(conditions, sql` and `)
}
