import type { Layout } from './layout.js'
import { sameTracked, type Unnumbered } from './fold.js'
import type { Instant } from './instant.js'

/**
 * What became of the rows of a load (H15). Each row that was read has exactly one outcome, so that
 *
 * `read = rejected + duplicate + unchanged + new + changed + overwritten + reopened + (closed - absent)`
 *
 * **Details**
 *
 * The rows of one member count as if they had been applied one after the other in the order of their instants, a deletion before
 * an observation of the same instant, and the word of a complete load last. A row's outcome is what it did to the member's
 * versions; where the row and the complete load's word on it both did something, the first of new, reopened, changed, overwritten.
 */
export interface LoadCounts {
  readonly read: number
  /** Could not be read, and went to quarantine. */
  readonly rejected: number
  /** Says the same as another row of the load. */
  readonly duplicate: number
  /** Did nothing to the versions: known already, equal to what held at its instant, or set aside in a conflict. */
  readonly unchanged: number
  /** Gave a member that had no version before the load its first one. */
  readonly new: number
  /** Opened, split or replaced a version of a member, or moved its begin. */
  readonly changed: number
  /** Wrote overwrite or fixed columns in place, and did nothing else. */
  readonly overwritten: number
  /** Opened a version of a member that had been closed at that instant. */
  readonly reopened: number
  /** Delete events that ended or shortened a version, and members closed by absence. */
  readonly closed: number
  /** Members closed by absence from a complete load: that part of `closed` for which no row was read. */
  readonly absent: number
  /**
   * Rows with an outcome of their own other than unchanged whose instant lies before what was known of the member already: before its
   * latest event or before the last complete load. They are counted in another place too.
   */
  readonly late: number
}

/** What one step did to the versions of a member. */
export type Outcome = 'unchanged' | 'overwritten' | 'changed' | 'reopened' | 'new' | 'closed'

const rank: readonly Outcome[] = ['unchanged', 'overwritten', 'changed', 'reopened', 'new', 'closed']

/** The one outcome of a row that had two. */
export function strongest(one: Outcome, other: Outcome): Outcome {
  return rank.indexOf(one) < rank.indexOf(other) ? other : one
}

/** What an observation, in force from an instant, did to the versions of its member, which may have had none before the load. */
export function outcomeOf(layout: Layout, isNew: boolean, before: readonly Unnumbered[], after: readonly Unnumbered[], at: Instant): Outcome {
  if (sameVersions(before, after)) return 'unchanged'
  if (before.length === 0 && isNew) return 'new'
  if (before.some((version) => covers(version, at))) return sameShape(layout, before, after) ? 'overwritten' : 'changed'
  return before.some((version) => version.from < at) ? 'reopened' : 'changed'
}

/** Whether a version holds at an instant. */
export function covers(version: Pick<Unnumbered, 'from' | 'to'>, at: Instant): boolean {
  return version.from <= at && (version.to === null || at < version.to)
}

/** Whether two histories are the same to a reader, whichever loads they came from. */
export function sameVersions(before: readonly Unnumbered[], after: readonly Unnumbered[]): boolean {
  return (
    before === after ||
    (before.length === after.length &&
      before.every((version, index) => {
        const other = after[index] as Unnumbered // as many as before
        return version.from === other.from && version.to === other.to && version.sequence === other.sequence && version.values.every((value, at) => value === other.values[at])
      }))
  )
}

function sameShape(layout: Layout, before: readonly Unnumbered[], after: readonly Unnumbered[]): boolean {
  return before.length === after.length && before.every((version, index) => {
    const other = after[index] as Unnumbered // as many as before
    return version.from === other.from && version.to === other.to && sameTracked(layout, version.values, other.values)
  })
}
