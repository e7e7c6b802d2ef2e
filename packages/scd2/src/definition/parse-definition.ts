import { Column, parseType, table, VarveError, type LogicalType } from '@varve/core'
import { definitionFields, type DefinitionJson } from './definition-schema.js'
import { definitionMistakes, type KnownColumn } from './definition-mistakes.js'
import { resolveDefinition, wrongDefinition, type DimensionDefinition } from './dimension-definition.js'
import type { PlainOptions } from './definition-options.js'
import { defaultHousekeeping, type HousekeepingNames } from './housekeeping.js'

/**
 * Reads the definition of a dimension from JSON: the same choices as {@link dimensionDefinition}, for people who write no
 * TypeScript. Every mistake is listed, not the first one only.
 *
 * @example
 * ```ts
 * import { parseDefinition } from '@varve/scd2'
 *
 * const customers = parseDefinition({
 *   table: 'dim_customer',
 *   columns: { id: 'integer', name: 'text', tier: 'text(20)', seen_at: 'timestamp' },
 *   key: ['id'],
 *   ignore: ['seen_at'],
 *   deletes: 'close',
 * })
 * customers.tracked.map((column) => column.name) // ['name', 'tier']
 * ```
 * @throws VarveError V1010 with every mistake of the definition.
 */
export function parseDefinition(json: unknown): DimensionDefinition {
  const mistakes: string[] = []
  const given = readFields(typeof json === 'string' ? fromText(json) : json, mistakes)
  const label = given.table === undefined ? '(without a name)' : `${typeof given.schema === 'string' ? `${given.schema}.` : ''}${given.table}`
  if (typeof given.schema === 'string' && given.table?.includes('.')) mistakes.push(`table "${given.table}" carries a schema, and schema is "${given.schema}". Give it in one place.`)
  const identified = new Set([...(given.key ?? []), given.sequence])
  const columns = Object.entries(given.columns ?? {}).map(([property, column]) => readColumn(property, column, identified.has(property), mistakes))
  const options = { ...given, key: given.key ?? [], housekeeping: given.housekeeping ?? defaultHousekeeping } as PlainOptions & { housekeeping: HousekeepingNames } // only that undefined may stand for "left out"
  const declared = columns.some((column) => column.type === undefined) || mistakes.length > 0 ? undefined : declare(label, columns, mistakes)
  if (!declared) {
    // As far as it is known; what depends on a field that cannot be read is not judged.
    const known = { schema: undefined, name: label, columns, primaryKey: [], uniques: [], indexes: [], checks: [] }
    if (given.columns && given.key) mistakes.push(...definitionMistakes(known, options))
    throw wrongDefinition(label, mistakes)
  }
  return resolveDefinition(declared, options)
}

type Given = { [K in keyof Omit<DefinitionJson, 'columns'>]?: DefinitionJson[K] } & { columns?: Record<string, DefinitionJson['columns'][string] | undefined> }

function fromText(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, '')) // editors of some systems begin a file with a mark
  } catch (cause) {
    throw wrongDefinition('(without a name)', [`it is not JSON: ${(cause as Error).message}.`], cause) // what JSON.parse throws is an error
  }
}

function readFields(json: unknown, mistakes: string[]): Given {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) throw wrongDefinition('(without a name)', ['it is not an object. Write { "table": …, "columns": { … }, "key": [ … ] }.'])
  const given: Record<string, unknown> = {}
  for (const field of Object.keys(json)) {
    if (!(field in definitionFields)) mistakes.push(`"${field}" is no field of a definition. Allowed are ${Object.keys(definitionFields).join(', ')}.`)
  }
  for (const [field, schema] of Object.entries(definitionFields)) {
    const value: unknown = (json as Record<string, unknown>)[field] // an object, seen above
    const answer = schema.safeParse(value)
    if (answer.success) {
      if (answer.data !== undefined && answer.data !== null) given[field] = answer.data
    } else if (value === undefined) mistakes.push(`"${field}" is missing.`)
    else if (field === 'columns' && isObject(value)) given[field] = readableColumns(value, mistakes)
    else for (const issue of answer.error.issues) mistakes.push(`${[field, ...issue.path.map(String)].join('.')}: ${issue.message}${issue.message.endsWith('.') ? '' : '.'}`)
  }
  return given
}

/** A column whose declaration cannot be read still has a name, so that the mistakes of others are found too. */
function readableColumns(columns: object, mistakes: string[]): Record<string, DefinitionJson['columns'][string] | undefined> {
  return Object.fromEntries(Object.entries(columns).map(([property, column]: [string, unknown]) => {
    const answer = definitionFields.columns.safeParse({ [property]: column })
    if (!answer.success) mistakes.push(property === '' ? 'a column has no name.' : `column "${property}" is ${JSON.stringify(column)}. Write its type, such as "text", or { "type": "text", "nullable": false, "name": "in_the_database" }.`)
    return [property, answer.data?.[property]]
  }))
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

type GivenColumn = KnownColumn & { readonly columnName?: string }

function readColumn(property: string, column: DefinitionJson['columns'][string] | undefined, isIdentity: boolean, mistakes: string[]): GivenColumn {
  if (column === undefined) return { property, name: property, notNull: isIdentity, identity: false }
  const { type: text, nullable, name } = typeof column === 'string' ? { type: column } : column
  const [, typeName = text, nullness] = /^(.*?)(?:\s+((?:not\s+)?null))?$/is.exec(text.trim()) ?? []
  const said = nullness === undefined ? undefined : /^null$/i.test(nullness)
  if (said !== undefined && nullable !== undefined && said !== nullable) mistakes.push(`column "${property}" says "${text}" and nullable ${nullable}. Say it once.`)
  const type = readType(property, typeName, mistakes)
  const facts = { property, name: name ?? property, notNull: !(said ?? nullable ?? !isIdentity), identity: false, ...(name === undefined ? {} : { columnName: name }) }
  return type === undefined ? facts : { ...facts, type }
}

function readType(property: string, text: string, mistakes: string[]): LogicalType | undefined {
  try {
    return parseType(text)
  } catch (error) {
    if (!(error instanceof VarveError)) throw error
    mistakes.push(`column "${property}": ${error.message.replace(/^\[V1003\] /, '')}`)
    return undefined
  }
}

function declare(label: string, columns: readonly GivenColumn[], mistakes: string[]) {
  try {
    return table(label, Object.fromEntries(columns.map(({ property, columnName, type, notNull }) => {
      const facts = { type: type as LogicalType, notNull, identity: false } // those without were listed as mistakes
      return [property, new Column(columnName === undefined ? facts : { ...facts, columnName })]
    })))
  } catch (error) {
    if (!(error instanceof VarveError)) throw error
    mistakes.push(error.message.replace(/^\[V1003\] /, ''))
    return undefined
  }
}
