import type { DimensionDefinition } from '../definition/dimension-definition.js'
import type { Instant } from './instant.js'
import type { CompleteLoad, Member, Observation } from './state.js'

/** What holds from an instant on: the member has the values of an observation, or it is gone. */
export interface Statement {
  readonly at: Instant
  /** The observation in force and its own instant, which lies before `at` where a complete load repeats it; nothing: gone. */
  readonly observed: Observation | undefined
  readonly of: Instant
  /** The number of the load that said so. */
  readonly load: number
}

/** What is said of a member: its events, and the complete loads. */
export type MemberEvents = Pick<Member, 'id' | 'observations' | 'deletions'>

/**
 * The statements about a member in the order of time, at most one for each instant. It depends on what was said, and not on
 * the order in which it arrived (H2).
 *
 * **Details**
 *
 * At one instant two clocks can speak: the source's, whose events carry their own instant, and the load's, which gives its
 * instant to what has none. The load's clock speaks last, so that the reading as of a complete load is that load (H7). Of what one
 * clock says, a deletion stands (H6). From the strongest:
 *
 * 1. a delete event without an instant of its own
 * 2. a complete load: absent, or in force since an observation
 * 3. a delete event of the source
 * 4. an observation
 */
export function timeline(definition: DimensionDefinition, member: MemberEvents, completeLoads: readonly CompleteLoad[]): Statement[] {
  const words = new Map(completeLoads.map((load) => [load.at, { load, word: wordOf(definition, load, member.id) }]))
  const removals = removalsOf(definition, member, completeLoads)
  const statements: Statement[] = []
  for (const at of [...new Set([...member.observations.keys(), ...member.deletions.keys(), ...words.keys()])].toSorted()) {
    const statement = statementAt(at, member, words.get(at), removals)
    if (statement) statements.push(statement)
  }
  return statements
}

/** The word of a complete load on a member: the instant of the observation in force, or `absent`; null where it says nothing. */
export type Word = Instant | null

/** What a complete load says of a member. Where deletes are ignored, absence says nothing. */
export function wordOf(definition: Pick<DimensionDefinition, 'deletes'>, load: CompleteLoad, member: string): Word {
  const word = load.present.get(member)
  return word === undefined && definition.deletes === 'close' ? 'absent' : (word ?? null)
}

/** The number of the load that a complete load's word on a member comes from. */
export function wordFrom(load: CompleteLoad, member: string): number {
  return load.revised.get(member) ?? load.load
}

function statementAt(at: Instant, member: MemberEvents, said: { load: CompleteLoad; word: Word } | undefined, removals: readonly Instant[]): Statement | undefined {
  const deletion = member.deletions.get(at)
  const own = member.observations.get(at)
  const word = said?.word ?? null
  if (deletion?.clock === 'load' || word === 'absent') {
    const loads = [...(deletion ? [deletion.load] : []), ...(said && word === 'absent' ? [wordFrom(said.load, member.id)] : [])]
    // Two that end a member at once: the one that came first closed it.
    return { at, observed: undefined, of: at, load: Math.min(...loads) }
  }
  if (said && word !== null) {
    const observed = member.observations.get(word)
    return { at, observed, of: word, load: word === at && observed ? observed.load : wordFrom(said.load, member.id) }
  }
  if (deletion) return { at, observed: undefined, of: at, load: deletion.load }
  return own && !isDropped(at, own, removals) ? { at, observed: own, of: at, load: own.load } : undefined
}

/**
 * Whether an observation never comes into force: it lies after the loads that brought it, and a later load says, before it
 * begins, that its member is gone: by absence, or by a deletion without an instant of its own (H3).
 */
export function isDropped(at: Instant, { knownAt }: Observation, removals: readonly Instant[]): boolean {
  return at > knownAt && removals.some((removal) => removal > knownAt && removal < at)
}

/** The instants of observations that never come into force. */
export function droppedInstants(definition: DimensionDefinition, member: MemberEvents, completeLoads: readonly CompleteLoad[]): Instant[] {
  const pending = [...member.observations].filter(([at, { knownAt }]) => at > knownAt)
  if (pending.length === 0) return []
  const removals = removalsOf(definition, member, completeLoads)
  return pending.flatMap(([at, observation]) => (isDropped(at, observation, removals) ? [at] : []))
}

/** When a member was removed by the load's clock: by a delete event without an instant of its own, or by absence. */
function removalsOf(definition: DimensionDefinition, member: MemberEvents, completeLoads: readonly CompleteLoad[]): Instant[] {
  return [
    ...[...member.deletions].flatMap(([at, deletion]) => (deletion.clock === 'load' ? [at] : [])),
    ...completeLoads.flatMap((load) => (wordOf(definition, load, member.id) === 'absent' ? [load.at] : [])),
  ]
}
