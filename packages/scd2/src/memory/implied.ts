import type { DimensionDefinition } from '../definition/dimension-definition.js'
import type { Instant } from '../model/instant.js'
import type { Deletion, Observation, Version } from '../model/state.js'
import { isDropped } from '../model/timeline.js'
import type { CompleteInstant, SaidWord } from './said-word.js'

/** The observations that versions begin with, as the versions show them. */
export function impliedObservations(versions: readonly Version[]): Map<Instant, Observation> {
  const observations = new Map<Instant, Observation>()
  for (const { sequence, values, openedBy } of versions) {
    if (!observations.has(sequence)) observations.set(sequence, { values, load: openedBy, knownAt: sequence })
  }
  return observations
}

/** The deletions that ended versions: those after which nothing begins, where no complete load speaks. */
export function impliedDeletions(definition: DimensionDefinition, versions: readonly Version[], completeLoads: readonly CompleteInstant[]): Map<Instant, Deletion> {
  const spoken = new Set(definition.deletes === 'close' ? completeLoads.map((load) => load.at) : [])
  const clock = definition.sequence ? 'source' : 'load'
  return new Map(versions.flatMap(({ to, closedBy }, index) => (to !== null && versions[index + 1]?.from !== to && !spoken.has(to) ? [[to, { clock, load: closedBy ?? 0 } as const]] : [])))
}

interface Walk {
  readonly observations: ReadonlyMap<Instant, Observation>
  readonly deletions: ReadonlyMap<Instant, Deletion>
  readonly versions: readonly Version[]
}

/**
 * Walks over the complete loads in the order of time, and tells of each what it is taken to have said of a member, unless it is
 * known better: that it was there as it was known, or gone where it was not alive. After a silence it is taken to stay silent, until
 * the member is heard of.
 *
 * @param said What is known better; the walk goes on from its answer.
 */
export function walkWords(definition: DimensionDefinition, { observations, deletions, versions }: Walk, completeLoads: readonly CompleteInstant[], said: (load: CompleteInstant, implied: SaidWord) => SaidWord): void {
  const absence = definition.deletes === 'close' ? 'absent' : null
  const events = [...new Set([...observations.keys(), ...deletions.keys()])].toSorted()
  const removals: Instant[] = []
  let inForce: Instant | undefined
  let at = 0
  let wasSilent = false
  const pass = (instant: Instant) => {
    const deletion = deletions.get(instant)
    const observation = observations.get(instant)
    if (deletion) inForce = undefined
    else if (observation && !isDropped(instant, observation, removals)) inForce = instant
    if (deletion?.clock === 'load') removals.push(instant)
    if (observation) wasSilent = false
  }
  for (const load of completeLoads) {
    while (at < events.length && (events[at] as Instant) <= load.at) pass(events[at++] as Instant)
    const begun = versions.find((version) => version.from === load.at)
    const ended = versions.find((version) => version.to === load.at)
    const implied: SaidWord =
      begun && begun.sequence < load.at ? { word: begun.sequence, load: begun.openedBy }
      : ended && !begun && definition.deletes === 'close' ? { word: 'absent', load: ended.closedBy ?? load.load }
      : { word: wasSilent && !begun ? null : (inForce ?? absence), load: load.load }
    const { word } = said(load, implied)
    wasSilent = word === null && absence === null
    if (word === 'absent') {
      removals.push(load.at)
      inForce = undefined
    } else if (word !== null && deletions.get(load.at)?.clock !== 'load') inForce = word
  }
}
