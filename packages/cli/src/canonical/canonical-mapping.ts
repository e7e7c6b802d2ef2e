import { mappingOf, type FieldMapping, type Mapping, type TableSpec } from '@varve/core'
import { serviceMapping, type CanonicalTable } from './canonical-table.js'

/** How the rows of a service become rows of a canonical table. */
export function canonicalMapping(canonical: CanonicalTable, service: string, table: TableSpec): Mapping {
  const { fields } = serviceMapping(canonical, service)
  const given = Object.entries(fields).flatMap(([field, from]) => (from === null ? [] : [[field, from] as const]))
  const needed = new Set([canonical.key, canonical.sequence])
  return mappingOf(table, Object.fromEntries(given.map(([field, from]) => [field, needed.has(field) || canonical.fields[field]?.required ? from.required() : from])))
}

/**
 * What must be asked of a service so that its mapping can be filled: each path once, with slashes. What begins with `@` is made on the way,
 * and never asked for.
 */
export function askedFields(canonical: CanonicalTable, service: string): readonly string[] {
  return [...new Set(Object.values(serviceMapping(canonical, service).fields).flatMap((from) => pathsOf(from).filter((path) => !path.startsWith('@')).map((path) => path.replaceAll('__', '/'))))]
}

/** Where a service has a field, in the order in which it is looked for. */
export function pathsOf(from: FieldMapping | null | undefined): readonly string[] {
  return from?.source.kind === 'paths' ? from.source.paths : []
}
