import type { CompleteInstant } from '../memory/said-word.js'
import { instantOf, type Instant } from '../model/instant.js'

/** A load as the ledger has it. */
export interface LoadRecord {
  readonly load_number: number
  readonly batch_id: string
  readonly at: string
  readonly complete: boolean
}

/** The loads of a dimension so far, and the one that is on its way. */
export class KnownLoads {
  /** Complete loads so far in the order of their instants; of several for one instant the first. */
  readonly complete: readonly CompleteInstant[]
  readonly number: number
  readonly isFirst: boolean
  readonly #numbers = new Map<string, number>()
  readonly #batches = new Map<number, string>()

  constructor(records: readonly LoadRecord[], readonly batchId: string) {
    const first = new Map<Instant, CompleteInstant>()
    for (const record of records) {
      const at = instantOf(record.at)
      if (record.complete && !first.has(at)) first.set(at, { at, load: record.load_number })
      this.#enter(record.load_number, record.batch_id)
    }
    this.complete = [...first.values()].toSorted((one, other) => (one.at < other.at ? -1 : 1))
    this.number = (records.at(-1)?.load_number ?? 0) + 1
    this.isFirst = records.length === 0
    this.#enter(this.number, batchId)
  }

  /** Complete loads with the one on its way. */
  completeWith(at: Instant): readonly CompleteInstant[] {
    if (this.complete.some((load) => load.at === at)) return this.complete
    return [...this.complete, { at, load: this.number }].toSorted((one, other) => (one.at < other.at ? -1 : 1))
  }

  /** The number of a batch's load; 0 for a batch that nobody knows, which then came before all others. */
  numberOf(batchId: string | null): number {
    return batchId === null ? 0 : (this.#numbers.get(batchId) ?? 0)
  }

  batchOf(number: number): string {
    return this.#batches.get(number) ?? this.batchId
  }

  /** Of several loads in one batch the last: it is the one that could still be told apart. */
  #enter(number: number, batchId: string): void {
    this.#numbers.set(batchId, number)
    this.#batches.set(number, batchId)
  }
}
