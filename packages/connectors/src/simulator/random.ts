/**
 * Chance that can be repeated: the same seed gives the same numbers on every machine. `fork` gives a stream of its own to each subject,
 * so that what is added to one changes nothing in the others.
 *
 * @example
 * ```ts
 * const random = new Random('demo')
 * random.fork('employees').int(1, 6)
 * ```
 */
export class Random {
  readonly #seed: string
  #a: number
  #b: number
  #c: number
  #d = 1

  constructor(seed: string) {
    this.#seed = seed
    const mix = hashOf(seed)
    this.#a = mix()
    this.#b = mix()
    this.#c = mix()
    for (let i = 0; i < 12; i++) this.next()
  }

  fork(label: string | number): Random {
    return new Random(`${this.#seed}/${label}`)
  }

  /** From 0 up to, but not including, 1: the generator known as sfc32. */
  next(): number {
    const sum = (this.#a + this.#b + this.#d) | 0
    this.#d = (this.#d + 1) | 0
    this.#a = this.#b ^ (this.#b >>> 9)
    this.#b = (this.#c + (this.#c << 3)) | 0
    this.#c = ((this.#c << 21) | (this.#c >>> 11)) + sum
    return (sum >>> 0) / 0x1_0000_0000
  }

  /** A whole number, both ends included. */
  int(low: number, high: number): number {
    return low + Math.floor(this.next() * (high - low + 1))
  }

  chance(share: number): boolean {
    return this.next() < share
  }

  pick<T>(list: readonly T[]): T {
    return list[this.int(0, list.length - 1)] as T // the index is inside
  }

  /** The list in another order. */
  shuffled<T>(list: readonly T[]): T[] {
    const mixed = [...list]
    for (let i = mixed.length - 1; i > 0; i--) {
      const j = this.int(0, i)
      const kept = mixed[i] as T // both indexes are inside
      mixed[i] = mixed[j] as T
      mixed[j] = kept
    }
    return mixed
  }
}

/** Whole numbers of 32 bits out of a text (FNV-1a, then the last mixing of MurmurHash3). */
function hashOf(text: string): () => number {
  let hash = 0x811c9dc5
  for (const byte of Buffer.from(text)) hash = Math.imul(hash ^ byte, 0x01000193)
  return () => {
    hash = (hash + 0x9e3779b9) | 0
    let mixed = hash ^ (hash >>> 16)
    mixed = Math.imul(mixed, 0x85ebca6b)
    mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35)
    return (mixed ^ (mixed >>> 16)) | 0
  }
}
