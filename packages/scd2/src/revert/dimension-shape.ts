import { tableLabel, type ColumnSpec, type TableSpec } from '@varve/core'
import type { DimensionDefinition } from '../definition/dimension-definition.js'
import { housekeepingName, type HousekeepingPart } from '../definition/housekeeping.js'
import { physicalTable } from '../definition/physical-table.js'
import { memoryTable } from '../memory/memory-table.js'

/** What a revert needs to know of a dimension: plain data, kept with it, so that a batch can be reverted without the definition. */
export interface DimensionShape {
  readonly dimension: string
  readonly table: ShapedTable
  readonly memory: ShapedTable | null
  readonly key: readonly string[]
  /** The names of the housekeeping columns that it has. */
  readonly housekeeping: Readonly<Partial<Record<HousekeepingPart, string>>> & { readonly validFrom: string; readonly validTo: string }
  readonly openEnd: string | null
}

interface ShapedTable {
  readonly schema: string | null
  readonly name: string
  readonly columns: readonly Pick<ColumnSpec, 'name' | 'type'>[]
}

const parts = ['surrogateKey', 'isCurrent', 'openedBy', 'closedBy'] as const satisfies readonly HousekeepingPart[]

/** The shape that follows from a definition. */
export function shapeOf(definition: DimensionDefinition): DimensionShape {
  const { housekeeping, openEnd, key } = definition
  const memory = memoryTable(definition)
  const named = parts.flatMap((part) => {
    const name = housekeepingName(housekeeping, part)
    return name === undefined ? [] : [[part, name] as const]
  })
  return {
    dimension: tableLabel(definition.table),
    table: shaped(physicalTable(definition)),
    memory: memory ? shaped(memory) : null,
    key: key.map((column) => column.name),
    housekeeping: { validFrom: housekeeping.validFrom, validTo: housekeeping.validTo, ...Object.fromEntries(named) },
    openEnd,
  }
}

/** Whether versions tell which batches opened and closed them: without that nobody can say what a batch did. */
export function canBeReverted({ housekeeping }: DimensionShape): boolean {
  return housekeeping.openedBy !== undefined && housekeeping.closedBy !== undefined
}

function shaped({ schema, name, columns }: TableSpec): ShapedTable {
  return { schema: schema ?? null, name, columns: columns.map((column) => ({ name: column.name, type: column.type })) }
}
