import { typeText, type Engine, type TableSpec } from '@varve/core'
import { parseDefinition, physicalTable, type DimensionDefinition } from '@varve/scd2'
import type { CanonicalTable } from './canonical-table.js'

/** What the canonical tables with history have beside their fields. */
const housekeeping = {
  validFrom: 'effective_start_date',
  validTo: 'effective_end_date',
  isCurrent: 'is_current',
  createdAt: 'created_at',
  updatedAt: 'updated_at',
  recordHash: 'record_hash',
} as const

/**
 * The dimension of a canonical table whose history is kept.
 *
 * **Details**
 *
 * The source counts in seconds, so two changes can share an instant: what is read later replaces what was read before.
 *
 * @param former Fields that the table has from an earlier mapping, with their types.
 */
export function canonicalDimension({ name, key, sequence, volatile, fields }: CanonicalTable, schema: string, former: Readonly<Record<string, string>> = {}): DimensionDefinition {
  return parseDefinition({
    schema,
    table: name,
    columns: { ...Object.fromEntries(Object.entries(fields).map(([field, { type, required }]) => [field, required ? `${type} not null` : type])), ...former },
    key: [key],
    sequence,
    ignore: [...volatile],
    deletes: 'close',
    conflict: 'replace',
    housekeeping,
  })
}

/** The table of such a dimension as it stands in the database. */
export function canonicalDimensionTable(canonical: CanonicalTable, schema: string): TableSpec {
  return physicalTable(canonicalDimension(canonical, schema))
}

/**
 * Fields that the mapping has no longer, and the table still has. They stay fields of the dimension: versions that differ in nothing else
 * are to stay two.
 */
export async function formerFields(engine: Engine, physical: TableSpec): Promise<Readonly<Record<string, string>>> {
  const live = await engine.introspect(physical.schema, physical.name)
  const declared = new Set(physical.columns.map(({ name }) => name))
  return Object.fromEntries((live?.columns ?? []).flatMap(({ name, type }) => (declared.has(name) || !type ? [] : [[name, typeText(type)]])))
}
