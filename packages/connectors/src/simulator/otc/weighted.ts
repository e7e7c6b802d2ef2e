import type { Random } from '../random.js'

/** Picks one of several by their shares; what the shares leave of 1 goes to the last. */
export function weighted<T>(shares: readonly (readonly [T, number])[]): (random: Random) => T {
  let sum = 0
  const bounds = shares.map(([value, share]): readonly [T, number] => [value, (sum += share)])
  const [last] = bounds.at(-1) ?? []
  return (random) => {
    const at = random.next()
    for (const [value, bound] of bounds) if (at < bound) return value
    return last as T // there is one
  }
}
