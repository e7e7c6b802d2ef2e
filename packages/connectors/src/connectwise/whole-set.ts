import { VarveError } from '@varve/core'
import { IdSet } from '../http/paging/id-set.js'
import { allOf, where } from './condition.js'
import { changedAt, countOf, largestPage, pagesById, type RawWithId, type Reading, type RowSet } from './read-pages.js'

const rereads = 2

/** How far a reading by id goes. */
export interface IdRange {
  /** Only rows behind this id. */
  readonly after?: number | undefined
  /** No more rows than that. */
  readonly limit?: number | undefined
  /** Told when there was more than the limit. */
  readonly onCut?: (() => void) | undefined
}

/**
 * The rows of a set in the order of their ids, each once, while they arrive; and at the end the source's own count of them. Where it
 * counts more than came, the set is read again, and what was missing is given out.
 *
 * **Details**
 *
 * Counted is what was not changed since the reading began: rows leave that set, and none enters it. So fewer than were read is the life of
 * the source; more than were read is a loss. What is changed meanwhile has a later instant, and belongs to the next crawl.
 *
 * @throws VarveError `V3010`, retryable, when rows are missing in every reading.
 */
export async function* wholeSet(reading: Reading, set: RowSet, range: IdRange): AsyncGenerator<RawWithId> {
  const { after, limit = Infinity, onCut } = range
  const seen = new IdSet()
  const settled = new IdSet()
  let given = 0
  let startedAt: number | undefined
  for (let round = 0; ; round++) {
    // One more than the limit tells whether there is more. Pages go by id, so their size does not matter to where they begin.
    for await (const page of pagesById(reading, set, { after, pageSize: Math.min(largestPage, limit + 1) })) {
      startedAt ??= page.answeredAt
      for (const raw of page.rows) {
        const at = changedAt(raw)
        if (set.until && at !== undefined && at >= set.until.getTime()) continue // changed between the search and the answer: it is in the set no more
        const bound = settledBefore(set, startedAt)
        if (bound === undefined || (at !== undefined && at < bound)) settled.add(raw.id)
        if (!seen.add(raw.id)) continue
        if (given >= limit) {
          onCut?.()
          return
        }
        given++
        yield raw
      }
    }
    const bound = settledBefore(set, startedAt)
    const counted = await countOf(reading, set, allOf(set.condition, after === undefined ? undefined : where('id', '>', after), bound === undefined ? undefined : where('_info/lastUpdated', '<', new Date(bound))))
    if (counted <= settled.size) return
    if (round === rereads) throw new VarveError('V3010', `${reading.http.source}: of ${counted} ${set.resource} that the source counts, ${settled.size} came, in ${rereads + 1} readings. The crawl is not whole; run it again, and look at the rights of the account if it stays so.`, { isRetryable: true, context: { kind: 'moving', resource: set.resource, counted, arrived: settled.size } })
    reading.log?.warn({ source: reading.http.source, resource: set.resource, counted, arrived: settled.size }, 'the source counts more than came; reading again')
  }
}

/** From when on a change is no concern of this reading; undefined where nothing tells, and the set is taken as it is. */
function settledBefore(set: RowSet, startedAt: number | undefined): number | undefined {
  if (startedAt === undefined || Number.isNaN(startedAt)) return undefined
  return set.until && set.until.getTime() <= startedAt ? undefined : startedAt
}
