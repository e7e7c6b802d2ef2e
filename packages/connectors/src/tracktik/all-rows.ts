import { ignoredFilter } from './ignored-filter.js'
import { readRowsPatiently, type Reading, type RowSet } from './read-rows.js'
import type { TracktikRow, TracktikRowResource } from './tracktik-rows.js'

/** Which rows of a resource that is read whole. */
export interface RowQuery {
  /** Only these. */
  readonly ids?: readonly number[] | undefined
  /** Only what belongs to these regions. */
  readonly regions?: readonly number[] | undefined
}

/** The portal takes no longer lists. */
const mostIds = 100

/** All rows of a resource, or those with certain ids. */
export async function* allRows<R extends TracktikRowResource>(reading: Reading, resource: R, { ids, regions }: RowQuery, filters: Readonly<Record<string, string>> = {}): AsyncGenerator<TracktikRow<R>> {
  const set = (query: RowSet['query']): RowSet => ({ query: { ...filters, ...query }, regions, without: [] })
  if (!ids) {
    yield* await readRowsPatiently(reading, resource, set({}))
    return
  }
  const wanted = [...new Set(ids)]
  for (let at = 0; at < wanted.length; at += mostIds) {
    const some = wanted.slice(at, at + mostIds)
    yield* await readRowsPatiently(reading, resource, { ...set({ 'id:in': some.join(',') }), check: (rows) => checkIds(resource, some, rows) })
  }
}

function checkIds(resource: string, wanted: readonly number[], rows: readonly Readonly<Record<string, unknown>>[]): void {
  const stray = rows.find((row) => !wanted.includes(row['id'] as number)) // a number, as the form of the page says
  if (stray) throw ignoredFilter(resource, `ids among ${wanted.length} given ones`, `id ${String(stray['id'])}`)
}
