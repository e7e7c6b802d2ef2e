import { VarveError } from '@varve/core'

/** How a backfill is cut, and how far it has come: kept as the watermark of its batches. */
export interface BackfillPlace {
  /** From then on; null for all there is. */
  readonly since: string | null
  /** When it was begun, by the clock of the source: later changes are for the runs after it. */
  readonly until: string
  readonly chunkDays: number
  /** The chunk that is read next, from 0. */
  readonly chunk: number
  /** The last id that was read of that chunk, where a limit cut it. */
  readonly after: number | null
}

/** A part of a backfill: rows whose last change lies in a span. */
export interface Chunk {
  readonly from: string | undefined
  readonly until: string
}

/** The watermark under which the place is kept. */
export const backfillMark = 'backfill'

const dayMs = 86_400_000
const lookBackDays = 730

/**
 * The chunks of a backfill, oldest first. Without a beginning, the first of them is all that was not changed for two years.
 *
 * @example
 * ```ts
 * chunksOf({ since: '2025-01-01T00:00:00Z', until: '2025-02-15T00:00:00Z', chunkDays: 30 }).length // 2
 * ```
 */
export function chunksOf({ since, until, chunkDays }: Pick<BackfillPlace, 'since' | 'until' | 'chunkDays'>): readonly Chunk[] {
  const end = Date.parse(until)
  const begin = since === null ? end - lookBackDays * dayMs : Date.parse(since)
  const chunks: Chunk[] = since === null ? [{ from: undefined, until: secondText(begin) }] : []
  const stepMs = Math.max(1000, Math.round(chunkDays * 86_400) * 1000)
  for (let from = begin; from < end; from += stepMs) chunks.push({ from: secondText(from), until: secondText(Math.min(end, from + stepMs)) })
  return chunks
}

/** The place as a watermark has it; undefined when there is none to go on from. */
export function readPlace(mark: string | undefined): BackfillPlace | undefined {
  if (mark === undefined || mark === doneMark) return undefined
  const place = JSON.parse(mark) as BackfillPlace // written by placeMark alone
  if (typeof place.until === 'string' && typeof place.chunk === 'number') return place
  throw new VarveError('V9001', `The place of a backfill is kept as ${mark}, which is none.`)
}

/** The watermark of a place: of what comes next, or of having come to the end. */
export function placeMark(place: BackfillPlace): string {
  return place.chunk >= chunksOf(place).length ? doneMark : JSON.stringify(place)
}

/** What stands in place of a place when the end is reached. */
export const doneMark = 'done'

function secondText(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`
}
