import type { SQL } from 'drizzle-orm'
import { primaryKeyName } from '../table/checked-spec.js'
import type { LogicalType } from '../table/logical-type.js'
import type { PartitionBound } from '../table/partition-bound.js'
import type { SchemaChange, ViewChange } from '../table/schema-change.js'
import type { CheckSpec, ColumnSpec, IndexSpec, TableSpec, UniqueSpec } from '../table/table-spec.js'
import { viewMark } from '../table/view-spec.js'
import type { TableAddress } from './engine.js'

/** What differs between engines when tables are made; the statements themselves are written once, below. */
export interface DdlDialect {
  quote(name: string): string
  typeOf(type: LogicalType): string
  /** The default of a column as an expression. */
  defaultOf(column: ColumnSpec): string | undefined
  /** The default as a part of the column's clause. */
  defaultClause(table: TableSpec, column: ColumnSpec, expression: string, place: 'new table' | 'old table'): string
  setDefault(table: TableSpec, column: ColumnSpec, expression: string): string
  identity(column: ColumnSpec): string
  /** Type and expression of a column that the engine computes. */
  generated(column: ColumnSpec, expression: string, stored: boolean): string
  /** What a column says that may hold NULL. */
  nullable: string
  inline(expression: SQL): string
  schemaStatement(schema: string): string
  /** A column of a key or an index; refused where its type cannot be one. */
  keyColumn(table: TableSpec, name: string): string
  /** The words of a unique constraint, or nothing where only a unique index can keep what is declared. */
  unique(table: TableSpec, unique: UniqueSpec): string | undefined
  /** What makes a unique index treat NULLs as declared: words after its columns, and conditions to add to its predicate. */
  uniqueIndexNulls(table: TableSpec, index: Pick<IndexSpec, 'columns' | 'nullsEqual'>): { readonly words: string; readonly conditions: readonly string[] }
  partitionClause(table: TableSpec): string
  createPartition(table: TableSpec, name: string, bound: PartitionBound): string[]
  detachPartition(table: TableAddress, name: string): string
  createTable(unlogged: boolean): string
  /** Makes an empty table with the columns of another. */
  createLike(table: string, like: string): string
  widenColumn(column: ColumnSpec): string
  allowNull(column: ColumnSpec): string
  addColumn: string
  /** Makes a view, or replaces it, and keeps the mark with it for introspection to answer. */
  createView(view: string, query: string, mark: string): string[]
}

/**
 * The statements of a schema change: one command each, as every engine accepts them.
 *
 * **Gotchas**
 *
 * A table's indexes are changes of their own; `create-table` makes the table with its constraints only.
 */
export function ddlStatements(dialect: DdlDialect, change: SchemaChange): string[] {
  if (change.kind === 'create-view' || change.kind === 'drop-view') return viewStatements(dialect, change)
  const table = qualified(dialect, change.table)
  switch (change.kind) {
    case 'create-table': {
      const schema = change.table.schema === undefined ? [] : [dialect.schemaStatement(change.table.schema)]
      const indexed = change.table.uniques.filter((unique) => dialect.unique(change.table, unique) === undefined)
      return [...schema, createTable(dialect, change.table, change.unlogged ?? false), ...indexed.map((unique) => createIndex(dialect, change.table, { ...unique, unique: true }))]
    }
    case 'create-like':
      return [dialect.createLike(table, qualified(dialect, change.like))]
    case 'drop-table':
      return [`drop table if exists ${table}`]
    case 'create-partition':
      return dialect.createPartition(change.table, change.name, change.bound)
    case 'detach-partition':
      return [dialect.detachPartition(change.table, change.name)]
    case 'add-column':
      return [`alter table ${table} ${dialect.addColumn} ${columnClause(dialect, change.table, change.column, 'old table')}`]
    case 'widen-column':
      return [`alter table ${table} ${dialect.widenColumn(change.column)}`]
    case 'allow-null':
      return [`alter table ${table} ${dialect.allowNull(change.column)}`]
    case 'set-default': {
      const expression = dialect.defaultOf(change.column)
      return expression === undefined ? [] : [`alter table ${table} ${dialect.setDefault(change.table, change.column, expression)}`]
    }
    case 'add-primary-key':
      return [`alter table ${table} add ${primaryKeyClause(dialect, change.table)}`]
    case 'add-unique': {
      const clause = uniqueClause(dialect, change.table, change.unique)
      return [clause === undefined ? createIndex(dialect, change.table, { ...change.unique, unique: true }) : `alter table ${table} add ${clause}`]
    }
    case 'add-check':
      return [`alter table ${table} add ${checkClause(dialect, change.check)}`]
    case 'add-index':
      return [createIndex(dialect, change.table, change.index)]
  }
}

function viewStatements(dialect: DdlDialect, change: ViewChange): string[] {
  const name = qualified(dialect, change.view)
  if (change.kind === 'drop-view') return [`drop view if exists ${name}`]
  const { table, columns, where } = change.view
  const query = `select ${columns.map((column) => dialect.quote(column)).join(', ')} from ${qualified(dialect, table)}${where ? ` where ${dialect.inline(where)}` : ''}`
  return dialect.createView(name, query, viewMark(change.view))
}

function createTable(dialect: DdlDialect, table: TableSpec, unlogged: boolean): string {
  const parts = [
    ...table.columns.map((column) => columnClause(dialect, table, column, 'new table')),
    ...(table.primaryKey.length > 0 ? [primaryKeyClause(dialect, table)] : []),
    ...table.uniques.map((unique) => uniqueClause(dialect, table, unique)).filter((clause) => clause !== undefined),
    ...table.checks.map((check) => checkClause(dialect, check)),
  ]
  return `${dialect.createTable(unlogged)} ${qualified(dialect, table)} (\n  ${parts.join(',\n  ')}\n)${dialect.partitionClause(table)}`
}

function columnClause(dialect: DdlDialect, table: TableSpec, column: ColumnSpec, place: 'new table' | 'old table'): string {
  const initial = dialect.defaultOf(column)
  const { generated } = column
  return [
    dialect.quote(column.name),
    generated ? dialect.generated(column, dialect.inline(generated.expression), generated.stored) : dialect.typeOf(column.type),
    column.identity ? dialect.identity(column) : '',
    // Null or not is said before the default: the words that may follow a default belong to it.
    column.notNull ? 'not null' : generated ? '' : dialect.nullable,
    initial === undefined ? '' : dialect.defaultClause(table, column, initial, place),
  ].filter((part) => part !== '').join(' ')
}

function primaryKeyClause(dialect: DdlDialect, table: TableSpec): string {
  return `constraint ${dialect.quote(primaryKeyName(table))} primary key (${keyList(dialect, table, table.primaryKey)})`
}

function uniqueClause(dialect: DdlDialect, table: TableSpec, unique: UniqueSpec): string | undefined {
  const words = dialect.unique(table, unique)
  return words === undefined ? undefined : `constraint ${dialect.quote(unique.name)} ${words} (${keyList(dialect, table, unique.columns)})`
}

function checkClause(dialect: DdlDialect, check: CheckSpec): string {
  return `constraint ${dialect.quote(check.name)} check (${dialect.inline(check.condition)})`
}

function createIndex(dialect: DdlDialect, table: TableSpec, index: IndexSpec): string {
  const where = indexCondition(dialect, table, index)
  return [
    `create ${index.unique ? 'unique ' : ''}index ${dialect.quote(index.name)} on ${qualified(dialect, table)}`,
    index.definition ?? `(${keyList(dialect, table, index.columns)})`,
    index.unique ? dialect.uniqueIndexNulls(table, index).words : '',
    where === undefined ? '' : `where ${where}`,
  ].filter((part) => part !== '').join(' ')
}

/** The predicate of an index, with what it needs to treat NULLs as declared. */
export function indexCondition(dialect: DdlDialect, table: TableSpec, index: IndexSpec): string | undefined {
  const declared = index.where ? [dialect.inline(index.where)] : []
  const conditions = index.unique ? [...declared, ...dialect.uniqueIndexNulls(table, index).conditions] : declared
  // Parentheses only where they matter: some engines take no others in a predicate.
  return conditions.length > 1 && index.where ? conditions.map((condition) => `(${condition})`).join(' and ') : conditions.length > 0 ? conditions.join(' and ') : undefined
}

function keyList(dialect: DdlDialect, table: TableSpec, columns: readonly string[]): string {
  return columns.map((column) => dialect.keyColumn(table, column)).join(', ')
}

/** A table's name as it stands in a statement. */
export function qualified(dialect: Pick<DdlDialect, 'quote'>, table: TableAddress): string {
  return table.schema === undefined ? dialect.quote(table.name) : `${dialect.quote(table.schema)}.${dialect.quote(table.name)}`
}
