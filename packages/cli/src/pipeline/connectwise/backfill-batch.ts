import { VarveError } from '@varve/core'
import { backfillMark, chunksOf, placeMark, type BackfillPlace } from './backfill-place.js'
import { readUntil, WindowBatch, type Window, type WindowReading, type WindowTarget } from './window-batch.js'

/** A chunk of a backfill, committed with the place that comes after it. */
export class BackfillBatch extends WindowBatch {
  override readonly type = 'backfill'

  constructor(
    target: WindowTarget,
    private readonly place: BackfillPlace,
    private readonly known: Pick<Window, 'limit' | 'counted'>,
  ) {
    super(target)
  }

  protected override window(): Promise<Window> {
    const chunk = chunksOf(this.place)[this.place.chunk]
    if (!chunk) throw new VarveError('V9001', `A backfill was to go on at chunk ${this.place.chunk}, and has ${chunksOf(this.place).length}.`)
    return Promise.resolve({ ...chunk, after: this.place.after ?? undefined, ...this.known })
  }

  protected override marks(reading: WindowReading, known: string | undefined): Readonly<Record<string, string>> {
    const mark = placeMark(placeAfter(this.place, reading))
    const { since, chunk } = this.place
    // With the last chunk, everything up to the beginning of the backfill is read, unless it left something out before: then runs go on from there.
    const isGap = since !== null && (known === undefined || since > known)
    const isEnd = reading.isWhole && !isGap && chunk + 1 >= chunksOf(this.place).length
    return { [backfillMark]: mark, ...(isEnd && (known === undefined || known < this.place.until) ? { [readUntil]: this.place.until } : {}) }
  }
}

/** Where a backfill goes on after a chunk was read, or a part of it. */
export function placeAfter(place: BackfillPlace, { isWhole, lastId }: Pick<WindowReading, 'isWhole' | 'lastId'>): BackfillPlace {
  return isWhole ? { ...place, chunk: place.chunk + 1, after: null } : { ...place, after: lastId ?? place.after }
}
