import type { CheckpointStore } from './checkpoint.js'

/** A part of a long crawl that was read and waits to be settled. */
export interface BackfillPart<Part, Rows> {
  readonly part: Part
  readonly rows: Rows
  /** Call it when the rows are safe: from then on, a new start begins behind this part. */
  readonly done: () => Promise<void>
}

/** How a long crawl goes on where it stopped. */
export interface BackfillOptions<Part, Rows> {
  readonly store: CheckpointStore
  /** Names the crawl, its bounds included: another crawl must not go on from its checkpoint. */
  readonly key: string
  /** Rises from part to part as text does, such as the end of a window in ISO. */
  readonly markOf: (part: Part) => string
  readonly read: (part: Part) => Promise<Rows>
}

/**
 * A long crawl in parts, that goes on behind the last part that was settled. A part that was read and not settled is read again.
 *
 * @example
 * ```ts
 * const parts = backfill(months, { store, key: 'shifts 2023 to 2025', markOf: (month) => month.to, read: (month) => readShifts(month) })
 * for await (const { rows, done } of parts) {
 *   await load(rows)
 *   await done()
 * }
 * ```
 */
export async function* backfill<Part, Rows>(parts: Iterable<Part>, options: BackfillOptions<Part, Rows>): AsyncGenerator<BackfillPart<Part, Rows>> {
  const { store, key, markOf, read } = options
  const reached = await store.read(key)
  let isSettled = true
  for (const part of parts) {
    const mark = markOf(part)
    if (reached !== undefined && mark <= reached) continue
    isSettled = false
    const done = async () => {
      await store.write(key, mark)
      isSettled = true
    }
    yield { part, rows: await read(part), done }
  }
  if (isSettled) await store.clear(key)
}
