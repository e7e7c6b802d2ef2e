import { VarveError } from '@varve/core'

/** A page by number, and what the source says of the whole, where it does. */
export interface NumberedPage<Row> {
  readonly rows: readonly Row[]
  /** How many pages there are. */
  readonly pages?: number | undefined
}

/** How a set is read by the number of the page. */
export interface PageNumberOptions<Row> {
  readonly what: string
  readonly pageSize: number
  /** The number of the first page. @defaultValue 1 */
  readonly first?: number | undefined
  readonly idOf: (row: Row) => string | number
}

/**
 * Pages by number, until one is not full or is the last that the source knows of. A row that comes again, because rows before it moved, is
 * left out; that one was skipped cannot be seen: prefer a keyset where the source has one.
 *
 * @throws VarveError `V3010` when a page brings nothing but rows that were there before: the source does not turn the page.
 *
 * @example
 * ```ts
 * for await (const rows of pagesByNumber(({ page, pageSize }) => issues(page, pageSize), { what: 'issues', pageSize: 100, first: 0, idOf: (row) => row.uuid })) save(rows)
 * ```
 */
export async function* pagesByNumber<Row>(read: (page: { readonly page: number; readonly pageSize: number }) => Promise<NumberedPage<Row>>, options: PageNumberOptions<Row>): AsyncGenerator<Row[]> {
  const { pageSize, idOf, first = 1 } = options
  const seen = new Set<string | number>()
  for (let page = first; ; page++) {
    const { rows, pages } = await read({ page, pageSize })
    const fresh = rows.filter((row) => !seen.has(idOf(row)))
    for (const row of fresh) seen.add(idOf(row))
    if (rows.length > 0 && fresh.length === 0) throw new VarveError('V3010', `${options.what}: page ${page} holds only rows that were on earlier pages. The source does not turn the page; nothing more can be read in this way.`)
    if (fresh.length > 0) yield fresh
    if (rows.length === 0 || (pages === undefined ? rows.length < pageSize : page - first + 1 >= pages)) return
  }
}
