import type { SQL } from 'drizzle-orm'
import { VarveError } from '../../error/varve-error.js'
import { typeText, type LogicalType } from '../../table/logical-type.js'
import { objectName } from '../../table/object-name.js'
import { nullableOf, tableLabel, type ColumnSpec, type TableSpec } from '../../table/table-spec.js'
import { valueReader } from '../../table/value/value-reader.js'
import type { DdlDialect } from '../ddl.js'
import { inlineWith } from '../inline-expression.js'

const quoteName = (name: string) => `[${name.replaceAll(']', ']]')}]`
const quoteText = (text: string) => `N'${text.replaceAll("'", "''")}'`

/** The SQL Server type of a logical type. */
export function mssqlType(type: LogicalType): string {
  switch (type.kind) {
    case 'integer':
      return 'int'
    case 'bigint':
      return 'bigint'
    case 'text':
      return `nvarchar(${type.length ?? 'max'})`
    case 'boolean':
      return 'bit'
    case 'decimal':
      return `decimal(${type.precision}, ${type.scale})`
    case 'float':
      return 'float(53)'
    case 'date':
      return 'date'
    case 'timestamp':
      return 'datetime2(6)'
    case 'time':
      return 'time(6)'
    case 'json':
      return 'nvarchar(max)'
    case 'uuid':
      return 'uniqueidentifier'
    case 'binary':
      return 'varbinary(max)'
  }
}

/**
 * How SQL Server spells tables.
 *
 * **Gotchas**
 *
 * - Partitions need a partition function and scheme, which the engine makes: the clause is empty here.
 * - To a unique constraint of this engine two NULLs are the same value. Where they are not to be, a filtered unique index stands in for it.
 * - What is written without NULL or NOT NULL depends on the session's settings, so every column says which.
 */
export const mssqlDdl: DdlDialect = {
  quote: quoteName,
  typeOf: mssqlType,
  defaultOf: mssqlDefault,
  // The engine would invent a name, another one in each database. A column that is added fills the rows that are there, as elsewhere.
  defaultClause: (table, column, expression, place) =>
    `constraint ${quoteName(defaultName(table, column))} default ${expression}${place === 'old table' && !column.notNull ? ' with values' : ''}`,
  setDefault: (table, column, expression) => `add constraint ${quoteName(defaultName(table, column))} default ${expression} for ${quoteName(column.name)}`,
  identity: ({ numbering }) => `identity(${numbering?.start ?? 1}, ${numbering?.step ?? 1})`,
  generated: (_column, expression, stored) => `as (${expression})${stored ? ' persisted' : ''}`,
  nullable: 'null',
  inline: inlineExpression,
  // A schema must be made in a batch of its own, hence the inner execution.
  schemaStatement: (schema) => `if schema_id(${quoteText(schema)}) is null exec(${quoteText(`create schema ${quoteName(schema)}`)})`,
  keyColumn,
  unique: (table, unique) => (unique.nullsEqual || nullableOf(table, unique.columns).length === 0 ? 'unique' : undefined),
  uniqueIndexNulls: (table, index) => ({
    words: '',
    conditions: index.nullsEqual ? [] : nullableOf(table, index.columns).map((name) => `${quoteName(name)} is not null`),
  }),
  // The engine keeps the text of a view as it was written, so the mark can stand in it.
  createView: (view, query, mark) => [`create or alter view ${view} as /* ${mark} */ ${query}`],
  partitionClause: () => '',
  createPartition: (table) => {
    throw noPartitions(table)
  },
  detachPartition: (table) => {
    throw noPartitions(table)
  },
  createTable: () => 'create table',
  // Of a union the engine takes the types alone; of a plain query, that a column is numbered too.
  createLike: (table, like) => `select * into ${table} from (select top 0 * from ${like} union all select top 0 * from ${like}) l`,
  widenColumn: (column) => `alter column ${quoteName(column.name)} ${mssqlType(column.type)}${column.notNull ? ' not null' : ' null'}`,
  allowNull: (column) => `alter column ${quoteName(column.name)} ${mssqlType(column.type)} null`,
  addColumn: 'add',
}

/** The text of an expression with its values written in and its columns unqualified. */
export function inlineExpression(expression: SQL): string {
  return inlineWith({ quote: quoteName, literal: mssqlLiteral }, expression)
}

function defaultName(table: TableSpec, column: ColumnSpec): string {
  return objectName([table.name, column.name, 'default'])
}

function keyColumn(table: TableSpec, name: string): string {
  const type = table.columns.find((column) => column.name === name)?.type
  if (type && mssqlType(type).endsWith('(max)')) {
    const advice = type.kind === 'text' ? 'Declare it with a length, such as t.text(200).' : 'Leave it out of keys and indexes.'
    throw new VarveError('V1008', `Table "${tableLabel(table)}": column "${name}" is ${typeText(type)}, which SQL Server cannot hold in a key or an index. ${advice}`)
  }
  return quoteName(name)
}

function mssqlDefault(column: ColumnSpec): string | undefined {
  const initial = column.default
  if (initial === undefined) return undefined
  if (initial.kind === 'now') return 'sysutcdatetime()'
  if (initial.kind === 'uuid') return 'newid()'
  if (initial.value === null || initial.value === undefined) return 'null'
  const text = String(valueReader(column.type)(initial.value)) // a default that cannot be read was refused with the declaration
  switch (column.type.kind) {
    case 'integer':
    case 'bigint':
    case 'decimal':
    case 'float':
      return text
    case 'boolean':
      return text === 'true' ? '1' : '0'
    case 'binary':
      return `0x${text.slice(2)}`
    case 'timestamp':
      return quoteText(withoutZone(text))
    default:
      return quoteText(text)
  }
}

// A value inside an expression, where its type is not known from a column.
function mssqlLiteral(value: unknown): string {
  if (value === null || value === undefined) return 'null'
  if (typeof value === 'boolean') return value ? '1' : '0'
  // In parentheses, or a minus before it would begin a comment.
  if (typeof value === 'number' || typeof value === 'bigint') return value < 0 ? `(${value})` : String(value)
  if (typeof value === 'string') return quoteText(value)
  if (value instanceof Date) return quoteText(withoutZone(value.toISOString()))
  if (value instanceof Uint8Array) return `0x${Buffer.from(value).toString('hex')}`
  return quoteText(JSON.stringify(value))
}

// Instants are held in UTC by a type that knows no zone.
function withoutZone(instant: string): string {
  return instant.replace(/Z$/, '')
}

function noPartitions(table: Pick<TableSpec, 'schema' | 'name'>): VarveError {
  return new VarveError('V1008', `Table "${tableLabel(table)}": partitions of SQL Server are not made one by one. All its rows stand in one table, which needs none.`)
}
