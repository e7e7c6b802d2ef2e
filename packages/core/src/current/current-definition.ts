import { VarveError } from '../error/varve-error.js'
import { checkedSpec } from '../table/checked-spec.js'
import { objectName } from '../table/object-name.js'
import type { Table } from '../table/table.js'
import type { KeyOf } from '../table/table-like.js'
import { nullableOf, tableLabel, type ColumnSpec, type TableSpec } from '../table/table-spec.js'

/** A table that current rows are kept in. */
export type CurrentTableLike = Pick<Table, 'spec' | 'columns'>

type KeyOfKind<T extends CurrentTableLike, K extends string> = { [P in keyof T['columns'] & string]: T['columns'][P]['_']['kind'] extends K ? P : never }[keyof T['columns'] & string]

/** How current rows are kept. */
export interface CurrentOptions<T extends CurrentTableLike> {
  /** The columns that identify a row. They may hold NULL, and two NULLs are the same. */
  readonly key: readonly [KeyOf<T>, ...KeyOf<T>[]]
  /** The source's instant of change: of several deliveries of a row the latest stands. Without it, or where it is the same or NULL, the last delivery stands. */
  readonly sequence?: KeyOfKind<T, 'timestamp' | 'date'>
  /** A `uuid` column for the batch that wrote the row last. */
  readonly batchId?: KeyOfKind<T, 'uuid'>
  /** `timestamp` columns for when the row was first and last written. */
  readonly createdAt?: KeyOfKind<T, 'timestamp'>
  readonly updatedAt?: KeyOfKind<T, 'timestamp'>
  /** Columns whose changes alone are no change. */
  readonly ignore?: readonly KeyOf<T>[]
}

/** A table of current rows with its loads settled. */
export interface CurrentDefinition<T extends CurrentTableLike = CurrentTableLike> {
  readonly declared: T
  /** The table as it stands in the database: as declared, with a constraint on the key where nothing else holds it. */
  readonly table: TableSpec
  readonly key: readonly ColumnSpec[]
  readonly sequence: ColumnSpec | undefined
  readonly batchId: ColumnSpec | undefined
  readonly createdAt: ColumnSpec | undefined
  readonly updatedAt: ColumnSpec | undefined
  /** The columns that rows bring. */
  readonly staged: readonly ColumnSpec[]
  /** The columns whose differences are changes. */
  readonly compared: readonly ColumnSpec[]
}

interface PlainOptions {
  readonly key: readonly string[]
  readonly sequence?: string
  readonly batchId?: string
  readonly createdAt?: string
  readonly updatedAt?: string
  readonly ignore?: readonly string[]
}

/** Settles the declaration of a table of current rows. */
export function currentDefinition<const T extends CurrentTableLike>(declared: T, typed: CurrentOptions<T>): CurrentDefinition<T> {
  const options = typed as unknown as PlainOptions // the names were checked by the compiler, and are once more here
  const table = declared.spec
  const mistakes: string[] = []
  const named = (property: string | undefined, role: string): ColumnSpec | undefined => {
    if (property === undefined) return undefined
    const found = table.columns.find((column) => column.property === property)
    if (!found) mistakes.push(`${role} names "${property}", which is no column of the table. Its columns are ${table.columns.map((column) => column.property).join(', ')}.`)
    return found
  }
  const all = (properties: readonly string[], role: string) => properties.map((property) => named(property, role)).filter((column) => column !== undefined)
  const key = all(options.key, 'key')
  const sequence = named(options.sequence, 'sequence')
  const [batchId, createdAt, updatedAt] = [named(options.batchId, 'batchId'), named(options.createdAt, 'createdAt'), named(options.updatedAt, 'updatedAt')]
  const ignored = all(options.ignore ?? [], 'ignore')
  for (const column of key) if (column.type.kind === 'json' || column.type.kind === 'binary') mistakes.push(`key column "${column.property}" is ${column.type.kind}, which cannot identify a row.`)
  if (sequence && key.includes(sequence)) mistakes.push(`"${sequence.property}" stands in the key and is the sequence: a row could never change. Take it out of one of them.`)
  for (const column of table.columns) if (column.identity || column.generated) mistakes.push(`column "${column.property}" is filled by the engine, and rows are written in sets: leave it out.`)
  if (mistakes.length > 0) throw wrongTable(table, mistakes)
  const names = key.map(({ name }) => name)
  const filled = new Set([batchId, createdAt, updatedAt])
  const staged = table.columns.filter((column) => !filled.has(column))
  return Object.freeze({
    declared,
    table: checkedSpec(isHeld(table, names) ? table : { ...table, uniques: [...table.uniques, { name: objectName([table.name, ...names, 'key']), columns: names, nullsEqual: nullableOf(table, names).length > 0 }] }),
    key,
    sequence,
    batchId,
    createdAt,
    updatedAt,
    staged,
    compared: staged.filter((column) => !key.includes(column) && !ignored.includes(column)),
  })
}

/** Whether a constraint of the declaration makes the key unique, NULLs being equal. */
function isHeld(table: TableSpec, key: readonly string[]): boolean {
  const isKey = (columns: readonly string[]) => columns.length === key.length && columns.every((name) => key.includes(name))
  return isKey(table.primaryKey) || table.uniques.some(({ columns, nullsEqual }) => isKey(columns) && (nullsEqual || nullableOf(table, key).length === 0))
}

function wrongTable(table: TableSpec, mistakes: readonly string[]): VarveError {
  return new VarveError('V1003', `The table of current rows ${tableLabel(table)} has ${mistakes.length === 1 ? 'a mistake' : `${mistakes.length} mistakes`}:\n${mistakes.map((mistake) => `  - ${mistake}`).join('\n')}`, { context: { table: tableLabel(table), mistakes } })
}
