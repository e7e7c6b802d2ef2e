import { is, SQL, type Column } from 'drizzle-orm'
import { getTableConfig, PgColumn, type Index, type IndexedColumn, type PgTable } from 'drizzle-orm/pg-core'
import { checkedSpec } from '../../table/checked-spec.js'
import { objectName } from '../../table/object-name.js'
import type { IndexSpec, TableSpec, UniqueSpec } from '../../table/table-spec.js'
import { columnsFromDrizzle, drizzleLabel, refused, type DrizzleReader } from '../spec-from-drizzle.js'
import { inlineExpression, quoteName } from './pg-ddl.js'
import { logicalOf } from './pg-introspect.js'

/**
 * Reads a Postgres table of drizzle. Foreign keys and row-level security are not read: Varve neither makes nor removes them.
 *
 * @throws VarveError V1003 when it holds something that a load could not honour.
 */
export function fromPgTable(table: PgTable): TableSpec {
  const config = getTableConfig(table)
  const inlineKey = config.columns.filter((column) => column.primary).map((column) => column.name)
  const primaryKey = config.primaryKeys[0]?.columns.map((column) => column.name) ?? inlineKey
  const columns = columnsFromDrizzle(table, reader).map((column) => (primaryKey.includes(column.name) ? { ...column, notNull: true } : column))
  const uniques = [
    ...config.columns.filter((column) => column.isUnique).map((column) => uniqueOf(config.name, [column.name], column.uniqueName, column.uniqueType === 'not distinct')),
    ...config.uniqueConstraints.map((unique) => uniqueOf(config.name, unique.columns.map((column) => column.name), unique.getName(), unique.nullsNotDistinct)),
  ]
  return checkedSpec({
    schema: config.schema,
    name: config.name,
    columns,
    primaryKey,
    uniques,
    indexes: config.indexes.map((index) => indexOf(table, config.name, index)),
    checks: config.checks.map((check) => ({ name: check.name, condition: check.value })),
  })
}

function uniqueOf(table: string, columns: readonly string[], name: string | undefined, nullsEqual: boolean): UniqueSpec {
  return { name: name ?? objectName([table, ...columns, 'key']), columns, nullsEqual }
}

function indexOf(table: PgTable, tableName: string, { config }: Index): IndexSpec {
  const columns: string[] = []
  let isPlain = config.method === undefined || config.method === 'btree'
  const parts = config.columns.map((part) => {
    if (is(part, SQL)) {
      isPlain = false
      return `(${inlineExpression(part)})`
    }
    const { name, indexConfig } = part as IndexedColumn & { name: string } // its name is settled once the table is built
    const order = [indexConfig.opClass, indexConfig.order === 'desc' ? 'desc' : undefined, nullsOrder(indexConfig)].filter((word) => word !== undefined)
    isPlain &&= order.length === 0
    columns.push(name)
    return [quoteName(name), ...order].join(' ')
  })
  if (config.name === undefined && columns.length < parts.length) throw refused(`Table "${drizzleLabel(table)}": an index over an expression has no name. Give it one.`)
  const storage = Object.entries((config.with ?? {}) as Record<string, unknown>).map(([name, value]) => `${quoteName(name)} = ${String(value)}`)
  const definition = `using ${quoteName(config.method ?? 'btree')} (${parts.join(', ')})${storage.length > 0 ? ` with (${storage.join(', ')})` : ''}`
  return {
    name: config.name ?? objectName([tableName, ...columns, 'index']),
    columns,
    unique: config.unique,
    ...(config.where ? { where: config.where } : {}),
    ...(isPlain && storage.length === 0 ? {} : { definition }),
  }
}

// What the engine would do by itself is not said.
function nullsOrder(config: IndexedColumn['indexConfig']): string | undefined {
  const usual = config.order === 'desc' ? 'first' : 'last'
  return config.nulls === undefined || config.nulls === usual ? undefined : `nulls ${config.nulls}`
}

const reader: DrizzleReader = {
  nativeType: nativeTypeOf,
  logicalOf: (column) => logicalOf(formatted(nativeTypeOf(column))),
  allowedTypes: 'integer, bigint, text, varchar, boolean, numeric with a precision, double precision, date, timestamp with time zone, time, jsonb, uuid and bytea',
  numberingOf: (column) => {
    if (/^(big)?serial$/.test(column.getSQLType())) return { start: '1', step: '1' }
    const options = column.generatedIdentity?.sequenceOptions
    return column.generatedIdentity && { start: String(options?.startWith ?? 1), step: String(options?.increment ?? 1) }
  },
  generatedDefaults: { 'now()': 'now', current_timestamp: 'now', 'clock_timestamp()': 'now', 'gen_random_uuid()': 'uuid' },
  inline: inlineExpression,
}

function nativeTypeOf(column: Column): string {
  return column.getSQLType() + '[]'.repeat(is(column, PgColumn) ? column.dimensions : 0)
}

const otherNames: Readonly<Record<string, string>> = {
  serial: 'integer',
  bigserial: 'bigint',
  int: 'integer',
  int4: 'integer',
  int8: 'bigint',
  bool: 'boolean',
  float8: 'double precision',
}

// The spelling of drizzle, or of a custom type, in that of the catalog.
function formatted(type: string): string {
  const spelled = type.trim().toLowerCase().replace(/\s+/g, ' ').replace(/ ?([(),]) ?/g, '$1')
  const parts = /^([a-z0-9 ]+)(\([^)]*\))?( with time zone| without time zone)?$/.exec(spelled.replace(/\)(with)/, ') $1'))
  if (!parts) return spelled
  const [, name = '', parameters = '', zone = ''] = parts
  if (name === 'varchar') return `character varying${parameters}`
  if (name === 'numeric' || name === 'decimal') return /^\(\d+\)$/.test(parameters) ? `numeric${parameters.replace(')', ',0)')}` : `numeric${parameters}`
  if (name === 'timestamptz') return `timestamp${parameters} with time zone`
  if (name === 'time' && zone === '') return `time${parameters} without time zone`
  return (otherNames[name] ?? name) + parameters + zone
}
