import { VarveError } from '../error/varve-error.js'
import { longestName, objectName } from './object-name.js'
import { typeProblem, typeText } from './logical-type.js'
import { tableLabel, type ColumnSpec, type TableSpec } from './table-spec.js'
import { Rejection, valueReader } from './value/value-reader.js'

/**
 * Refuses a table that some engine could not hold as it is declared, whichever way it was declared.
 *
 * @example
 * ```ts
 * import { checkedSpec, t, table } from '@varve/core'
 *
 * const sites = table('dim_site', { siteId: t.integer().notNull() })
 * checkedSpec({ ...sites.spec, name: 'dim_site_archive' }) // the same table by another name
 * ```
 * @throws VarveError V1003 with the first thing that is wrong.
 */
export function checkedSpec(spec: TableSpec): TableSpec {
  const refuse = (what: string): never => {
    throw new VarveError('V1003', `Table "${tableLabel(spec)}"${what}`, { context: { table: tableLabel(spec) } })
  }
  if (spec.columns.length === 0) refuse(' has no columns.')
  checkNames(spec, refuse)
  for (const column of spec.columns) checkColumn(column, refuse)
  checkKeys(spec, refuse)
  return spec
}

type Refuse = (what: string) => never

function checkNames(spec: TableSpec, refuse: Refuse): void {
  const objects = [...spec.uniques, ...spec.indexes, ...spec.checks].map((object) => object.name)
  for (const name of [spec.schema ?? spec.name, spec.name, ...spec.columns.map((column) => column.name), ...objects]) {
    if (name === '' || name.includes('\0') || !name.isWellFormed()) refuse(`: ${JSON.stringify(name)} cannot be a name. A name has at least one character, and none that an engine could not store.`)
    const bytes = Buffer.byteLength(name)
    if (bytes > longestName) refuse(`: the name "${name}" is ${bytes} bytes long. At most ${longestName} are allowed, because engines cut longer names without a word. Give it a shorter name.`)
  }
  const columns = new Map<string, ColumnSpec>()
  for (const column of spec.columns) {
    const other = columns.get(column.name)
    if (other) refuse(`: the properties "${other.property}" and "${column.property}" both become column "${column.name}". Give one of them another name with .named().`)
    columns.set(column.name, column)
  }
  // Indexes share their names with tables, constraints share theirs with each other: one set for all keeps every engine content.
  const taken = new Set([spec.name, ...(spec.primaryKey.length > 0 ? [primaryKeyName(spec)] : [])])
  for (const name of objects) {
    if (taken.has(name)) refuse(`: two of its keys, indexes and checks would be called "${name}". Give one of them a name of its own.`)
    taken.add(name)
  }
}

function checkColumn(column: ColumnSpec, refuse: Refuse): void {
  const { name, type, default: initial } = column
  const problem = typeProblem(type)
  if (problem !== undefined) refuse(`: column "${name}" is ${typeText(type)}, but ${problem}`)
  if (column.identity && type.kind !== 'integer' && type.kind !== 'bigint') refuse(`: column "${name}" is ${typeText(type)} and cannot be numbered. Only integer and bigint can.`)
  if (initial === undefined) return
  if (column.identity || column.generated) refuse(`: column "${name}" is filled by the engine, so it cannot have a default too.`)
  if (initial.kind === 'now' && type.kind !== 'timestamp') refuse(`: column "${name}" is ${typeText(type)}, and only a timestamp can be filled with the engine's clock.`)
  if (initial.kind === 'uuid' && type.kind !== 'uuid') refuse(`: column "${name}" is ${typeText(type)}, and only a uuid can be filled with a random uuid.`)
  if (initial.kind !== 'value') return
  if (initial.value === null || initial.value === undefined) {
    if (column.notNull) refuse(`: column "${name}" is not null, so its default cannot be NULL.`)
    return
  }
  const answer = valueReader(type)(initial.value)
  if (answer instanceof Rejection) refuse(`: the default of column "${name}" ${answer.message}. Give a default that ${typeText(type)} holds.`)
}

function checkKeys(spec: TableSpec, refuse: Refuse): void {
  const byName = new Map(spec.columns.map((column) => [column.name, column]))
  for (const name of spec.primaryKey) {
    if (!byName.get(name)?.notNull) refuse(`: primary key column "${name}" may be NULL. Declare it with .notNull().`)
  }
  const uniqueKeys = [spec.primaryKey, ...spec.uniques.map((unique) => unique.columns), ...spec.indexes.filter((index) => index.unique).map((index) => index.columns)]
  for (const key of [...uniqueKeys, ...spec.indexes.map((index) => index.columns)]) {
    if (new Set(key).size < key.length) refuse(`: the key (${key.join(', ')}) names a column twice.`)
  }
  for (const object of [...spec.uniques, ...spec.indexes.filter((index) => index.definition === undefined)]) {
    if (object.columns.length === 0) refuse(`: "${object.name}" names no column. Name at least one.`)
  }
  const { partitionBy } = spec
  if (!partitionBy) return
  for (const key of uniqueKeys) {
    if (key.length > 0 && !key.includes(partitionBy.column)) {
      refuse(`: the key (${key.join(', ')}) must hold the partition column "${partitionBy.column}", or it could not be unique over all partitions.`)
    }
  }
}

/** The name of a table's primary key constraint. */
export function primaryKeyName(table: Pick<TableSpec, 'name'>): string {
  return objectName([table.name, 'pkey'])
}
