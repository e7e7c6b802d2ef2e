import { VarveError } from '@varve/core'
import type { ConnectwiseResource, ConnectwiseRow } from './connectwise-rows.js'
import { largestPage, readPage, validRow, type RawWithId, type Reading, type RowSet } from './read-pages.js'

const mostReadings = 4

/**
 * Rows in an order other than that of their ids, for which the source has numbered pages only. What is touched or deleted between two of
 * them shifts the others, and no count would show it; so what spans several pages is read until two readings agree.
 *
 * @throws VarveError `V3010`, retryable, when no two readings did.
 */
export async function orderedRows<R extends ConnectwiseResource>(reading: Reading, set: RowSet & { readonly resource: R }, orderBy: string, limit = Infinity): Promise<ConnectwiseRow<R>[]> {
  let before: string | undefined
  for (let round = 0; round < mostReadings; round++) {
    const { rows, pages } = await readOnce(reading, set, orderBy, limit)
    const order = rows.map(({ id }) => id).join()
    const isTwice = new Set(rows.map(({ id }) => id)).size < rows.length
    if (!isTwice && (pages === 1 || order === before)) return rows.flatMap((raw) => validRow(reading, set.resource, raw))
    before = isTwice ? undefined : order
  }
  throw new VarveError('V3010', `${reading.http.source}: ${set.resource} ordered by ${orderBy} moved in each of ${mostReadings} readings. None of them was used. Read them in the order of their ids, or run it again when less is changed.`, { isRetryable: true, context: { kind: 'moving', resource: set.resource } })
}

async function readOnce(reading: Reading, set: RowSet, orderBy: string, limit: number): Promise<{ readonly rows: readonly RawWithId[]; readonly pages: number }> {
  // The same for every page: a smaller last one would begin elsewhere.
  const pageSize = Math.min(largestPage, limit)
  const rows: RawWithId[] = []
  for (let page = 1; ; page++) {
    const answer = await readPage(reading, set, set.condition, { page, pageSize, orderBy })
    rows.push(...answer.rows)
    if (answer.next === undefined || answer.rows.length === 0 || rows.length >= limit) return { rows: rows.slice(0, limit), pages: page }
  }
}
