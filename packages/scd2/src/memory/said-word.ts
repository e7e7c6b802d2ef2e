import type { Instant } from '../model/instant.js'
import type { CompleteLoad } from '../model/state.js'
import { wordFrom, wordOf, type Word } from '../model/timeline.js'
import type { DimensionDefinition } from '../definition/dimension-definition.js'

/** What a complete load said of one member, and the number of the load that this comes from. */
export interface SaidWord {
  readonly word: Word
  readonly load: number
}

/** What each complete load said of one member, by its instant. */
export type Words = ReadonlyMap<Instant, SaidWord>

/** A complete load without what it said: its instant, and the number of the first load for it. */
export type CompleteInstant = Pick<CompleteLoad, 'at' | 'load'>

/** The words of complete loads on one member. */
export function wordsOn(definition: DimensionDefinition, member: string, completeLoads: readonly CompleteLoad[]): Words {
  return new Map(completeLoads.map((load) => [load.at, { word: wordOf(definition, load, member), load: wordFrom(load, member) }]))
}
