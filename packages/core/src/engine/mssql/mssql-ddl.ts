import type { SQL } from 'drizzle-orm'
import { MsSqlDialect } from 'drizzle-orm/mssql-core'
import type { ColumnSpec } from '../../table/table-spec.js'
import type { LogicalType } from '../../table/logical-type.js'
import type { DdlDialect } from '../ddl.js'

const dialect = new MsSqlDialect()

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
 * Partitions need a partition function and scheme, which the engine makes: the clause is empty here.
 */
export const mssqlDdl: DdlDialect = {
  quote: quoteName,
  typeOf: mssqlType,
  defaultOf: mssqlDefault,
  identity: 'identity(1, 1)',
  inline: inlineExpression,
  // A schema must be made in a batch of its own, hence the inner execution.
  schemaStatement: (schema) => `if schema_id(${quoteText(schema)}) is null exec(${quoteText(`create schema ${quoteName(schema)}`)})`,
  unique: () => 'unique',
  partitionClause: () => '',
  createTable: () => 'create table',
  widenColumn: (column) => `alter column ${quoteName(column.name)} ${mssqlType(column.type)}${column.notNull ? ' not null' : ' null'}`,
  allowNull: (column) => `alter column ${quoteName(column.name)} ${mssqlType(column.type)} null`,
  addColumn: 'add',
}

function inlineExpression(expression: SQL): string {
  return dialect.sqlToQuery(expression.inlineParams(), 'mssql-check').sql
}

function mssqlDefault(column: ColumnSpec): string | undefined {
  const initial = column.default
  if (initial === undefined) return undefined
  if (initial.kind === 'now') return 'sysutcdatetime()'
  if (initial.kind === 'uuid') return 'newid()'
  return mssqlLiteral(initial.value)
}

function mssqlLiteral(value: unknown): string {
  if (value === null) return 'null'
  if (typeof value === 'boolean') return value ? '1' : '0'
  if (typeof value === 'number' || typeof value === 'bigint') return String(value)
  if (typeof value === 'string') return quoteText(value)
  if (value instanceof Uint8Array) return `0x${Buffer.from(value).toString('hex')}`
  return quoteText(JSON.stringify(value))
}
