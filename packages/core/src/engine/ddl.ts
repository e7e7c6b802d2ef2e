import type { SQL } from 'drizzle-orm'
import type { ColumnSpec, TableSpec, UniqueSpec } from '../table/table-spec.js'
import { objectName } from '../table/object-name.js'
import type { LogicalType } from '../table/logical-type.js'
import type { SchemaChange } from '../table/schema-change.js'
import type { TableAddress } from './engine.js'

/** What differs between engines when tables are made; the statements themselves are written once, below. */
export interface DdlDialect {
  quote(name: string): string
  typeOf(type: LogicalType): string
  defaultOf(column: ColumnSpec): string | undefined
  identity: string
  inline(expression: SQL): string
  schemaStatement(schema: string): string
  unique(unique: UniqueSpec): string
  partitionClause(table: TableSpec): string
  createTable(unlogged: boolean): string
  widenColumn(column: ColumnSpec): string
  allowNull(column: ColumnSpec): string
  addColumn: string
}

/**
 * The statements of a schema change: one command each, as every engine accepts them.
 *
 * **Gotchas**
 *
 * A table's indexes are changes of their own; `create-table` makes the table with its constraints only.
 */
export function ddlStatements(dialect: DdlDialect, change: SchemaChange): string[] {
  const table = qualified(dialect, change.table)
  switch (change.kind) {
    case 'create-table': {
      const schema = change.table.schema === undefined ? [] : [dialect.schemaStatement(change.table.schema)]
      return [...schema, createTable(dialect, change.table, change.unlogged ?? false)]
    }
    case 'drop-table':
      return [`drop table if exists ${table}`]
    case 'add-column':
      return [`alter table ${table} ${dialect.addColumn} ${columnClause(dialect, change.column)}`]
    case 'widen-column':
      return [`alter table ${table} ${dialect.widenColumn(change.column)}`]
    case 'allow-null':
      return [`alter table ${table} ${dialect.allowNull(change.column)}`]
    case 'add-unique':
      return [`alter table ${table} add ${uniqueClause(dialect, change.unique)}`]
    case 'add-check':
      return [`alter table ${table} add ${checkClause(dialect, change.check)}`]
    case 'add-index': {
      const { index } = change
      const where = index.where ? ` where ${dialect.inline(index.where)}` : ''
      return [`create ${index.unique ? 'unique ' : ''}index ${dialect.quote(index.name)} on ${table} (${list(dialect, index.columns)})${where}`]
    }
  }
}

function createTable(dialect: DdlDialect, table: TableSpec, unlogged: boolean): string {
  const parts = [
    ...table.columns.map((column) => columnClause(dialect, column)),
    ...(table.primaryKey.length > 0
      ? [`constraint ${dialect.quote(objectName([table.name, 'pkey']))} primary key (${list(dialect, table.primaryKey)})`]
      : []),
    ...table.uniques.map((unique) => uniqueClause(dialect, unique)),
    ...table.checks.map((check) => checkClause(dialect, check)),
  ]
  return `${dialect.createTable(unlogged)} ${qualified(dialect, table)} (\n  ${parts.join(',\n  ')}\n)${dialect.partitionClause(table)}`
}

function columnClause(dialect: DdlDialect, column: ColumnSpec): string {
  const initial = dialect.defaultOf(column)
  return [
    dialect.quote(column.name),
    dialect.typeOf(column.type),
    ...(column.identity ? [dialect.identity] : []),
    ...(initial === undefined ? [] : [`default ${initial}`]),
    ...(column.notNull ? ['not null'] : []),
  ].join(' ')
}

function uniqueClause(dialect: DdlDialect, unique: UniqueSpec): string {
  return `constraint ${dialect.quote(unique.name)} ${dialect.unique(unique)} (${list(dialect, unique.columns)})`
}

function checkClause(dialect: DdlDialect, check: { readonly name: string; readonly condition: SQL }): string {
  return `constraint ${dialect.quote(check.name)} check (${dialect.inline(check.condition)})`
}

function list(dialect: DdlDialect, columns: readonly string[]): string {
  return columns.map((column) => dialect.quote(column)).join(', ')
}

/** A table's name as it stands in a statement. */
export function qualified(dialect: Pick<DdlDialect, 'quote'>, table: TableAddress): string {
  return table.schema === undefined ? dialect.quote(table.name) : `${dialect.quote(table.schema)}.${dialect.quote(table.name)}`
}
