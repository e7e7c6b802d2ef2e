import { ledgerSchema, objectName, type ColumnSpec, type TableSpec } from '@varve/core'
import type { DimensionDefinition } from '../definition/dimension-definition.js'
import { layoutOf } from '../model/layout.js'

/** The columns of a memory table beside the key and the values. */
export const memoryColumns = {
  at: { property: 'varve_at', name: 'varve_at', type: { kind: 'timestamp' }, notNull: true, identity: false },
  kind: { property: 'varve_kind', name: 'varve_kind', type: { kind: 'text', length: 16 }, notNull: true, identity: false },
  of: { property: 'varve_of', name: 'varve_of', type: { kind: 'timestamp' }, notNull: false, identity: false },
  knownAt: { property: 'varve_known_at', name: 'varve_known_at', type: { kind: 'timestamp' }, notNull: false, identity: false },
  batchId: { property: 'varve_batch_id', name: 'varve_batch_id', type: { kind: 'uuid' }, notNull: true, identity: false },
} as const satisfies Record<string, ColumnSpec>

/**
 * The side table of a dimension with a sequence column: what is known of its members beyond their versions (H2). A dimension
 * without one has none.
 */
export function memoryTable(definition: DimensionDefinition): TableSpec | undefined {
  if (!definition.sequence) return undefined
  const { table } = definition
  const values = layoutOf(definition).columns.map(({ property, name, type }) => ({ property, name, type, notNull: false, identity: false }))
  return {
    schema: ledgerSchema,
    name: objectName(['memory', ...(table.schema === undefined ? [] : [table.schema]), table.name]),
    columns: [...definition.key.map(({ property, name, type }) => ({ property, name, type, notNull: true, identity: false })), ...Object.values(memoryColumns), ...values],
    primaryKey: [...definition.key.map((column) => column.name), memoryColumns.at.name, memoryColumns.kind.name],
    uniques: [],
    indexes: [],
    checks: [],
  }
}
