import { tableLabel, type LoadContext, type StepCounts } from '@varve/core'
import type { DimensionDefinition } from '../definition/dimension-definition.js'
import type { MergeResult } from '../strategy/merge-dimension.js'

/** Puts the findings of a merge into the ledger, and answers what became of the rows in its terms. */
export function recordMerge(context: Pick<LoadContext, 'find'>, definition: DimensionDefinition, { counts, findings }: MergeResult): Partial<StepCounts> {
  for (const { kind, severity, message, key, column } of findings) {
    context.find({ check: `history ${kind}`, severity, table: tableLabel(definition.table), column, message, raw: key && JSON.stringify(key, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value)) })
  }
  const { absent: _, ...steps } = counts
  return steps
}
