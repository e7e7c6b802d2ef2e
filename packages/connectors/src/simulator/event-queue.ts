import type { Micros } from '../time/micros.js'

interface Entry {
  readonly at: Micros
  readonly number: number
  readonly run: () => void
}

/** What will happen in a simulated world, in the order of time; what is due at one instant happens in the order it was planned. */
export class EventQueue {
  readonly #heap: Entry[] = []
  #numbers = 0

  plan(at: Micros, run: () => void): void {
    const entry = { at, number: this.#numbers++, run }
    let place = this.#heap.length
    this.#heap.push(entry)
    while (place > 0) {
      const parent = (place - 1) >> 1
      const above = this.#heap[parent] as Entry // a parent is inside
      if (isBefore(above, entry)) break
      this.#heap[place] = above
      place = parent
    }
    this.#heap[place] = entry
  }

  /** The next event that is due by then. */
  takeDue(by: Micros): Entry | undefined {
    const first = this.#heap[0]
    if (!first || first.at > by) return undefined
    const last = this.#heap.pop() as Entry // there is one
    if (this.#heap.length > 0) this.#sink(last)
    return first
  }

  #sink(entry: Entry): void {
    let place = 0
    for (;;) {
      let child = 2 * place + 1
      const left = this.#heap[child]
      if (!left) break
      const right = this.#heap[child + 1]
      if (right && isBefore(right, left)) child++
      const below = this.#heap[child] as Entry // left or right
      if (isBefore(entry, below)) break
      this.#heap[place] = below
      place = child
    }
    this.#heap[place] = entry
  }
}

function isBefore(a: Entry, b: Entry): boolean {
  return a.at < b.at || (a.at === b.at && a.number < b.number)
}
