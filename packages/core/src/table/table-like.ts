import type { Table } from './table.js'
import type { TableSpec } from './table-spec.js'

/** A declaration, or a table of drizzle in its place. */
export type TableLike = Table

/** The neutral form of a table, however it was declared. */
export function specOf(table: TableLike): TableSpec {
  return table.spec
}
