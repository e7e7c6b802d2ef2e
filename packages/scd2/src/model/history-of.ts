import type { RowOf } from '@varve/core'
import type { DimensionDefinition } from '../definition/dimension-definition.js'
import { applyLoad } from './apply-load.js'
import { instantOf, shortInstant } from './instant.js'
import { valueOf } from './layout.js'
import { DeleteEvent, type Load, type LoadRow } from './load.js'
import { fieldOf } from './read-load.js'
import { emptyState, type DimensionState } from './state.js'
import { versionsIn, type ModelVersion } from './versions-in.js'

/** A version as {@link historyOf} shows it: the columns that the loads mention, and the interval. */
export type HistoryRow<D extends DimensionDefinition> = Partial<RowOf<D['declared']>> & {
  /** As short as it can be said: a midnight in UTC is its day. */
  readonly validFrom: string
  readonly validTo: string | null
  readonly current: boolean
}

/**
 * The history that a dimension has after some loads, without a database: for unit tests of a definition.
 *
 * **Details**
 *
 * The loads arrive in the order in which they are given. Versions come in the order of their keys, then of time. Columns that no
 * row mentions are left out, and a row that leaves out the sequence column takes the instant of its load, so that an example needs
 * no more than what it is about. {@link applyLoad} is the exact form, with counts and findings.
 *
 * @example
 * ```ts
 * import { t, table } from '@varve/core'
 * import { dimensionDefinition, historyOf, load } from '@varve/scd2'
 *
 * const customers = dimensionDefinition(table('dim_customer', { customerId: t.integer().notNull(), tier: t.text() }), { key: ['customerId'] })
 * historyOf(customers, [load('2025-01-01', [{ customerId: 1, tier: 'gold' }]), load('2025-02-01', [{ customerId: 1, tier: 'silver' }])])
 * // [
 * //   { customerId: 1, tier: 'gold', validFrom: '2025-01-01', validTo: '2025-02-01', current: false },
 * //   { customerId: 1, tier: 'silver', validFrom: '2025-02-01', validTo: null, current: true },
 * // ]
 * ```
 * @throws VarveError what a load is refused with.
 */
export function historyOf<D extends DimensionDefinition>(dimension: D | { readonly definition: D }, loads: readonly Load[]): HistoryRow<D>[] {
  const definition = 'definition' in dimension ? dimension.definition : dimension
  const mentioned = new Set<string>()
  let state: DimensionState = emptyState()
  for (const load of loads) {
    const rows = [...load.rows]
    for (const row of rows) for (const column of definition.table.columns) if (fieldOf(row instanceof DeleteEvent ? row.row : row, column) !== undefined) mentioned.add(column.property)
    const result = applyLoad(definition, state, { ...load, rows: rows.map((row) => (row instanceof DeleteEvent ? row : withSequence(definition, row, load.at))) })
    if (result.refused) throw result.refused
    state = result.state
  }
  const columns = definition.table.columns.filter((column) => mentioned.has(column.property))
  // Made column by column from the definition's own table.
  return versionsIn(state).map((version) => ({
    ...Object.fromEntries(columns.map((column) => [column.property, valueOf(column, version.values[column.property] ?? null)])),
    ...intervalOf(definition, version),
  })) as HistoryRow<D>[]
}

function withSequence({ sequence }: DimensionDefinition, row: LoadRow, at: string | Date): LoadRow {
  return sequence && fieldOf(row, sequence) === undefined ? { ...row, [sequence.property]: at } : row
}

function intervalOf({ openEnd }: DimensionDefinition, { validFrom, validTo }: ModelVersion) {
  const end = validTo ?? openEnd
  return { validFrom: shortInstant(instantOf(validFrom)), validTo: end === null ? null : shortInstant(instantOf(end)), current: validTo === null }
}
