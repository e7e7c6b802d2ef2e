import { memberNumber } from './change-tables.js'

type Row = Readonly<Record<string, unknown>>

/** Rows that belong to numbered members, in their order: taken member by member, read a slice at a time. */
export class MemberReader {
  readonly #slices: AsyncIterator<Row[]>
  #slice: readonly Row[] = []
  #at = 0
  #ended = false

  constructor(slices: AsyncIterable<Row[]>) {
    this.#slices = slices[Symbol.asyncIterator]()
  }

  /** The rows of a member; of those before it, nobody asked. */
  async take(member: bigint): Promise<Row[]> {
    const rows: Row[] = []
    for (;;) {
      while (this.#at < this.#slice.length) {
        const row = this.#slice[this.#at] as Row // within the slice
        const number = row[memberNumber.name] as bigint // numbered by us
        if (number > member) return rows
        if (number === member) rows.push(row)
        this.#at += 1
      }
      if (this.#ended) return rows
      const next = await this.#slices.next()
      if (next.done) this.#ended = true
      else this.#slice = next.value
      this.#at = 0
      if (next.done) this.#slice = []
    }
  }

  async close(): Promise<void> {
    await this.#slices.return?.()
  }
}
