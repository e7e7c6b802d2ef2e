import { VarveError } from '@varve/core'
import type { CheckpointStore } from '../http/checkpoint.js'
import { boundOf, secondText, type Condition } from './condition.js'
import type { ConnectwiseClient, ConnectwiseList } from './connectwise-client.js'
import type { ConnectwiseRow } from './connectwise-rows.js'

/** How a long crawl is cut, and where it keeps its place. */
export interface ChunkedCrawl {
  readonly store: CheckpointStore
  /** Rows changed then or later. @defaultValue 730 days before the crawl began */
  readonly since?: string | undefined
  /** @defaultValue 30 */
  readonly chunkDays?: number | undefined
  /** No more rows than that in this start; the next one goes on behind them. */
  readonly limit?: number | undefined
  readonly where?: Condition | undefined
  readonly fields?: readonly string[] | undefined
}

/** A chunk of a crawl, or what is left of it: rows whose last change lies in a span. */
export interface RowChunk<R extends ConnectwiseList> {
  readonly from: string
  /** Undefined for the last, which is open: what was changed since the crawl began. */
  readonly to: string | undefined
  /** Read them once, to their end. */
  readonly rows: AsyncIterable<ConnectwiseRow<R>>
  /** Whether the chunk came to its end; false until then, and when the limit cut it. */
  readonly isWhole: boolean
  /** What was changed before this, from `since` on, has been read: a watermark that is safe. A chunk that was cut does not move it, for it is read by id. */
  readonly watermark: string
  /** Call it when the rows are safe: from then on a new start begins behind them. */
  readonly done: () => Promise<void>
}

/** How far a crawl has come. */
interface Place {
  /** When it was first started, by the clock of the source: the same for each start that goes on with it. */
  readonly until: string
  /** The chunk that is next, from 0. */
  readonly chunk: number
  /** The last id of it that was read, where a limit cut it. */
  readonly after?: number | undefined
}

const dayMs = 86_400_000
const lookBackDays = 730

/**
 * A crawl through all changes in chunks of days, oldest first, that goes on behind what was settled last. Its bounds are those of
 * its first start: what is touched meanwhile leaves its chunk and is found in the last, which is open.
 *
 * @throws VarveError `V1009` when a chunk is called done whose rows were not read to their end.
 *
 * @example
 * ```ts
 * for await (const chunk of chunkedRows(client, 'tickets', { store: new FileCheckpointStore('.varve/checkpoints') })) {
 *   await load(chunk.rows)
 *   await chunk.done()
 * }
 * ```
 */
export async function* chunkedRows<R extends ConnectwiseList>(client: ConnectwiseClient, resource: R, crawl: ChunkedCrawl): AsyncGenerator<RowChunk<R>> {
  const { store, limit = Infinity, chunkDays = 30, since, where, fields } = crawl
  if (!(chunkDays > 0)) throw new VarveError('V1009', `A chunk of ${chunkDays} days is none. Give a number above 0.`)
  const key = `connectwise ${client.tenant} ${resource} since ${since ?? `${lookBackDays} days`} by ${chunkDays} where ${where?.text ?? 'all'} fields ${fields?.join() ?? 'all'}`
  const known = await store.read(key)
  const place = known === undefined ? { until: await client.serverTime(), chunk: 0 } : (JSON.parse(known) as Place) // written below
  const chunks = chunksOf(since, place.until, chunkDays)
  let left = limit
  for (let at = place.chunk; at < chunks.length; at++) {
    const span = chunks[at] as Span // it is there
    const chunk = new ReadingChunk(client, resource, { ...span, after: at === place.chunk ? place.after : undefined, limit: left, where, fields }, async ({ isWhole, lastId }) => {
      if (isWhole && at + 1 === chunks.length) await store.clear(key)
      else await store.write(key, JSON.stringify(isWhole ? { until: place.until, chunk: at + 1 } : { until: place.until, chunk: at, after: lastId }))
    })
    yield chunk
    left -= chunk.count
    // What follows would be read with nothing before it.
    if (!chunk.isWhole) return
  }
}

interface Span {
  readonly from: string
  readonly to: string | undefined
}

interface ChunkQuery extends Span {
  readonly after: number | undefined
  readonly limit: number
  readonly where: Condition | undefined
  readonly fields: readonly string[] | undefined
}

class ReadingChunk<R extends ConnectwiseList> implements RowChunk<R> {
  readonly from: string
  readonly to: string | undefined
  readonly rows: AsyncIterable<ConnectwiseRow<R>>
  readonly #resource: R
  readonly #settle: (read: { readonly isWhole: boolean; readonly lastId: number | undefined }) => Promise<void>
  #state: 'unread' | 'whole' | 'cut' = 'unread'
  #lastId: number | undefined
  count = 0

  constructor(client: ConnectwiseClient, resource: R, query: ChunkQuery, settle: (read: { readonly isWhole: boolean; readonly lastId: number | undefined }) => Promise<void>) {
    this.from = query.from
    this.to = query.to
    this.#resource = resource
    this.#lastId = query.after
    this.#settle = settle
    this.rows = this.#read(client, query)
  }

  get isWhole(): boolean {
    return this.#state === 'whole'
  }

  get watermark(): string {
    return this.isWhole ? (this.to ?? this.from) : this.from
  }

  done = async (): Promise<void> => {
    if (this.#state === 'unread') throw new VarveError('V1009', `The chunk of ${this.#resource} from ${this.from} is said to be done, and its rows were not read to their end. Read them all, then call done.`)
    await this.#settle({ isWhole: this.isWhole, lastId: this.#lastId })
  }

  async *#read(client: ConnectwiseClient, { from, to, after, limit, where, fields }: ChunkQuery): AsyncGenerator<ConnectwiseRow<R>> {
    let isCut = false
    for await (const row of client.rows(this.#resource, { since: from, until: to, after, where, fields, limit: limit === Infinity ? undefined : limit, onCut: () => (isCut = true) })) {
      this.count++
      this.#lastId = row.id
      yield row
    }
    this.#state = isCut ? 'cut' : 'whole'
  }
}

function chunksOf(since: string | undefined, until: string, chunkDays: number): Span[] {
  const end = Date.parse(until)
  const start = since === undefined ? end - lookBackDays * dayMs : boundOf(since, 'since').getTime()
  const stepMs = Math.max(1000, Math.round(chunkDays * 86_400) * 1000)
  const chunks: Span[] = []
  for (let from = start; from < end; from += stepMs) chunks.push({ from: secondText(from), to: secondText(Math.min(end, from + stepMs)) })
  return [...chunks, { from: secondText(Math.max(end, start)), to: undefined }]
}
