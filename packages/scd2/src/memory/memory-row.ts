import type { Instant } from '../model/instant.js'
import type { Text } from '../model/layout.js'

/**
 * What a memory row says of its instant:
 *
 * - `observed` these values were observed
 * - `deleted-source`, `deleted-load` the member was deleted, by the clock of the source or of the load
 * - `present` a complete load had the member, with the observation of `of`
 * - `absent` a complete load did not have it
 * - `silent` a complete load said nothing of it
 */
export type MemoryKind = 'observed' | 'deleted-source' | 'deleted-load' | 'present' | 'absent' | 'silent'

/** Something that is known of a member, and that its versions and the list of complete loads do not tell (H2). */
export interface MemoryRow {
  readonly at: Instant
  readonly kind: MemoryKind
  /** The observation that a complete load had. */
  readonly of: Instant | null
  /** The latest load that brought an observation, where it lies after that load. */
  readonly knownAt: Instant | null
  /** The number of the load that said it. */
  readonly load: number
  /** What was observed, in the order of the layout. */
  readonly values: readonly Text[] | null
}

/** Whether two rows say the same. */
export function sameMemory(one: MemoryRow, other: MemoryRow): boolean {
  return (
    one.at === other.at && one.kind === other.kind && one.of === other.of && one.knownAt === other.knownAt && one.load === other.load &&
    (one.values === null) === (other.values === null) &&
    (one.values ?? []).every((value, index) => value === other.values?.[index])
  )
}
