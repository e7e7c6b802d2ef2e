import type { DimensionDefinition } from '../definition/dimension-definition.js'
import type { Instant } from '../model/instant.js'
import { memberId } from '../model/layout.js'
import type { Deletion, Member, Observation, Version } from '../model/state.js'
import { impliedDeletions, impliedObservations, walkWords } from './implied.js'
import type { MemoryRow } from './memory-row.js'
import type { CompleteInstant, SaidWord, Words } from './said-word.js'

/** A member as the model knows it, with what complete loads said of it. */
export interface Recalled {
  readonly member: Member
  readonly words: Words
}

/**
 * A member from its versions, its memory rows and the list of complete loads, which come in the order of time. What versions show
 * is not remembered a second time: see {@link remember}, the inverse.
 */
export function recall(definition: DimensionDefinition, key: readonly string[], versions: readonly Version[], memory: readonly MemoryRow[], completeLoads: readonly CompleteInstant[]): Recalled {
  const observations: Map<Instant, Observation> = impliedObservations(versions)
  const deletions: Map<Instant, Deletion> = impliedDeletions(definition, versions, completeLoads)
  const known = new Map<Instant, SaidWord>()
  for (const { at, kind, of, knownAt, load, values } of memory) {
    if (kind === 'observed') observations.set(at, { values: values ?? [], load, knownAt: knownAt ?? at })
    else if (kind === 'deleted-source' || kind === 'deleted-load') deletions.set(at, { clock: kind === 'deleted-load' ? 'load' : 'source', load })
    else known.set(at, { word: kind === 'present' ? of : kind === 'absent' ? 'absent' : null, load })
  }
  const words = new Map<Instant, SaidWord>()
  walkWords(definition, { observations, deletions, versions }, completeLoads, (load, implied) => {
    const word = known.get(load.at) ?? implied
    words.set(load.at, word)
    return word
  })
  return { member: { id: memberId(key), key, observations, deletions, versions }, words }
}
