import { VarveError } from '../error/varve-error.js'
import type { InputRow } from '../table/row.js'
import { objectName } from '../table/object-name.js'
import { tableLabel, type ColumnSpec, type IndexSpec, type PartitionSpec, type TableSpec } from '../table/table-spec.js'
import { checkedSpec } from '../table/checked-spec.js'
import { sameType, typeText } from '../table/logical-type.js'
import type { Calculators } from './calculators.js'
import type { DimensionShape } from './dimension-shape.js'
import type { DimensionReference, FactOptions, FactTable } from './fact-options.js'

type Filled<T extends FactTable, O extends FactOptions<T>> =
  | (O extends { readonly dimensions: infer D } ? keyof D : never)
  | (O extends { readonly batchId: infer B } ? B : never)
  | (O extends { readonly createdAt: infer C } ? C : never)
  | (O extends { readonly updatedAt: infer U } ? U : never)
  | (O extends { readonly measures: Calculators<FactTable, infer M> } ? M : never)

/** A row as a load of the fact accepts it: without what the load itself fills in and computes. */
export type FactInput<T extends FactTable, O extends FactOptions<T>> = InputRow<Omit<T['columns'], Filled<T, O> & string>>

/** The identity of a fact. */
export type FactKey<T extends FactTable, O extends FactOptions<T>> = InputRow<Pick<T['columns'], O['identity'][number] & string>>

/** A reference to a dimension, with its columns settled. */
export interface SettledReference {
  /** The column of the fact for the surrogate key. */
  readonly column: ColumnSpec
  readonly dimension: DimensionShape
  /** The natural key in the fact, in the order of the dimension's key. */
  readonly by: readonly ColumnSpec[]
  readonly at: ColumnSpec
  readonly missing: 'infer' | 'find' | { readonly unknown: bigint }
  readonly early: 'first' | 'find'
  readonly gone: 'before' | 'find'
}

/** A table of facts with everything about its loads settled. */
export interface FactDefinition<T extends FactTable = FactTable, Input extends object = object, Key extends object = object> {
  readonly declared: T
  /** The table as it stands in the database: as declared, with an index on the identity, by which a fact is found that moves. */
  readonly table: TableSpec
  /** What rows bring: the table without what a load fills in. A mapping is made for this. */
  readonly input: FactTable
  readonly identity: readonly ColumnSpec[]
  readonly partitionBy: PartitionSpec
  readonly partition: ColumnSpec
  readonly sequence: ColumnSpec | undefined
  readonly references: readonly SettledReference[]
  readonly measures: Calculators<FactTable> | undefined
  readonly batchId: ColumnSpec | undefined
  readonly createdAt: ColumnSpec | undefined
  readonly updatedAt: ColumnSpec | undefined
  /** The columns whose differences are changes. */
  readonly compared: readonly ColumnSpec[]
  readonly homeless: 'refuse' | 'find'
  readonly partitionName: FactOptions<T>['partitionName']
  /** Types of a row as a load accepts it, and of an identity. For types only: `typeof ShiftFact.definition.$input`. */
  readonly $input: Input
  readonly $key: Key
}

interface PlainOptions {
  readonly identity: readonly string[]
  readonly sequence?: string
  readonly eventTime?: string
  readonly dimensions?: Readonly<Record<string, DimensionReference<FactTable> | undefined>>
  readonly measures?: Calculators<FactTable>
  readonly batchId?: string
  readonly createdAt?: string
  readonly updatedAt?: string
  readonly ignore?: readonly string[]
  readonly homeless?: 'refuse' | 'find'
  readonly partitionName?: FactOptions<FactTable>['partitionName']
}

/** Settles the declaration of a fact. */
export function factDefinition<const T extends FactTable, const O extends FactOptions<T>>(declared: T, typed: O): FactDefinition<T, FactInput<T, O>, FactKey<T, O>> {
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
  const identity = all(options.identity, 'identity')
  const sequence = named(options.sequence, 'sequence')
  const eventTime = named(options.eventTime, 'eventTime')
  const batchId = named(options.batchId, 'batchId')
  const createdAt = named(options.createdAt, 'createdAt')
  const updatedAt = named(options.updatedAt, 'updatedAt')
  const ignored = all(options.ignore ?? [], 'ignore')
  const { partitionBy } = table
  const partition = table.columns.find((column) => column.name === partitionBy?.column)
  if (!partition) mistakes.push('the table is not cut into partitions. Declare it with partitionBy: { list: … } or { range: … }.')
  else if (!sameSet(table.primaryKey, [partition.name, ...identity.map((column) => column.name)])) {
    mistakes.push(`the primary key of the table is (${table.primaryKey.join(', ')}). It must be the partition column with the identity: (${[partition.name, ...identity.filter((column) => column !== partition).map((column) => column.name)].join(', ')}).`)
  }
  if (partition && identity.includes(partition)) mistakes.push(`identity names "${partition.property}", by which the table is cut: a fact must be known whatever partition it is in. Leave it out.`)
  for (const column of identity) if (column.type.kind === 'json') mistakes.push(`identity column "${column.property}" is json, which cannot identify a fact.`)
  if (sequence && identity.includes(sequence)) mistakes.push(`"${sequence.property}" stands in identity and is the sequence: a fact could never change. Take it out of one of them.`)
  if (sequence && !sequence.notNull) mistakes.push(`sequence column "${sequence.property}" may be NULL, and a delivery without an instant has no place in an order: declare it not null.`)
  const references = Object.entries(options.dimensions ?? {}).flatMap(([property, reference]) => {
    const column = named(property, 'dimensions')
    return column && reference ? settledReference(column, reference, eventTime, named, mistakes) : []
  })
  for (const column of table.columns) if (column.identity || column.generated) mistakes.push(`column "${column.property}" is filled by the engine, and a fact is written in sets: leave it out.`)
  if (mistakes.length > 0) throw wrongFact(table, mistakes)
  const filled = new Set<ColumnSpec | undefined>([...references.map((reference) => reference.column), batchId, createdAt, updatedAt])
  const measured = new Set(options.measures?.measures)
  const index: IndexSpec = { name: objectName([table.name, 'identity', 'idx']), columns: identity.map((column) => column.name), unique: false }
  const hasIndex = table.indexes.some((one) => one.where === undefined && one.definition === undefined && identity.every((column, at) => one.columns[at] === column.name))
  const inputColumns = table.columns.filter((column) => !filled.has(column) && !measured.has(column.property))
  const definition: Omit<FactDefinition<T>, '$input' | '$key'> = {
    declared,
    table: checkedSpec(hasIndex ? table : { ...table, indexes: [...table.indexes, index] }),
    input: { spec: bare(table, inputColumns), columns: Object.fromEntries(inputColumns.map(({ property }) => [property, declared.columns[property]])) as FactTable['columns'] },
    identity,
    partitionBy: partitionBy as PartitionSpec, // its lack is a mistake
    partition: partition as ColumnSpec,
    sequence,
    references,
    measures: options.measures,
    batchId,
    createdAt,
    updatedAt,
    compared: table.columns.filter((column) => !filled.has(column) && !ignored.includes(column) && !identity.includes(column) && column !== partition),
    homeless: options.homeless ?? 'refuse',
    partitionName: options.partitionName,
  }
  return Object.freeze(definition) as FactDefinition<T, FactInput<T, O>, FactKey<T, O>> // the rest is there for the compiler only
}

/** A table with some of its columns, and nothing that depends on the others. */
export function bare(table: TableSpec, columns: readonly ColumnSpec[]): TableSpec {
  return { schema: table.schema, name: table.name, columns, primaryKey: [], uniques: [], indexes: [], checks: [] }
}

function settledReference(column: ColumnSpec, reference: DimensionReference<FactTable>, eventTime: ColumnSpec | undefined, named: (property: string | undefined, role: string) => ColumnSpec | undefined, mistakes: string[]): SettledReference[] {
  const role = `dimensions.${column.property}`
  const { dimension } = reference
  if (column.type.kind !== 'integer' && column.type.kind !== 'bigint') mistakes.push(`${role}: a surrogate key is a whole number, but "${column.property}" is ${typeText(column.type)}. Declare it bigint.`)
  const at = reference.at === undefined ? eventTime : named(reference.at, `${role}.at`)
  const by = reference.by.map((property) => named(property, `${role}.by`)).filter((found) => found !== undefined)
  if (reference.at === undefined && !eventTime) mistakes.push(`${role} says no instant to look for: give it "at", or the fact an "eventTime".`)
  if (at && !at.notNull) mistakes.push(`${role} looks for the instant in "${at.property}", which may be NULL: declare it not null.`)
  if (by.length !== dimension.key.length) mistakes.push(`${role}.by names ${by.length} columns, but the key of ${tableLabel(dimension.table)} is (${dimension.key.join(', ')}).`)
  for (const [place, name] of dimension.key.entries()) {
    const theirs = dimension.table.columns.find((one) => one.name === name)
    const ours = by[place]
    if (theirs && ours && !sameType(theirs.type, ours.type)) mistakes.push(`${role}.by: "${ours.property}" is ${typeText(ours.type)}, but "${name}" of ${tableLabel(dimension.table)} is ${typeText(theirs.type)}. Give them the same type.`)
  }
  const missing = typeof reference.missing === 'object' ? { unknown: BigInt(reference.missing.unknown) } : (reference.missing ?? 'find')
  const gone = reference.gone ?? 'before'
  const early = reference.early ?? 'first'
  if (column.notNull && typeof missing !== 'object' && (missing === 'find' || early === 'find' || gone === 'find' || by.some((one) => !one.notNull))) {
    mistakes.push(`${role} can come to nothing, but "${column.property}" is not null: let it be NULL, or give missing: { unknown: … }.`)
  }
  if (missing === 'infer') {
    const { key, validFrom, validTo, openedBy, closedBy, placeholder } = dimension
    const filled = new Set([...key, validFrom, validTo, openedBy, closedBy, ...Object.keys(placeholder ?? {})])
    const lacking = dimension.table.columns.filter((one) => one.notNull && !one.identity && one.default === undefined && !filled.has(one.name))
    if (lacking.length > 0) mistakes.push(`${role} infers members, but nothing says what ${lacking.map(({ name }) => `"${name}"`).join(', ')} of a placeholder in ${tableLabel(dimension.table)} is, which cannot be NULL. Say it in the placeholder of the dimension.`)
  }
  return at ? [{ column, dimension, by, at, missing, early, gone }] : []
}

function sameSet(one: readonly string[], other: readonly string[]): boolean {
  return one.length === new Set(other).size && other.every((name) => one.includes(name))
}

function wrongFact(table: TableSpec, mistakes: readonly string[]): VarveError {
  const list = mistakes.length === 1 ? ` ${mistakes[0]}` : `\n${mistakes.map((mistake) => `  - ${mistake}`).join('\n')}`
  return new VarveError('V1003', `The declaration of fact ${tableLabel(table)} has ${mistakes.length === 1 ? 'a mistake' : `${mistakes.length} mistakes`}:${list}`, { context: { table: tableLabel(table), mistakes } })
}
