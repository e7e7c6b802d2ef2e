import { getTableConfig, type MsSqlTable } from 'drizzle-orm/mssql-core'
import { checkedSpec } from '../../table/checked-spec.js'
import { objectName } from '../../table/object-name.js'
import type { IndexSpec, TableSpec, UniqueSpec } from '../../table/table-spec.js'
import { columnsFromDrizzle, type DrizzleReader } from '../spec-from-drizzle.js'
import { inlineExpression } from './mssql-ddl.js'
import { mssqlLogicalOf } from './mssql-logical-of.js'

/**
 * Reads a SQL Server table of drizzle. Foreign keys are not read: Varve neither makes nor removes them. To the unique
 * constraints and indexes of this engine two NULLs are the same value, and so they are in what is read.
 *
 * @throws VarveError V1003 when it holds something that a load could not honour.
 */
export function fromMssqlTable(table: MsSqlTable): TableSpec {
  const config = getTableConfig(table)
  const inlineKey = config.columns.filter((column) => column.primary).map((column) => column.name)
  const primaryKey = config.primaryKeys[0]?.columns.map((column) => column.name) ?? inlineKey
  const columns = columnsFromDrizzle(table, reader).map((column) => (primaryKey.includes(column.name) ? { ...column, notNull: true } : column))
  const uniqueOf = (names: readonly string[], name: string | undefined): UniqueSpec => ({ name: name ?? objectName([config.name, ...names, 'key']), columns: names, nullsEqual: true })
  return checkedSpec({
    schema: config.schema,
    name: config.name,
    columns,
    primaryKey,
    uniques: [
      ...config.columns.filter((column) => column.isUnique).map((column) => uniqueOf([column.name], column.uniqueName)),
      ...config.uniqueConstraints.map((unique) => uniqueOf(unique.columns.map((column) => column.name), unique.getName())),
    ],
    indexes: config.indexes.map(({ config: index }): IndexSpec => ({
      name: index.name,
      columns: index.columns.map((column) => ('name' in column ? column.name : inlineExpression(column))),
      unique: index.unique ?? false,
      ...(index.unique ? { nullsEqual: true } : {}),
      ...(index.where ? { where: index.where } : {}),
    })),
    checks: config.checks.map((check) => ({ name: check.name, condition: check.value })),
  })
}

const reader: DrizzleReader = {
  nativeType: (column) => column.getSQLType(),
  logicalOf: (column) => {
    if (column.dataType === 'object json') return column.getSQLType() === 'nvarchar(max)' ? { kind: 'json' } : undefined // a shorter one would cut
    return mssqlLogicalOf(column.getSQLType())
  },
  allowedTypes: 'int, bigint, bit, nvarchar with a length, decimal, float, date, datetime2(6), time(6), uniqueidentifier (a customType) and varbinary(max)',
  numberingOf: (column) => {
    const { identity } = column as { readonly identity?: { readonly seed: number; readonly increment: number } } // only numeric columns have the property
    return identity ? { start: String(identity.seed), step: String(identity.increment) } : undefined
  },
  generatedDefaults: { 'sysutcdatetime()': 'now', 'getutcdate()': 'now', 'newid()': 'uuid' },
  inline: inlineExpression,
}
