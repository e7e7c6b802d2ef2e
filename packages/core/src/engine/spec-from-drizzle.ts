import { getColumns, getTableName, getTableSchema, is, SQL, type Column, type Table } from 'drizzle-orm'
import { VarveError } from '../error/varve-error.js'
import { typeText, type LogicalType } from '../table/logical-type.js'
import { tableLabel, type ColumnSpec } from '../table/table-spec.js'
import type { ColumnDefault } from '../table/column.js'

/** What differs between the dialects of drizzle when a table written by hand is read. */
export interface DrizzleReader {
  /** The engine's own spelling of the column's type, for messages. */
  nativeType(column: Column): string
  /** The logical type that holds exactly the values of the column, if there is one. */
  logicalOf(column: Column): LogicalType | undefined
  /** The types that have a logical type, for messages. */
  readonly allowedTypes: string
  numberingOf(column: Column): { readonly start: string; readonly step: string } | undefined
  /** Expressions that stand for a default of ours, without spaces and outer parentheses. */
  readonly generatedDefaults: Readonly<Record<string, 'now' | 'uuid'>>
  inline(expression: SQL): string
}

/** Reads the columns of a table written by hand, in order. */
export function columnsFromDrizzle(table: Table, reader: DrizzleReader): ColumnSpec[] {
  return Object.entries(getColumns(table)).map(([property, column]) => columnFromDrizzle(table, property, column, reader))
}

function columnFromDrizzle(table: Table, property: string, column: Column, reader: DrizzleReader): ColumnSpec {
  const where = `Table "${drizzleLabel(table)}": column "${column.name}"`
  const type = reader.logicalOf(column)
  if (!type) throw refused(`${where} is ${reader.nativeType(column)}, which is no type of Varve. Allowed are ${reader.allowedTypes}.`)
  if (type.kind === 'time' && column.dataType === 'object date') throw refused(`${where} reads a time of day as a Date, which has a day too. Declare it with { mode: 'string' }.`)
  if (column.defaultFn ?? column.onUpdateFn) throw refused(`${where} is filled by a function of drizzle, which a bulk load never calls. Give it a default of the database, or leave the function out.`)
  const numbering = reader.numberingOf(column)
  const initial = column.default === undefined ? undefined : defaultFromDrizzle(where, column, type, reader)
  const decode = decoderOf(column, type)
  return {
    property,
    name: column.name,
    type,
    notNull: column.notNull || column.primary,
    identity: numbering !== undefined,
    ...(numbering && (numbering.start !== '1' || numbering.step !== '1') ? { numbering } : {}),
    ...(column.generated ? { generated: { expression: generatedExpression(column.generated.as), stored: column.generated.mode !== 'virtual' } } : {}),
    ...(initial ? { default: initial } : {}),
    ...(decode ? { decode } : {}),
  }
}

function defaultFromDrizzle(where: string, column: Column, type: LogicalType, reader: DrizzleReader): ColumnDefault {
  const initial: unknown = column.default
  if (!is(initial, SQL)) return { kind: 'value', value: initial }
  const text = reader.inline(initial)
  const kind = reader.generatedDefaults[text.replace(/\s/g, '').replace(/^\((.*)\)$/, '$1').toLowerCase()]
  if (kind) return { kind }
  throw refused(`${where} has the default ${text}. Varve fills in defaults before rows reach the database, so a default must be a value of ${typeText(type)} or one of ${Object.keys(reader.generatedDefaults).join(', ')}.`)
}

function generatedExpression(as: unknown): SQL {
  const expression: unknown = typeof as === 'function' ? (as as () => unknown)() : as
  return is(expression, SQL) ? expression : new SQL([String(expression)])
}

// The modes of drizzle in which a value is another one than Varve reads.
function decoderOf(column: Column, type: LogicalType): ColumnSpec['decode'] {
  if (column.dataType === 'custom') return (value) => column.mapFromDriverValue(value) as unknown
  if (column.dataType === 'object date') return (value) => new Date(value as string)
  if (type.kind === 'bigint' && column.dataType === 'number int53') return Number
  if (type.kind === 'bigint' && column.dataType === 'string int64') return String
  if (type.kind === 'decimal' && column.dataType === 'number') return Number
  if (type.kind === 'decimal' && column.dataType === 'bigint int64') return (value) => BigInt(value as string)
  return undefined
}

/** The name of a table of drizzle for people. */
export function drizzleLabel(table: Table): string {
  return tableLabel({ schema: getTableSchema(table), name: getTableName(table) })
}

/** A refusal of a table written by hand. */
export function refused(message: string): VarveError {
  return new VarveError('V1003', message)
}
