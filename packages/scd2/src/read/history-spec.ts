import type { ColumnSpec, TableSpec } from '@varve/core'
import type { DimensionDefinition } from '../definition/dimension-definition.js'
import { physicalTable } from '../definition/physical-table.js'

const known = new WeakMap<DimensionDefinition, TableSpec>()

/** The table of a dimension as it is read: an open end is null, whichever way it is stored. */
export function historySpec(definition: DimensionDefinition): TableSpec {
  const made = known.get(definition) ?? asRead(definition)
  known.set(definition, made)
  return made
}

function asRead(definition: DimensionDefinition): TableSpec {
  const { openEnd, housekeeping } = definition
  const spec = physicalTable(definition)
  if (openEnd === null) return spec
  const decode = (value: unknown) => (value === openEnd ? null : value)
  return { ...spec, columns: spec.columns.map((column) => (column.name === housekeeping.validTo ? { ...column, decode } : column)) }
}

/** The columns of a dimension in the order that views have them: business columns, then housekeeping. */
export function columnsInOrder(definition: DimensionDefinition): ColumnSpec[] {
  const { columns } = historySpec(definition)
  const business = new Set(definition.table.columns.map((column) => column.name))
  return [...columns.filter((column) => business.has(column.name)), ...columns.filter((column) => !business.has(column.name))]
}
