import type { DimensionDefinition } from '../definition/dimension-definition.js'
import type { Observation } from '../model/state.js'
import { impliedDeletions, impliedObservations, walkWords } from './implied.js'
import type { MemoryRow } from './memory-row.js'
import type { Recalled } from './recall.js'
import type { CompleteInstant } from './said-word.js'

/**
 * The memory rows of a member: what its versions and the list of complete loads do not tell. Nothing where the dimension has no
 * sequence, since its events have no instants of their own to come late with.
 */
export function remember(definition: DimensionDefinition, { member, words }: Recalled, completeLoads: readonly CompleteInstant[]): MemoryRow[] {
  if (!definition.sequence) return []
  const rows: MemoryRow[] = []
  const { versions } = member
  const isTold = lineageIsKept(definition)
  const differs = (load: number, implied: number) => isTold && load !== implied

  const observed = impliedObservations(versions)
  for (const [at, observation] of member.observations) {
    const shown = observed.get(at)
    const isPending = at > observation.knownAt
    if (isPending || !shown || differs(observation.load, shown.load) || !sameValues(observation, shown)) {
      rows.push({ at, kind: 'observed', of: null, knownAt: isPending ? observation.knownAt : null, load: observation.load, values: observation.values })
    }
  }
  const deleted = impliedDeletions(definition, versions, completeLoads)
  for (const [at, { clock, load }] of member.deletions) {
    const shown = deleted.get(at)
    if (shown?.clock !== clock || differs(load, shown.load)) rows.push({ at, kind: `deleted-${clock}`, of: null, knownAt: null, load, values: null })
  }
  walkWords(definition, member, completeLoads, (complete, implied) => {
    const { word, load } = words.get(complete.at) ?? implied
    // A silence has nobody who said it.
    if (word !== implied.word || (word !== null && differs(load, implied.load))) {
      const kind = word === null ? 'silent' : word === 'absent' ? 'absent' : 'present'
      rows.push({ at: complete.at, kind, of: kind === 'present' ? word : null, knownAt: null, load, values: null })
    }
    return { word, load }
  })
  return rows.toSorted((one, other) => (one.at === other.at ? (one.kind < other.kind ? -1 : 1) : one.at < other.at ? -1 : 1))
}

/** Whether versions tell which batches opened and closed them; without that nobody can see who said what. */
export function lineageIsKept({ housekeeping }: DimensionDefinition): boolean {
  return housekeeping.openedBy !== undefined && housekeeping.closedBy !== undefined
}

function sameValues(one: Observation, other: Observation): boolean {
  return one.values.every((value, index) => value === other.values[index])
}
