import type { LoadEntry } from './load-entry.js'

/** What is known of a dimension's batches before some of them are reverted. */
export interface BatchHistory {
  readonly loads: readonly LoadEntry[]
  /** Batches that changed anything. */
  readonly changing: ReadonlySet<string>
  /** Whether the dimension remembers what complete loads said. */
  readonly hasMemory: boolean
  /** Pairs of batches where the second changed, or had a row for, a member that the first of them changed. */
  shared(batchIds: readonly string[]): Promise<readonly { readonly earlier: string; readonly later: string }[]>
}

/**
 * The batches that built on some that are to go, and on each other: what they said was judged by what they found. Where it is no
 * longer known which members a batch had rows for, it counts as built on whatever came before it.
 */
export async function dependentBatches(history: BatchHistory, gone: ReadonlySet<string>): Promise<Set<string>> {
  const dependent = new Set<string>()
  let fresh = [...gone]
  while (fresh.length > 0) {
    const pairs = new Set((await history.shared(fresh)).map(({ earlier, later }) => `${earlier} ${later}`))
    const found = new Set<string>()
    for (const earlier of fresh) {
      const begun = Math.min(...history.loads.filter((load) => load.batchId === earlier).map((load) => load.number))
      for (const later of history.loads) {
        if (later.number < begun || later.batchId === earlier || gone.has(later.batchId) || dependent.has(later.batchId)) continue
        if (isBuiltOn(history, later, earlier, pairs.has(`${earlier} ${later.batchId}`))) found.add(later.batchId)
      }
    }
    for (const id of found) dependent.add(id)
    fresh = [...found]
  }
  return dependent
}

function isBuiltOn({ loads, changing, hasMemory }: BatchHistory, later: LoadEntry, earlier: string, sharesMembers: boolean): boolean {
  // What is remembered of a member is told against the complete loads there are.
  const wasComplete = hasMemory && loads.some((load) => load.batchId === earlier && load.complete)
  if (wasComplete && changing.has(later.batchId)) return true
  return changing.has(earlier) && (later.complete || sharesMembers || (later.members === null && later.unchanged !== 0))
}
