import type { ColumnSpec } from '@varve/core'
import { columnRoles, valueRoles, type ColumnRoles } from './column-roles.js'
import type { DimensionDefinition } from './dimension-definition.js'

/**
 * A definition with the columns that an earlier one had beside it (H12). They stay columns of the dimension, in their roles: versions that
 * differ in nothing else stay two, and what nobody sends is NULL in new ones.
 *
 * @param roles What the columns of the history are for.
 * @param columns The columns of the history that are still there.
 */
export function withFormer(definition: DimensionDefinition, roles: ColumnRoles, columns: readonly Pick<ColumnSpec, 'name' | 'type'>[]): DimensionDefinition {
  const declared = new Set(definition.table.columns.map(({ name }) => name))
  const properties = new Set(definition.table.columns.map(({ property }) => property))
  const former = columns.flatMap(({ name, type }) => {
    const role = valueRoles.find((one) => roles[one].includes(name))
    if (declared.has(name) || role === undefined) return []
    const property = properties.has(name) ? `former ${name}` : name
    return [{ role, column: { property, name, type, notNull: false, identity: false } satisfies ColumnSpec }]
  })
  if (former.length === 0) return definition
  const inRole = (role: (typeof valueRoles)[number]) => [...definition[role], ...former.flatMap((one) => (one.role === role ? [one.column] : []))]
  return {
    ...definition,
    table: { ...definition.table, columns: [...definition.table.columns, ...former.map(({ column }) => column)] },
    tracked: inRole('tracked'), overwrite: inRole('overwrite'), fixed: inRole('fixed'), ignored: inRole('ignored'),
  }
}

/** The same for a definition and the one before it. */
export function withColumnsOf(before: DimensionDefinition | undefined, definition: DimensionDefinition): DimensionDefinition {
  return before && before !== definition ? withFormer(definition, columnRoles(before), before.table.columns) : definition
}
