const chunkBits = 13
const mask = (1 << chunkBits) - 1

/**
 * Remembers which ids were seen. Whole numbers take a bit each where they lie close together, as the ids of a source do; other texts
 * take what a set takes.
 *
 * @example
 * ```ts
 * const seen = new IdSet()
 * const fresh = rows.filter((row) => seen.add(row.id))
 * ```
 */
export class IdSet {
  readonly #chunks = new Map<number, Uint8Array>()
  readonly #others = new Set<string | number>()
  #size = 0

  get size(): number {
    return this.#size
  }

  /** True when it was not there before. */
  add(id: string | number): boolean {
    const isNew = typeof id === 'number' && Number.isSafeInteger(id) && id >= 0 ? this.#addNumber(id) : this.#addOther(id)
    if (isNew) this.#size++
    return isNew
  }

  #addNumber(id: number): boolean {
    const at = Math.floor(id / (mask + 1))
    let chunk = this.#chunks.get(at)
    if (!chunk) this.#chunks.set(at, (chunk = new Uint8Array((mask + 1) >> 3)))
    const bit = id % (mask + 1)
    const byte = chunk[bit >> 3] ?? 0
    const flag = 1 << (bit & 7)
    chunk[bit >> 3] = byte | flag
    return (byte & flag) === 0
  }

  #addOther(id: string | number): boolean {
    const before = this.#others.size
    return this.#others.add(id).size > before
  }
}
