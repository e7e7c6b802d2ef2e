import * as pg from 'drizzle-orm/pg-core'
import { sql } from 'drizzle-orm'
import type { ColumnType } from 'drizzle-orm/column-builder'
import type { Column } from '../../table/column.js'
import type { LogicalKind } from '../../table/logical-type.js'
import type { ColumnSpec, TableSpec } from '../../table/table-spec.js'
import { primaryKeyName } from '../../table/checked-spec.js'
import { isoInstant } from './iso-instant.js'
import { pgDdl } from './pg-ddl.js'

interface PgDataType extends Record<LogicalKind, ColumnType> {
  integer: 'number int32'
  bigint: 'bigint int64'
  text: 'string'
  boolean: 'boolean'
  decimal: 'string numeric'
  float: 'number double'
  date: 'string date'
  timestamp: 'custom'
  time: 'string time'
  json: 'object json'
  uuid: 'string uuid'
  binary: 'object buffer'
}

type PgBuilderOf<C extends Column> = {
  readonly _: {
    dataType: PgDataType[C['_']['kind']]
    data: C['_']['data']
    driverParam: unknown
    notNull: C['_']['notNull']
    hasDefault: C['_']['hasDefault']
  }
}

type TableName<Name extends string> = Name extends `${string}.${infer Rest}` ? Rest : Name
type SchemaName<Name extends string> = Name extends `${infer Schema}.${string}` ? Schema : undefined

/** The drizzle table of a declaration, typed as if it had been written by hand. */
export type PgTableOf<Name extends string, C extends Readonly<Record<string, Column>>> = pg.PgTableWithColumns<{
  name: TableName<Name>
  schema: SchemaName<Name>
  columns: pg.PgBuildColumns<TableName<Name>, { -readonly [K in keyof C]: PgBuilderOf<C[K]> }>
  dialect: 'pg'
  isAlias: false
}>

// drizzle's own timestamp answers the server's spelling; ours is ISO with Z, as everywhere else.
const instant = pg.customType<{ data: string; driverData: string }>({
  dataType: () => 'timestamp (6) with time zone',
  fromDriver: isoInstant,
})

/** Builds the drizzle table of a declaration at run time; {@link PgTableOf} is its type. */
export function drizzlePgTable(spec: TableSpec): pg.PgTable {
  const columns = Object.fromEntries(spec.columns.map((column) => [column.property, withFacts(column, builderOf(column))]))
  const extras = (self: Record<string, pg.ExtraConfigColumn>) => {
    const at = (names: readonly string[]) => {
      const found = names.map((name) => self[spec.columns.find((column) => column.name === name)?.property ?? name])
      return found as unknown as [pg.PgColumn, ...pg.PgColumn[]] // a key names at least one column: checked by table()
    }
    return [
      ...(spec.primaryKey.length > 0 ? [pg.primaryKey({ name: primaryKeyName(spec), columns: at(spec.primaryKey) })] : []),
      ...spec.uniques.map((unique) => {
        const builder = pg.unique(unique.name).on(...at(unique.columns))
        return unique.nullsEqual ? builder.nullsNotDistinct() : builder
      }),
      ...spec.indexes.map((index) => {
        const builder = (index.unique ? pg.uniqueIndex(index.name) : pg.index(index.name)).on(...at(index.columns))
        return index.where ? builder.where(index.where) : builder
      }),
      ...spec.checks.map((check) => pg.check(check.name, check.condition)),
    ]
  }
  // The class instead of its function, which refuses "public": a table that is declared there is also addressed there.
  return spec.schema === undefined ? pg.pgTable(spec.name, columns, extras) : new pg.PgSchema(spec.schema, undefined).table(spec.name, columns, extras)
}

function builderOf({ name, type }: ColumnSpec): pg.PgColumnBuilder {
  switch (type.kind) {
    case 'integer':
      return pg.integer(name)
    case 'bigint':
      return pg.bigint(name, { mode: 'bigint' })
    case 'text':
      return type.length === undefined ? pg.text(name) : pg.varchar(name, { length: type.length })
    case 'boolean':
      return pg.boolean(name)
    case 'decimal':
      return pg.numeric(name, { precision: type.precision, scale: type.scale })
    case 'float':
      return pg.doublePrecision(name)
    case 'date':
      return pg.date(name, { mode: 'string' })
    case 'timestamp':
      return instant(name)
    case 'time':
      return pg.time(name, { precision: 6 })
    case 'json':
      return pg.jsonb(name)
    case 'uuid':
      return pg.uuid(name)
    case 'binary':
      return pg.bytea(name)
  }
}

function withFacts(column: ColumnSpec, plain: pg.PgColumnBuilder): pg.PgColumnBuilder {
  let builder = column.notNull ? plain.notNull() : plain
  if (column.identity) {
    const numbered = builder as pg.PgColumnBuilder & { generatedByDefaultAsIdentity(): pg.PgColumnBuilder }
    builder = numbered.generatedByDefaultAsIdentity()
  }
  // Bytes as an expression: drizzle-kit would write them into its SQL as they are.
  if (column.default?.kind === 'value') builder = builder.default(column.type.kind === 'binary' ? sql.raw(pgDdl.defaultOf(column) ?? 'null') : column.default.value)
  if (column.default?.kind === 'now') builder = builder.default(sql`now()`)
  if (column.default?.kind === 'uuid') builder = builder.default(sql`gen_random_uuid()`)
  return builder
}
