import type { ColumnSpec, TableSpec } from '../table/table-spec.js'

/** The column of a staging table that tells the place of each row in its delivery, from 1, rejected ones counted too. */
export const rowNumber: ColumnSpec = { property: 'varve_row', name: 'varve_row', type: { kind: 'bigint' }, notNull: false, identity: false }

/** A staging table whose rows are numbered. */
export function withRowNumbers(staging: TableSpec): TableSpec {
  return { ...staging, columns: [...staging.columns, rowNumber] }
}
