import type { DimensionDefinition } from '../definition/dimension-definition.js'
import type { Instant } from './instant.js'
import type { Text } from './layout.js'
import type { Load } from './load.js'

/** What is known of a member at one instant: the values that an event gave it. */
export interface Observation {
  readonly values: readonly Text[]
  /** The number of the load that brought it first. */
  readonly load: number
  /** The latest instant of a load that brought it. It matters where the event lies after that: such a version can be dropped (H3). */
  readonly knownAt: Instant
}

/** A member's deletion at one instant, and who told the instant. */
export interface Deletion {
  readonly clock: 'source' | 'load'
  readonly load: number
}

/** A version as the model holds it. */
export interface Version {
  /** Stands for the surrogate key: kept for life (H16). */
  readonly id: number
  readonly from: Instant
  readonly to: Instant | null
  readonly values: readonly Text[]
  /** The source's instant of the event that the version begins with. */
  readonly sequence: Instant
  /** The numbers of the loads that brought the events it begins and ends with (H14). */
  readonly openedBy: number
  readonly closedBy: number | null
}

/** All that is known of a member: the set of its events, and the versions that follow from it. */
export interface Member {
  readonly id: string
  readonly key: readonly string[]
  readonly observations: ReadonlyMap<Instant, Observation>
  readonly deletions: ReadonlyMap<Instant, Deletion>
  readonly versions: readonly Version[]
}

/**
 * What a complete load said of a member: the instant of the observation that was in force, `null` where it said nothing (a row that begins in
 * the future, or that could not be read). A member that is not in the map was absent.
 */
export type Presence = ReadonlyMap<string, Instant | null>

/** A complete load: for its instant it says of every member, known or not, whether and how it was there (H7). */
export interface CompleteLoad {
  readonly at: Instant
  readonly load: number
  readonly present: Presence
  /** Members of which a second complete load for this instant said something else, with its number. */
  readonly revised: ReadonlyMap<string, number>
}

/** A load that was applied, and what it touched: for lineage and for reverting. */
export interface AppliedLoad {
  readonly batch: string
  readonly load: Load
  readonly definition: DimensionDefinition
  /** Members that it had a row for. */
  readonly spokeOf: ReadonlySet<string>
  /** Members whose versions it changed. */
  readonly changed: ReadonlySet<string>
}

/** A dimension and its memory. Never changed; every load makes a new one. */
export interface DimensionState {
  /** The definition of the last load; the values of all observations are laid out by it. */
  readonly definition: DimensionDefinition | undefined
  readonly members: ReadonlyMap<string, Member>
  /** In the order of their instants. */
  readonly completeLoads: readonly CompleteLoad[]
  /** In the order of their arrival. A version's lineage is a place in this list. */
  readonly loads: readonly AppliedLoad[]
  readonly nextVersionId: number
}

const empty: DimensionState = { definition: undefined, members: new Map(), completeLoads: [], loads: [], nextVersionId: 1 }

/**
 * A dimension before its first load.
 *
 * @example
 * ```ts
 * import { applyLoad, emptyState } from '@varve/scd2'
 *
 * const { state } = applyLoad(definition, emptyState(), load('2025-03-31', rows))
 * ```
 */
export function emptyState(): DimensionState {
  return empty
}
