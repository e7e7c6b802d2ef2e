import type { Random } from '../random.js'
import type { ConnectwiseRecord } from './connectwise-records.js'

/** The rows of a table in the order of their ids. A row is never changed, only put in the place of another, so whoever holds one keeps it as it was. */
export class RecordTable<R extends ConnectwiseRecord = ConnectwiseRecord> {
  readonly #rows: R[]
  #highestId: number
  #names: ReadonlySet<string> | undefined

  /** @param rows in the order of their ids */
  constructor(rows: R[]) {
    this.#rows = rows
    this.#highestId = rows.at(-1)?.id ?? 0
    this.#names = namesOf(rows[0])
  }

  get rows(): readonly R[] {
    return this.#rows
  }

  /** An id that no row has had, not even one that was removed. */
  get nextId(): number {
    return this.#highestId + 1
  }

  /** What the rows have; undefined where there never were any. */
  get names(): ReadonlySet<string> | undefined {
    return this.#names
  }

  find(id: number): R | undefined {
    const row = this.#rows[this.placeBehind(id - 1)]
    return row?.id === id ? row : undefined
  }

  /** Where the rows begin that have a larger id. */
  placeBehind(id: number): number {
    let low = 0
    let high = this.#rows.length
    while (low < high) {
      const middle = (low + high) >> 1
      if ((this.#rows[middle]?.id ?? Infinity) <= id) low = middle + 1
      else high = middle
    }
    return low
  }

  put(row: R): void {
    this.#highestId = Math.max(this.#highestId, row.id)
    this.#names ??= namesOf(row)
    const place = this.placeBehind(row.id - 1)
    this.#rows.splice(place, this.#rows[place]?.id === row.id ? 1 : 0, row)
  }

  remove(id: number): void {
    const place = this.placeBehind(id - 1)
    if (this.#rows[place]?.id === id) this.#rows.splice(place, 1)
  }

  /** So many different rows by chance, or all where there are fewer, in the order of their ids. */
  some(count: number, random: Random): R[] {
    const places = new Set<number>()
    while (places.size < Math.min(count, this.#rows.length)) places.add(random.int(0, this.#rows.length - 1))
    return [...places].toSorted((a, b) => a - b).flatMap((place) => this.#rows[place] ?? [])
  }
}

function namesOf(row: ConnectwiseRecord | undefined): ReadonlySet<string> | undefined {
  return row && new Set(Object.keys(row))
}
