import type { DimensionDefinition } from '../definition/dimension-definition.js'
import { sameTracked } from './fold.js'
import type { Instant } from './instant.js'
import { layoutOf, type Layout } from './layout.js'
import type { RowEvent } from './read-load.js'
import type { Observation } from './state.js'
import type { MemberEvents } from './timeline.js'

/** A member with one more event in its memory; its versions are folded afterwards. The same event twice is nothing (H2). */
export function withEvent<M extends MemberEvents>(definition: DimensionDefinition, member: M, event: RowEvent, at: Instant, load: number): M {
  if (event.kind === 'observed') {
    const known = member.observations.get(event.instant)
    const observation = known ? again(definition, known, event, at, load) : { values: event.values, load, knownAt: at }
    return { ...member, observations: new Map(member.observations).set(event.instant, observation) }
  }
  const known = member.deletions.get(event.instant)
  if (known && (known.clock === 'load' || event.clock === 'source')) return member
  // Both clocks say it: the stronger one is remembered, the first load stays the one that said it.
  return { ...member, deletions: new Map(member.deletions).set(event.instant, { clock: event.clock, load: known?.load ?? load }) }
}

/**
 * An observation whose instant is known, once more. With the same tracked values it says the same, and brings overwrite columns up to
 * date: they are written in place, so the last delivery stands. A fixed column that was NULL takes its first value. With other
 * tracked values it is a conflict, and stays out or replaces (H5).
 */
function again(definition: DimensionDefinition, known: Observation, event: RowEvent, at: Instant, load: number): Observation {
  const layout = layoutOf(definition)
  const knownAt = at > known.knownAt ? at : known.knownAt
  if (!sameTracked(layout, known.values, event.values)) return definition.conflict === 'keep' ? { ...known, knownAt } : { values: event.values, load, knownAt }
  const values = known.values.map((value, index) => {
    if (index < layout.overwriteEnd) return event.values[index] ?? null
    return index < layout.fixedEnd ? (value ?? event.values[index] ?? null) : value
  })
  return { values, load: known.load, knownAt }
}

/** The tracked columns in which an event contradicts what is known of its instant. */
export function conflictsIn(layout: Layout, member: MemberEvents, event: RowEvent): string[] {
  const known = event.kind === 'observed' ? member.observations.get(event.instant) : undefined
  if (!known) return []
  return layout.columns.slice(0, layout.trackedEnd).flatMap((column, index) => (known.values[index] === event.values[index] ? [] : [column.property]))
}
