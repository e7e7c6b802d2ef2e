import { describeChange, diffTable, tableLabel, typeText, type Engine, type LiveTable, type SchemaChange, type TableSpec } from '@varve/core'
import { pathsOf } from './canonical-mapping.js'
import { serviceMapping, type CanonicalTable } from './canonical-table.js'

/** A column of a canonical table: as the mapping has it, as it is expected, and as it is. */
export interface SchemaLine {
  readonly column: string
  /** Where the service has it; undefined for what the table keeps by itself. */
  readonly source: readonly string[] | undefined
  /** Undefined where the mapping has it no longer. */
  readonly expected: string | undefined
  /** Undefined where the database has none. */
  readonly live: string | undefined
  readonly state: 'same' | 'to be made' | 'to be changed' | 'refused' | 'no longer mapped'
}

/** How the table of a tenant stands to its mapping. */
export interface SchemaComparison {
  readonly table: string
  readonly service: string
  readonly exists: boolean
  readonly columns: readonly SchemaLine[]
  /** How many columns of the table the mapping fills, and how many the table keeps by itself. */
  readonly counts: { readonly business: number; readonly housekeeping: number }
  /** What the next load does first, in words, and its statements. */
  readonly plan: readonly string[]
  readonly statements: readonly string[]
  /** What would lose something: no load goes on while there is any. */
  readonly refusals: readonly string[]
}

/** Holds the mapping, the expected and the live columns of a canonical table side by side, and changes nothing. */
export async function compareSchema(engine: Engine, canonical: CanonicalTable, service: string, physical: TableSpec): Promise<SchemaComparison> {
  const { fields } = serviceMapping(canonical, service)
  const live = await engine.introspect(physical.schema, physical.name)
  const { changes, refusals, undeclared } = diffTable(physical, live)
  const expected = physical.columns.map(({ name, type }): SchemaLine => ({
    column: name,
    source: Object.hasOwn(canonical.fields, name) ? pathsOf(fields[name]) : undefined,
    expected: typeText(type),
    live: liveType(live, name),
    state: stateOf(name, live, changes, refusals),
  }))
  const removed = undeclared.map((name): SchemaLine => ({ column: name, source: undefined, expected: undefined, live: liveType(live, name), state: 'no longer mapped' }))
  const business = Object.keys(canonical.fields).length
  return {
    table: tableLabel(physical),
    service,
    exists: live !== undefined,
    columns: [...expected, ...removed],
    counts: { business, housekeeping: physical.columns.length - business },
    plan: changes.map(describeChange),
    statements: changes.flatMap((change) => engine.explainChange(change)),
    refusals,
  }
}

function stateOf(name: string, live: LiveTable | undefined, changes: readonly SchemaChange[], refusals: readonly string[]): SchemaLine['state'] {
  if (refusals.some((refusal) => refusal.includes(`column "${name}"`))) return 'refused'
  if (!live?.columns.some((column) => column.name === name)) return 'to be made'
  return changes.some((change) => 'column' in change && change.column.name === name) ? 'to be changed' : 'same'
}

function liveType(live: LiveTable | undefined, name: string): string | undefined {
  const column = live?.columns.find((candidate) => candidate.name === name)
  return column && (column.type ? typeText(column.type) : column.nativeType)
}
