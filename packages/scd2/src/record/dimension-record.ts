import { tableLabel, type ColumnSpec, type TableSpec } from '@varve/core'
import { columnRoles, valueRoles, type ColumnRoles } from '../definition/column-roles.js'
import type { DimensionDefinition } from '../definition/dimension-definition.js'
import { housekeepingName, type HousekeepingPart } from '../definition/housekeeping.js'
import { physicalTable } from '../definition/physical-table.js'
import { memoryTable } from '../memory/memory-table.js'

/** What a revert needs to know of a dimension: plain data, written down with it, so that a batch can be reverted without the definition. */
export interface DimensionRecord {
  readonly dimension: string
  readonly table: RecordedTable
  readonly memory: RecordedTable | null
  readonly key: readonly string[]
  /** The names of the housekeeping columns that it has. */
  readonly housekeeping: Readonly<Partial<Record<HousekeepingPart, string>>> & { readonly validFrom: string; readonly validTo: string }
  readonly openEnd: string | null
  /** What its columns are for; not in records that are older than this. */
  readonly roles?: ColumnRoles
}

interface RecordedTable {
  readonly schema: string | null
  readonly name: string
  readonly columns: readonly RecordedColumn[]
}

/** A column as it is written down. */
export type RecordedColumn = Pick<ColumnSpec, 'name' | 'type'>

const parts = ['surrogateKey', 'isCurrent', 'openedBy', 'closedBy'] as const satisfies readonly HousekeepingPart[]

/**
 * What is written down of a dimension with a definition.
 *
 * @param former The columns that it has from earlier ones, and the record that knows what they were for.
 */
export function dimensionRecord(definition: DimensionDefinition, former: readonly RecordedColumn[] = [], last?: DimensionRecord): DimensionRecord {
  const { housekeeping, openEnd, key } = definition
  const memory = memoryTable(definition)
  const named = parts.flatMap((part) => {
    const name = housekeepingName(housekeeping, part)
    return name === undefined ? [] : [[part, name] as const]
  })
  return {
    dimension: tableLabel(definition.table),
    table: recorded(physicalTable(definition), former),
    memory: memory ? recorded(memory, former.filter(({ name }) => last?.memory?.columns.some((column) => column.name === name))) : null,
    key: key.map((column) => column.name),
    housekeeping: { validFrom: housekeeping.validFrom, validTo: housekeeping.validTo, ...Object.fromEntries(named) },
    openEnd,
    roles: withFormerRoles(columnRoles(definition), former, last?.roles),
  }
}

/** Whether versions tell which batches opened and closed them: without that nobody can say what a batch did. */
export function canBeReverted({ housekeeping }: DimensionRecord): boolean {
  return housekeeping.openedBy !== undefined && housekeeping.closedBy !== undefined
}

function recorded({ schema, name, columns }: TableSpec, former: readonly RecordedColumn[]): RecordedTable {
  return { schema: schema ?? null, name, columns: [...columns.map((column) => ({ name: column.name, type: column.type })), ...former] }
}

function withFormerRoles(roles: ColumnRoles, former: readonly RecordedColumn[], last: ColumnRoles | undefined): ColumnRoles {
  const names = new Set(former.map(({ name }) => name))
  return { ...roles, ...Object.fromEntries(valueRoles.map((role) => [role, [...roles[role], ...(last?.[role].filter((name) => names.has(name)) ?? [])]])) }
}
