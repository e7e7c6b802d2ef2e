import { tableLabel, VarveError } from '@varve/core'
import { applyLoad } from './apply-load.js'
import { layoutOf } from './layout.js'
import { guards } from './load.js'
import { emptyState, type AppliedLoad, type DimensionState, type Member } from './state.js'
import { withIds } from './version-ids.js'

/** What a revert did. */
export interface RevertResult {
  readonly state: DimensionState
  /** The batches that are gone, the one that was asked for first. */
  readonly reverted: readonly string[]
  /** Why nothing was reverted; the state is then what it was before. */
  readonly refused?: VarveError
}

/**
 * Reverts a batch (H14): the dimension is then as if it had never been. That is refused where a later batch built on it, unless
 * those batches are to go too.
 *
 * **Details**
 *
 * A later batch built on a batch when it spoke of a member whose versions that batch changed: by a row, or, being complete,
 * of every member. What it said was judged by what it found, so it cannot simply stay. The loads that remain are applied again
 * without what is gone; versions keep their surrogate keys.
 *
 * @example
 * ```ts
 * const { state, reverted } = revertBatch(before, '2', { cascade: true })
 * ```
 */
export function revertBatch(state: DimensionState, batch: string, options: { readonly cascade?: boolean } = {}): RevertResult {
  const gone = new Set(state.loads.filter((load) => load.batch === batch))
  const label = state.definition ? tableLabel(state.definition.table) : ''
  if (gone.size === 0) {
    return { state, reverted: [], refused: new VarveError('V2009', `Dimension ${label} has no batch "${batch}".`, { context: { table: label, batch } }) }
  }
  for (const [place, load] of state.loads.entries()) {
    if (state.loads.slice(0, place).some((earlier) => gone.has(earlier) && isBuiltOn(load, earlier))) gone.add(load)
  }
  const dependents = [...new Set([...gone].map((load) => load.batch))].filter((name) => name !== batch)
  if (dependents.length > 0 && !options.cascade) {
    const message = `Batch "${batch}" of dimension ${label} cannot be reverted alone: ${dependents.length === 1 ? 'batch' : 'batches'} ${dependents.map((name) => `"${name}"`).join(', ')} built on it. Revert the last of them first, or all of them with cascade.`
    return { state, reverted: [], refused: new VarveError('V2009', message, { context: { table: label, batch, dependents } }) }
  }
  const kept = state.loads.filter((load) => !gone.has(load))
  // Each was let through once; without what is gone its figures are others, which is no reason to refuse it now.
  const replayed = kept.reduce((so, { definition, load, batch: name }) => applyLoad(definition, so, { ...load, batch: name, allow: guards }).state, emptyState())
  return { state: withOldIds(state, replayed), reverted: [batch, ...dependents] }
}

function isBuiltOn(later: AppliedLoad, earlier: AppliedLoad): boolean {
  if (earlier.changed.size === 0) return false
  return (later.load.complete ?? false) || [...later.spokeOf].some((member) => earlier.changed.has(member))
}

/** The versions that are still there are the ones that were there (H16). */
function withOldIds(before: DimensionState, after: DimensionState): DimensionState {
  const { definition } = after
  if (!definition) return { ...after, nextVersionId: before.nextVersionId }
  let { nextVersionId } = before
  const members = new Map<string, Member>()
  for (const [id, member] of after.members) {
    const { versions, nextId } = withIds(layoutOf(definition), before.members.get(id)?.versions ?? [], member.versions, nextVersionId)
    nextVersionId = nextId
    members.set(id, { ...member, versions })
  }
  return { ...after, members, nextVersionId }
}
