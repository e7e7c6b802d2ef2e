import { is, type Table } from 'drizzle-orm'
import { MsSqlTable } from 'drizzle-orm/mssql-core'
import { PgTable } from 'drizzle-orm/pg-core'
import type { TableSpec } from '../table/table-spec.js'
import { fromMssqlTable } from './mssql/table-spec-from-drizzle.js'
import { fromPgTable } from './postgres/table-spec-from-drizzle.js'
import { drizzleLabel, refused } from './spec-from-drizzle.js'

/** A table of drizzle that was written by hand, for any engine that has a dialect of drizzle. */
export type DrizzleTable = PgTable | MsSqlTable

/** Reads a table of drizzle into its neutral form. */
export function tableSpecFromDrizzle(table: Table): TableSpec {
  if (is(table, PgTable)) return fromPgTable(table)
  if (is(table, MsSqlTable)) return fromMssqlTable(table)
  throw refused(`Table "${drizzleLabel(table)}" is of a dialect that Varve does not know. Declare it with table(), or with pgTable or mssqlTable of drizzle.`)
}
