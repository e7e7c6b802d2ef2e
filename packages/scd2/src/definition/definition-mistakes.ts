import { Rejection, valueReader, type ColumnSpec, type LogicalType, type TableSpec } from '@varve/core'
import type { DefinitionChoices, PlainOptions } from './definition-options.js'
import { housekeepingName, housekeepingParts, type HousekeepingNames } from './housekeeping.js'

/** A column as far as it is known: one whose type could not be read still has a name. */
export type KnownColumn = Omit<ColumnSpec, 'type'> & { readonly type?: LogicalType }

/** The table that a definition is laid over, as far as it is known. */
export type KnownTable = Omit<TableSpec, 'columns'> & { readonly columns: readonly KnownColumn[] }

const listedRoles = ['overwrite', 'fixed', 'ignore', 'tracked'] as const

/** Everything that is wrong with a definition, in sentences; nothing where it can be used. */
export function definitionMistakes(table: KnownTable, options: PlainOptions): string[] {
  const columns = new Map(table.columns.map((column) => [column.property, column]))
  return [...roleMistakes(columns, options), ...columnMistakes(table.columns, options), ...constraintMistakes(table, options), ...nameMistakes(table, options), ...choiceMistakes(options)]
}

function roleMistakes(columns: ReadonlyMap<string, KnownColumn>, options: PlainOptions): string[] {
  const mistakes: string[] = []
  const roleOf = new Map<string, string>()
  const place = (property: string, role: string) => {
    const taken = roleOf.get(property)
    if (!columns.has(property)) mistakes.push(`${role} names "${property}", which is no column of the table. Its columns are ${[...columns.keys()].join(', ')}.`)
    else if (taken === role) mistakes.push(`${role} names "${property}" twice.`)
    else if (taken !== undefined) mistakes.push(`"${property}" stands in ${taken} and in ${role}. A column has one role: take it out of one of them.`)
    else roleOf.set(property, role)
  }
  if (options.key.length === 0) mistakes.push('key names no column. Name the columns that identify a member in the source.')
  for (const property of options.key) place(property, 'key')
  if (typeof options.sequence === 'string') place(options.sequence, 'sequence')
  for (const role of listedRoles) for (const property of options[role] ?? []) place(property, role)
  for (const property of options.key) {
    const column = columns.get(property)
    if (column && !column.notNull) mistakes.push(`key column "${property}" may be NULL, and the identity of a member never is: declare it not null.`)
    if (column?.type?.kind === 'json') mistakes.push(`key column "${property}" is json, which cannot identify a member: use a column of another type.`)
  }
  const sequence = typeof options.sequence === 'string' ? columns.get(options.sequence) : undefined
  if (sequence && !sequence.notNull) mistakes.push(`sequence column "${sequence.property}" may be NULL, and an event without an instant has no place in history: declare it not null.`)
  if (sequence?.type && sequence.type.kind !== 'timestamp' && sequence.type.kind !== 'date') {
    mistakes.push(`sequence column "${sequence.property}" is ${sequence.type.kind}. Allowed are timestamp and date.`)
  }
  const unplaced = [...columns.values()].filter((column) => !roleOf.has(column.property) && !column.identity && !column.generated)
  if (options.tracked && unplaced.length > 0) {
    mistakes.push(`${unplaced.map((column) => `"${column.property}"`).join(', ')} stand${unplaced.length === 1 ? 's' : ''} in no list. With tracked given, every other column needs a role too: overwrite, fixed or ignore. Or leave tracked out, and all of them are tracked.`)
  }
  return mistakes
}

function columnMistakes(columns: readonly KnownColumn[], options: PlainOptions): string[] {
  return columns.flatMap((column) => {
    if (column.identity) return [`column "${column.property}" is numbered by the engine. Leave it out of the table, and name it as housekeeping.surrogateKey.`]
    if (column.generated) return [`column "${column.property}" is computed by the engine, so no event can say what it was. Leave it out of the table.`]
    const isFresh = column.default?.kind === 'now' || column.default?.kind === 'uuid'
    if (isFresh && !options.ignore?.includes(column.property)) return [`column "${column.property}" is filled with a new value for each row that brings none, which would look like a change. Declare it without that default, or ignore it.`]
    return []
  })
}

function constraintMistakes(table: KnownTable, options: PlainOptions): string[] {
  const nameOf = new Map(table.columns.map((column) => [column.property, column.name]))
  const key = options.key.map((property) => nameOf.get(property) ?? property)
  const isKey = (names: readonly string[]) => names.length === key.length && names.every((name) => key.includes(name))
  const mistakes: string[] = []
  if (table.primaryKey.length > 0 && !isKey(table.primaryKey)) {
    mistakes.push(`the primary key of the table is (${table.primaryKey.join(', ')}), the key of the dimension (${key.join(', ')}). A table with history has several rows for each: leave the primary key out, or make it the key.`)
  }
  for (const unique of [...table.uniques, ...table.indexes.filter((index) => index.unique)]) {
    if (!isKey(unique.columns)) mistakes.push(`"${unique.name}" makes (${unique.columns.join(', ')}) unique, which several versions of a member cannot be. Leave it out of the table.`)
  }
  const cut = table.partitionBy?.column
  if (cut !== undefined && !key.includes(cut)) mistakes.push(`the table is partitioned by "${cut}", which is not in the key. Partition it by a column of the key, or not at all.`)
  return mistakes
}

function nameMistakes(table: KnownTable, { housekeeping }: PlainOptions): string[] {
  if (!housekeeping) return []
  const mistakes: string[] = []
  const taken = new Map(table.columns.map((column) => [column.name, `the column of property "${column.property}"`]))
  const properties = new Set(table.columns.map((column) => column.property))
  for (const part of housekeepingParts) {
    const name = housekeepingName(housekeeping, part)
    if (name === undefined) continue
    const other = taken.get(name)
    if (other !== undefined) mistakes.push(`housekeeping.${part} would be called "${name}", and so is ${other}. The table holds business columns only: leave it out there, or give the part another name.`)
    taken.set(name, `housekeeping.${part}`)
    if (properties.has(part)) mistakes.push(`the table has a property "${part}", which in the rows of a dimension is housekeeping. Give the property another name; with .named() its column keeps the one it has.`)
  }
  return [...mistakes, ...sourceMistakes(housekeeping)]
}

function sourceMistakes({ recordSource }: HousekeepingNames): string[] {
  if (recordSource === undefined || (typeof recordSource.name === 'string' && typeof recordSource.value === 'string')) return []
  return ['housekeeping.recordSource needs a name and the value that every version gets.']
}

function choiceMistakes({ openEnd, guards, rejects }: DefinitionChoices): string[] {
  const mistakes: string[] = []
  if (openEnd !== undefined && openEnd !== null) {
    const answer = valueReader({ kind: 'timestamp' })(openEnd)
    if (answer instanceof Rejection) mistakes.push(`openEnd "${String(openEnd)}" ${answer.message}. Give null, or an instant that is far away, such as 9999-12-31.`)
  }
  const share = (value: number, name: string) => {
    if (!(value >= 0 && value <= 1)) mistakes.push(`${name} is ${value}. Allowed is a share from 0 to 1.`)
  }
  if (guards?.maxClosedShare !== undefined) share(guards.maxClosedShare, 'guards.maxClosedShare')
  if (guards?.handful !== undefined && !(Number.isInteger(guards.handful) && guards.handful >= 0)) mistakes.push(`guards.handful is ${guards.handful}. Allowed is a whole number from 0 on.`)
  if (typeof rejects === 'object') share(rejects.maxShare, 'rejects.maxShare')
  return mistakes
}
