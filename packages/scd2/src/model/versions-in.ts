import type { ColumnSpec } from '@varve/core'
import type { DimensionDefinition } from '../definition/dimension-definition.js'
import { instantText, type Instant } from './instant.js'
import { layoutOf, type Text } from './layout.js'
import type { DimensionState, Member, Version } from './state.js'

/** A version of the model in neutral texts, to compare with what an engine holds. */
export interface ModelVersion {
  /** Every business column by its property. JSON is in canonical form. */
  readonly values: Readonly<Record<string, Text>>
  readonly validFrom: string
  /** NULL while the version is current, whatever the definition has in its place. */
  readonly validTo: string | null
  /** Equal exactly where the surrogate key is (H16). */
  readonly versionId: number
  /** The batches that brought the events it begins and ends with (H14). */
  readonly openedBy: string
  readonly closedBy: string | null
}

/**
 * The versions of a dimension in the order of their keys, then of time.
 *
 * @example
 * ```ts
 * import { applyLoad, emptyState, load, versionsIn } from '@varve/scd2'
 *
 * const { state } = applyLoad(customers, emptyState(), load('2025-01-01', [{ customerId: 1, tier: 'gold' }]))
 * versionsIn(state) // [{ values: { customerId: '1', tier: 'gold' }, validFrom: '2025-01-01T00:00:00Z', validTo: null, … }]
 * ```
 */
export function versionsIn(state: DimensionState): ModelVersion[] {
  const { definition } = state
  if (!definition) return []
  const members = [...state.members.values()].toSorted((one, other) => inKeyOrder(definition.key, one.key, other.key))
  const batch = (load: number) => state.loads[load]?.batch ?? ''
  return members.flatMap((member) => member.versions.map((version) => ({
    values: textsOf(definition, member, version),
    validFrom: instantText(version.from),
    validTo: version.to === null ? null : instantText(version.to),
    versionId: version.id,
    openedBy: batch(version.openedBy),
    closedBy: version.closedBy === null ? null : batch(version.closedBy),
  })))
}

function textsOf(definition: DimensionDefinition, member: Member, version: Version): Record<string, Text> {
  const { columns } = layoutOf(definition)
  const texts = new Map<string, Text>(columns.map((column, index) => [column.property, version.values[index] ?? null]))
  for (const [index, column] of definition.key.entries()) texts.set(column.property, member.key[index] ?? null)
  if (definition.sequence) texts.set(definition.sequence.property, sequenceText(definition.sequence, version.sequence))
  return Object.fromEntries(definition.table.columns.map((column) => [column.property, texts.get(column.property) ?? null]))
}

/** An instant in the sequence column: an instant, or its day. */
function sequenceText(column: ColumnSpec, instant: Instant): string {
  return column.type.kind === 'date' ? instant.slice(0, 10) : instantText(instant)
}

const numeric: readonly string[] = ['integer', 'bigint', 'decimal', 'float']

function inKeyOrder(columns: readonly ColumnSpec[], one: readonly string[], other: readonly string[]): number {
  for (const [index, column] of columns.entries()) {
    const [a = '', b = ''] = [one[index], other[index]]
    if (a === b) continue
    if (numeric.includes(column.type.kind) && Number(a) !== Number(b)) return Number(a) - Number(b)
    return a < b ? -1 : 1
  }
  return 0
}
