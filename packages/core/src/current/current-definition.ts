import { VarveError } from '../error/varve-error.js'
import { bare } from '../fact/fact-definition.js'
import { checkedSpec } from '../table/checked-spec.js'
import { sentColumns } from '../table/evolve.js'
import { objectName } from '../table/object-name.js'
import type { InputRow } from '../table/row.js'
import { nullableOf, tableLabel, type ColumnSpec, type TableSpec, type UniqueSpec } from '../table/table-spec.js'
import type { CurrentOptions, CurrentTableLike } from './current-options.js'

type Housekeeping = 'batchId' | 'createdBatchId' | 'createdAt' | 'updatedAt'

type Filled<O> = { [P in Housekeeping]: O extends { readonly [Q in P]: infer Name } ? Name : never }[Housekeeping]

/** A row as a load of the table accepts it: without what the load itself fills in. */
export type CurrentInput<T extends CurrentTableLike, O extends CurrentOptions<T>> = InputRow<Omit<T['columns'], Filled<O> & string>>

/** The key of a row. */
export type CurrentKey<T extends CurrentTableLike, O extends CurrentOptions<T>> = InputRow<Pick<T['columns'], O['key'][number] & string>>

/** A table of current rows with its loads settled. */
export interface CurrentDefinition<T extends CurrentTableLike = CurrentTableLike, Input extends object = object, Key extends object = object> {
  readonly declared: T
  /** The table as it stands in the database: as declared, with a constraint on the key where nothing else holds it. */
  readonly table: TableSpec
  /** What rows bring: the table without what a load fills in. A mapping is made for this. */
  readonly input: CurrentTableLike
  readonly key: readonly ColumnSpec[]
  readonly sequence: ColumnSpec | undefined
  readonly batchId: ColumnSpec | undefined
  readonly createdBatchId: ColumnSpec | undefined
  readonly createdAt: ColumnSpec | undefined
  readonly updatedAt: ColumnSpec | undefined
  /** The columns that rows bring. */
  readonly staged: readonly ColumnSpec[]
  /** The columns whose differences are changes. */
  readonly compared: readonly ColumnSpec[]
  /** Types of a row as a load accepts it, and of a key. For types only: `typeof Timesheets.definition.$input`. */
  readonly $input: Input
  readonly $key: Key
}

interface PlainOptions extends Partial<Record<Housekeeping, string>> {
  readonly key: readonly string[]
  readonly sequence?: string
  readonly ignore?: readonly string[]
}

/**
 * Settles the declaration of a table of current rows, for {@link CurrentTable} where the declaration is only known at run time.
 *
 * @example
 * ```ts
 * import { currentDefinition, CurrentTable, openEngine, t, table } from '@varve/core'
 *
 * const companies = table('crm.companies', { id: t.integer().notNull(), name: t.text() }, { primaryKey: ['id'] })
 * await using engine = await openEngine()
 * const current = new CurrentTable(engine, currentDefinition(companies, { key: ['id'] }))
 * ```
 * @throws VarveError V1003 with every mistake of the declaration.
 */
export function currentDefinition<const T extends CurrentTableLike, const O extends CurrentOptions<T>>(declared: T, typed: O): CurrentDefinition<T, CurrentInput<T, O>, CurrentKey<T, O>> {
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
  const housekeeping = {
    batchId: named(options.batchId, 'batchId'),
    createdBatchId: named(options.createdBatchId, 'createdBatchId'),
    createdAt: named(options.createdAt, 'createdAt'),
    updatedAt: named(options.updatedAt, 'updatedAt'),
  }
  const ignored = all(options.ignore ?? [], 'ignore')
  const filled = Object.values(housekeeping).filter((column) => column !== undefined)
  if (options.key.length === 0) mistakes.push('key names no column. Name those that tell one row from all others.')
  if (new Set(key).size < key.length) mistakes.push('key names a column twice.')
  if (new Set(filled).size < filled.length) mistakes.push('two of batchId, createdBatchId, createdAt and updatedAt name one column. Give each a column of its own.')
  for (const column of key) {
    if (column.type.kind === 'json' || column.type.kind === 'binary') mistakes.push(`key column "${column.property}" is ${column.type.kind}, which cannot identify a row.`)
    if (column.identity || column.generated || filled.includes(column)) mistakes.push(`key column "${column.property}" is filled by the ${filled.includes(column) ? 'load' : 'engine'}, so no row brings it. Name columns of the source.`)
  }
  if (sequence && key.includes(sequence)) mistakes.push(`"${sequence.property}" stands in the key and is the sequence: a row could never change. Take it out of one of them.`)
  if (sequence && filled.includes(sequence)) mistakes.push(`sequence column "${sequence.property}" is filled by the load. Name a column of the source.`)
  if (table.partitionBy) mistakes.push('the table is cut into partitions, where a key alone cannot be kept unique. Leave out partitionBy, or declare it with partitionedFact.')
  if (mistakes.length > 0) throw wrongTable(table, mistakes)
  const staged = sentColumns(table).filter((column) => !filled.includes(column))
  const definition: Omit<CurrentDefinition<T>, '$input' | '$key'> = {
    declared,
    table: checkedSpec(withUniqueKey(table, key.map(({ name }) => name))),
    input: { spec: bare(table, staged), columns: Object.fromEntries(staged.map(({ property }) => [property, declared.columns[property]])) as CurrentTableLike['columns'] },
    key,
    sequence,
    ...housekeeping,
    staged,
    compared: staged.filter((column) => !key.includes(column) && !ignored.includes(column)),
  }
  return Object.freeze(definition) as CurrentDefinition<T, CurrentInput<T, O>, CurrentKey<T, O>> // the rest is there for the compiler only
}

/** The table with a constraint that makes the key unique, NULLs being equal, where its declaration has none. */
function withUniqueKey(table: TableSpec, key: readonly string[]): TableSpec {
  const isKey = (columns: readonly string[]) => columns.length === key.length && columns.every((name) => key.includes(name))
  const nullsEqual = nullableOf(table, key).length > 0
  if (isKey(table.primaryKey) || table.uniques.some((unique) => isKey(unique.columns) && (unique.nullsEqual || !nullsEqual))) return table
  const unique: UniqueSpec = { name: objectName([table.name, ...key, 'key']), columns: key, nullsEqual }
  return { ...table, uniques: [...table.uniques, unique] }
}

function wrongTable(table: TableSpec, mistakes: readonly string[]): VarveError {
  const list = mistakes.length === 1 ? ` ${mistakes[0]}` : `\n${mistakes.map((mistake) => `  - ${mistake}`).join('\n')}`
  return new VarveError('V1003', `The declaration of current table ${tableLabel(table)} has ${mistakes.length === 1 ? 'a mistake' : `${mistakes.length} mistakes`}:${list}`, { context: { table: tableLabel(table), mistakes } })
}
