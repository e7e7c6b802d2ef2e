import { VarveError, type FieldMapping } from '@varve/core'

/** What a canonical field holds. */
export interface CanonicalField {
  /** A column type, such as `text`, `decimal(10,2)` or `timestamp`. */
  readonly type: string
  /** Whether a row without it is none. The key and the sequence are required in any case. */
  readonly required?: boolean
}

/** A field that is added to a canonical table, with where each service has it; a service that is not named has nothing like it. */
export interface AddedField extends CanonicalField {
  readonly from: Readonly<Record<string, FieldMapping>>
}

/** How the rows of a service fill a canonical table. */
export interface ServiceMapping<Field extends string = string> {
  /** What the service calls such rows: a resource of its API, or for files nothing but a word. */
  readonly endpoint: string
  /** Each field of the table: where the service has it, or null where it has nothing like it. */
  readonly fields: Readonly<Record<Field, FieldMapping | null>>
}

/** A table that several services fill: its fields, how it keeps their history, and where each service has them. */
export interface CanonicalTable<Field extends string = string> {
  readonly name: string
  /** Whether changes open versions, or are written in place. */
  readonly history: 'type_1' | 'type_2'
  readonly key: NoInfer<Field>
  /** The service's own instant of the last change. */
  readonly sequence: NoInfer<Field>
  /** Fields that say how a row was touched, and not what it is: stored with a version, and no change by themselves. */
  readonly volatile: readonly NoInfer<Field>[]
  readonly fields: Readonly<Record<Field, CanonicalField>>
  readonly services: Readonly<Record<string, ServiceMapping<NoInfer<Field>>>>
}

/**
 * Declares a canonical table as data. A service that says nothing of a field does not compile.
 *
 * @example
 * ```ts
 * const boards = canonicalTable({
 *   name: 'boards',
 *   history: 'type_1',
 *   key: 'id',
 *   sequence: 'last_updated',
 *   volatile: [],
 *   fields: { id: { type: 'text' }, name: { type: 'text' }, last_updated: { type: 'timestamp' } },
 *   services: { connectwise: { endpoint: 'boards', fields: { id: from('id'), name: from('name'), last_updated: from('_info__lastUpdated') } } },
 * })
 * ```
 */
export function canonicalTable<const Field extends string>(canonical: CanonicalTable<Field>): CanonicalTable<Field> {
  return canonical
}

/**
 * A canonical table with more fields. Their columns come by themselves with the next load, and open versions only where they have a value.
 *
 * @example
 * ```ts
 * const siteTickets = withFields(tickets, { site_name: { type: 'text', from: { connectwise: from('siteName', 'site__name') } } })
 * ```
 */
export function withFields(canonical: CanonicalTable, added: Readonly<Record<string, AddedField>>): CanonicalTable {
  const fields = Object.fromEntries(Object.entries(added).map(([field, { from: _, ...facts }]) => [field, facts]))
  const services = Object.fromEntries(Object.entries(canonical.services).map(([service, mapping]) => [service, { ...mapping, fields: { ...mapping.fields, ...Object.fromEntries(Object.entries(added).map(([field, { from }]) => [field, from[service] ?? null])) } }]))
  return { ...canonical, fields: { ...canonical.fields, ...fields }, services }
}

/**
 * How a service fills a canonical table.
 *
 * @throws VarveError V1006 that names the services which do, when this one does not.
 */
export function serviceMapping(canonical: CanonicalTable, service: string): ServiceMapping {
  const found = canonical.services[service]
  if (Object.hasOwn(canonical.services, service) && found) return found
  throw new VarveError('V1006', `"${service}" has no mapping to ${canonical.name}. Those that have one: ${Object.keys(canonical.services).join(', ')}.`, { context: { canonical: canonical.name, service } })
}
