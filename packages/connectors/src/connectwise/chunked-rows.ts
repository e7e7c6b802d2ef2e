import { VarveError } from '@varve/core'
import { backfill } from '../http/backfill.js'
import type { CheckpointStore } from '../http/checkpoint.js'
import type { Condition } from './condition.js'
import { boundOf } from './condition.js'
import type { ConnectwiseClient, ConnectwiseList } from './connectwise-client.js'
import type { ConnectwiseRow } from './connectwise-rows.js'

/** How a long crawl is cut, and where it keeps its place. */
export interface ChunkedCrawl {
  readonly store: CheckpointStore
  /** Rows changed then or later. @defaultValue 730 days before the crawl began */
  readonly since?: string | undefined
  /** @defaultValue 30 */
  readonly chunkDays?: number | undefined
  /** No more rows than that in this start. What is not read stays before the checkpoint; so a limit should be no less than a chunk holds. */
  readonly limit?: number | undefined
  readonly where?: Condition | undefined
  readonly fields?: readonly string[] | undefined
}

/** A chunk of a crawl: rows whose last change lies in a span. */
export interface RowChunk<R extends ConnectwiseList> {
  readonly from: string
  /** Undefined for the last, which is open: what was changed since the crawl began. */
  readonly to: string | undefined
  /** Read them once, to their end. */
  readonly rows: AsyncIterable<ConnectwiseRow<R>>
  /** Whether all of it came; false until then, and when the limit cut it. */
  readonly isWhole: boolean
  /** Everything changed before this is read, once this chunk is settled: a watermark that is safe. */
  readonly watermark: string
  /** Call it when the rows are safe. A chunk that the limit cut is read again at the next start. */
  readonly done: () => Promise<void>
}

const dayMs = 86_400_000
const lookBackDays = 730

/**
 * A crawl through all changes in chunks of days, oldest first, that goes on behind the last chunk that was settled. Its bounds are those of
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
  const { store, limit = Infinity, chunkDays = 30, fields } = crawl
  if (!(chunkDays > 0)) throw new VarveError('V1009', `A chunk of ${chunkDays} days is none. Give a number above 0.`)
  const key = `connectwise ${client.tenant} ${resource} since ${crawl.since ?? `${lookBackDays} days`} by ${chunkDays} where ${crawl.where?.text ?? 'all'} fields ${fields?.join() ?? 'all'}`
  const until = await fixedBound(client, store, `${key} until`)
  let left = limit
  const parts = backfill(chunksOf(crawl.since, until, chunkDays), {
    store,
    key,
    markOf: ({ to }) => to ?? '9999',
    read: (span) => Promise.resolve(span),
  })
  for await (const { part, done } of parts) {
    let state: 'unread' | 'whole' | 'cut' = 'unread'
    const read = async function* () {
      let isCut = false
      for await (const row of client.rows(resource, { since: part.from, until: part.to, where: crawl.where, fields, ...(limit !== Infinity && { limit: left }), onCut: () => (isCut = true) })) {
        left--
        yield row
      }
      state = isCut ? 'cut' : 'whole'
    }
    const settle = async () => {
      if (state === 'unread') throw new VarveError('V1009', `The chunk of ${resource} from ${part.from} is said to be done, and its rows were not read to their end. Read them all, then call done.`)
      if (state === 'whole') await done()
    }
    yield {
      ...part,
      rows: read(),
      get isWhole() {
        return state === 'whole'
      },
      watermark: part.to ?? part.from,
      done: settle,
    }
    // What follows would be read with nothing before it.
    if ((state as string) === 'cut') return // the compiler does not see that reading the rows changes it
  }
  if ((await store.read(key)) === undefined) await store.clear(`${key} until`)
}

/** When the crawl was first started, by the clock of the source; the same for each start that goes on with it. */
async function fixedBound(client: ConnectwiseClient, store: CheckpointStore, key: string): Promise<string> {
  const fixed = await store.read(key)
  if (fixed !== undefined) return fixed
  const now = await client.serverTime()
  await store.write(key, now)
  return now
}

function chunksOf(since: string | undefined, until: string, chunkDays: number): { readonly from: string; readonly to: string | undefined }[] {
  const end = Date.parse(until)
  const chunks: { from: string; to: string | undefined }[] = []
  const step = Math.max(1000, Math.round(chunkDays * 86_400) * 1000)
  for (let from = since === undefined ? end - lookBackDays * dayMs : boundOf(since, 'since').getTime(); from < end; from += step) {
    chunks.push({ from: secondText(from), to: secondText(Math.min(end, from + step)) })
  }
  return [...chunks, { from: since === undefined ? until : secondText(Math.max(end, boundOf(since, 'since').getTime())), to: undefined }]
}

function secondText(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`
}
