import type { Layout } from './layout.js'
import { sameTracked, type Unnumbered } from './fold.js'
import type { Version } from './state.js'

/**
 * Gives versions their surrogate keys (H16): a version that begins where one began before is that version. Of the rest, one that
 * shares time with a version of the same tracked values, which is no longer there, is that version with its begin moved; the
 * earliest such. All others are new.
 */
export function withIds(layout: Layout, before: readonly Version[], after: readonly Unnumbered[], nextId: number): { readonly versions: Version[]; readonly nextId: number } {
  const left = new Map(before.map((version) => [version.from, version]))
  const ids = new Map<Unnumbered, number>()
  for (const version of after) {
    const same = left.get(version.from)
    if (!same) continue
    ids.set(version, same.id)
    left.delete(version.from)
  }
  let next = nextId
  const versions = after.map((version): Version => {
    let id = ids.get(version)
    if (id === undefined) {
      const moved = [...left.values()].find((other) => sameTracked(layout, other.values, version.values) && overlap(other, version))
      if (moved) left.delete(moved.from)
      id = moved ? moved.id : next++
    }
    return { ...version, id }
  })
  return { versions, nextId: next }
}

function overlap(one: Unnumbered, other: Unnumbered): boolean {
  return (other.to === null || one.from < other.to) && (one.to === null || other.from < one.to)
}
