import { is, Table as BaseDrizzleTable } from 'drizzle-orm'
import { tableSpecFromDrizzle, type DrizzleTable } from '../engine/table-spec-from-drizzle.js'
import type { Columns, Table } from './table.js'
import type { InputRow, InsertRow, LogicalInput, NotNullKey, Row } from './row.js'
import type { TableSpec } from './table-spec.js'

/** A table that was declared with {@link table}, whatever its columns. */
export type DeclaredTable = Pick<Table, 'spec' | 'columns'>

/**
 * A declaration, or a table of drizzle written by hand in its place.
 *
 * @example
 * ```ts
 * import { integer, pgTable, text } from 'drizzle-orm/pg-core'
 * import { specOf, type TableLike } from '@varve/core'
 *
 * const sites: TableLike = pgTable('dim_site', { siteId: integer('site_id').primaryKey(), name: text() })
 * specOf(sites).primaryKey // ['site_id']
 * ```
 */
export type TableLike = DeclaredTable | DrizzleTable

type DrizzleColumns<T extends DrizzleTable> = T['_']['columns']

/** A row of the table as it is read; of a table of drizzle, its `$inferSelect`. */
export type RowOf<T extends TableLike> = T extends DrizzleTable
  ? { [K in keyof DrizzleColumns<T> & string]: DrizzleColumns<T>[K]['_']['notNull'] extends true ? DrizzleColumns<T>[K]['_']['data'] : DrizzleColumns<T>[K]['_']['data'] | null }
  : T extends DeclaredTable ? Row<T['columns']> : never

/** A row of the table as it is written; of a table of drizzle, its `$inferInsert`. */
export type InsertOf<T extends TableLike> = T extends { readonly $inferInsert: infer Insert } & DrizzleTable ? Insert : T extends DeclaredTable ? InsertRow<T['columns']> : never

/** A row of the table as a load accepts it: other spellings of the values too. */
export type InputOf<T extends TableLike> = T extends { readonly $inferInsert: infer Insert } & DrizzleTable
  ? { [K in keyof Insert as DrizzleColumns<T>[K & string]['_']['identity'] extends string ? never : K]: DrizzleInput<DrizzleColumns<T>[K & string]['_']> | Extract<Insert[K], null | undefined> }
  : T extends DeclaredTable ? InputRow<T['columns']> : never

interface ColumnTypes {
  readonly data: unknown
  readonly dataType: string
}

// A type that was narrowed by hand ($type, enum) stays narrow.
type DrizzleInput<C extends ColumnTypes> = C['dataType'] extends keyof InputByDataType
  ? InputByDataType[C['dataType']]
  : C['dataType'] extends 'string' ? (string extends C['data'] ? LogicalInput['text'] : C['data']) : C['data']

interface InputByDataType {
  'number int32': LogicalInput['integer']
  'number int53': LogicalInput['bigint']
  'bigint int64': LogicalInput['bigint']
  'string int64': LogicalInput['bigint']
  'string numeric': LogicalInput['decimal']
  number: LogicalInput['decimal']
  'number double': LogicalInput['float']
  boolean: LogicalInput['boolean']
  'string date': LogicalInput['date']
  'object date': LogicalInput['timestamp']
  'string timestamp': LogicalInput['timestamp']
  'string datetime': LogicalInput['timestamp']
  'string time': LogicalInput['time']
  'string uuid': LogicalInput['uuid']
  'object buffer': LogicalInput['binary']
}

/** The properties of the table's columns. */
export type KeyOf<T extends TableLike> = T extends DrizzleTable ? keyof DrizzleColumns<T> & string : T extends DeclaredTable ? keyof T['columns'] & string : never

/** The properties of the columns that never hold NULL: the only ones a key can name. */
export type NotNullKeyOf<T extends TableLike> = T extends DrizzleTable
  ? { [K in keyof DrizzleColumns<T> & string]: DrizzleColumns<T>[K]['_']['notNull'] extends true ? K : never }[keyof DrizzleColumns<T> & string]
  : T extends { readonly columns: infer C extends Columns } ? NotNullKey<C> : never

const read = new WeakMap<object, TableSpec>()

/**
 * The neutral form of a table, however it was declared. A table of drizzle is read once.
 *
 * @throws VarveError V1003 when a table of drizzle holds something that a load could not honour, such as a column of a type
 * that has no logical type.
 */
export function specOf(table: TableLike): TableSpec {
  if (!is(table, BaseDrizzleTable)) return table.spec
  const known = read.get(table)
  if (known) return known
  const spec = tableSpecFromDrizzle(table)
  read.set(table, spec)
  return spec
}
