import { sql, type SQL } from 'drizzle-orm'
import type { BuildColumns, ColumnType } from 'drizzle-orm/column-builder'
import * as mssql from 'drizzle-orm/mssql-core'
import type { Column } from '../../table/column.js'
import type { LogicalKind } from '../../table/logical-type.js'
import { primaryKeyName } from '../../table/checked-spec.js'
import type { ColumnSpec, IndexSpec, TableSpec } from '../../table/table-spec.js'
import { indexCondition } from '../ddl.js'
import { inlineExpression, mssqlDdl } from './mssql-ddl.js'

interface MssqlDataType extends Record<LogicalKind, ColumnType> {
  integer: 'number int32'
  bigint: 'bigint int64'
  text: 'string'
  boolean: 'boolean'
  decimal: 'string numeric'
  float: 'number double'
  date: 'string date'
  timestamp: 'string datetime'
  time: 'string time'
  json: 'object json'
  uuid: 'string uuid'
  binary: 'object buffer'
}

type MssqlBuilderOf<C extends Column> = {
  _: {
    dataType: MssqlDataType[C['_']['kind']]
    data: C['_']['data']
    driverParam: unknown
    notNull: C['_']['notNull']
    hasDefault: C['_']['hasDefault']
  }
}

type TableName<Name extends string> = Name extends `${string}.${infer Rest}` ? Rest : Name
type SchemaName<Name extends string> = Name extends `${infer Schema}.${string}` ? Schema : undefined

/** The drizzle table of a declaration for SQL Server, typed as if it had been written by hand. */
export type MssqlTableOf<Name extends string, C extends Readonly<Record<string, Column>>> = mssql.MsSqlTableWithColumns<{
  name: TableName<Name>
  schema: SchemaName<Name>
  columns: BuildColumns<TableName<Name>, { -readonly [K in keyof C]: MssqlBuilderOf<C[K]> }, 'mssql'>
  dialect: 'mssql'
  isAlias: false
}>

const uniqueIdentifier = mssql.customType<{ data: string; driverData: string }>({ dataType: () => 'uniqueidentifier' })

/** Builds the drizzle table of a declaration at run time; {@link MssqlTableOf} is its type. */
export function drizzleMssqlTable(spec: TableSpec): mssql.MsSqlTable {
  const columns = Object.fromEntries(spec.columns.map((column) => [column.property, withFacts(column, builderOf(column))]))
  const extras = (self: Record<string, mssql.MsSqlColumn>) => {
    const at = (names: readonly string[]) => {
      const found = names.map((name) => self[spec.columns.find((column) => column.name === name)?.property ?? name])
      return found as [mssql.MsSqlColumn, ...mssql.MsSqlColumn[]] // a key names at least one column: checked by table()
    }
    const indexOf = (index: IndexSpec) => {
      const builder = (index.unique ? mssql.uniqueIndex(index.name) : mssql.index(index.name)).on(...at(index.columns))
      const where = indexCondition(mssqlDdl, spec, index)
      return where === undefined ? builder : builder.where(sql.raw(where))
    }
    return [
      ...(spec.primaryKey.length > 0 ? [mssql.primaryKey({ name: primaryKeyName(spec), columns: at(spec.primaryKey) })] : []),
      ...spec.uniques.map((unique) => (mssqlDdl.unique(spec, unique) === undefined ? indexOf({ ...unique, unique: true }) : mssql.unique(unique.name).on(...at(unique.columns)))),
      ...spec.indexes.map(indexOf),
      ...spec.checks.map((check) => mssql.check(check.name, written(check.condition))),
    ]
  }
  // `never`: the builders are made from data, so the compiler cannot follow them; MssqlTableOf states the types.
  return spec.schema === undefined
    ? mssql.mssqlTable(spec.name, columns as never, extras)
    : mssql.mssqlSchema(spec.schema).table(spec.name, columns as never, extras)
}

// With its values in it: drizzle-kit would leave a parameter behind in the statement.
function written(expression: SQL): SQL {
  return sql.raw(inlineExpression(expression))
}

function builderOf({ name, type }: ColumnSpec) {
  switch (type.kind) {
    case 'integer':
      return mssql.int(name)
    case 'bigint':
      return mssql.bigint(name, { mode: 'bigint' })
    case 'text':
      return mssql.nvarchar(name, { length: type.length ?? 'max' })
    case 'boolean':
      return mssql.bit(name)
    case 'decimal':
      return mssql.decimal(name, { precision: type.precision, scale: type.scale, mode: 'string' })
    case 'float':
      return mssql.float(name, { precision: 53 })
    case 'date':
      return mssql.date(name, { mode: 'string' })
    case 'timestamp':
      return mssql.datetime2(name, { precision: 6, mode: 'string' })
    case 'time':
      return mssql.time(name, { precision: 6, mode: 'string' })
    case 'json':
      return mssql.nvarchar(name, { length: 'max', mode: 'json' })
    case 'uuid':
      return uniqueIdentifier(name)
    case 'binary':
      return mssql.varbinary(name, { length: 'max' })
  }
}

type MssqlBuilder = ReturnType<typeof builderOf>

function withFacts(column: ColumnSpec, plain: MssqlBuilder): MssqlBuilder {
  let builder = plain
  if (column.notNull) builder = builder.notNull()
  if (column.identity) builder = (builder as ReturnType<typeof mssql.int>).identity() as MssqlBuilder
  const { default: initial } = column
  // Bytes as an expression: drizzle-kit takes no others.
  if (initial?.kind === 'value') builder = builder.default((column.type.kind === 'binary' ? sql.raw(mssqlDdl.defaultOf(column) ?? 'null') : initial.value) as never)
  if (initial?.kind === 'now') builder = builder.default(sql`sysutcdatetime()`)
  if (initial?.kind === 'uuid') builder = builder.default(sql`newid()`)
  return builder
}
