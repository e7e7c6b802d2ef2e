import { VarveError } from '@varve/core'

/** A page by offset, and what the source says of the whole. */
export interface OffsetPage<Row> {
  readonly rows: readonly Row[]
  /** How many rows there are in all; undefined where the source does not say. */
  readonly total: number | undefined
}

/** How a set is read by limit and offset. */
export interface LimitOffsetOptions<Row> {
  /** For messages: what is read. */
  readonly what: string
  readonly limit: number
  /** The identity of a row. */
  readonly idOf: (row: Row) => string | number
  /** How often the set is read again when it moved while it was read. @defaultValue 3 */
  readonly rereads?: number | undefined
}

/**
 * Reads a whole set by limit and offset, and gives it out only when it is sure to be whole.
 *
 * **Details**
 *
 * Rows that come or go while a set is paged through shift the pages behind them, and rows are repeated or skipped. So each page asks for
 * the last row of the one before as well, which must come again in its place; the total must not change; and as many
 * different rows must have come as the total says. Where any of this fails, the set is read again from its beginning.
 * A set of one page cannot move.
 *
 * @throws VarveError `V3010`, retryable, when the set moved in every reading.
 *
 * @example
 * ```ts
 * const employees = await readByOffset(({ limit, offset }) => portal.page('employees', limit, offset), { what: 'employees', limit: 1000, idOf: (row) => row.id })
 * ```
 */
export async function readByOffset<Row>(read: (page: { readonly limit: number; readonly offset: number }) => Promise<OffsetPage<Row>>, options: LimitOffsetOptions<Row>): Promise<Row[]> {
  const rereads = options.rereads ?? 3
  let trouble = ''
  for (let reading = 0; reading <= rereads; reading++) {
    const rows = new Map<string | number, Row>()
    trouble = await readOnce(read, options, rows)
    if (trouble === '') return [...rows.values()]
  }
  throw new VarveError('V3010', `${options.what}: the rows moved while they were read, ${rereads + 1} times over (${trouble}). None of them was used. Run it again when less is changed, or ask for less at once.`, {
    isRetryable: true,
    context: { kind: 'moving' },
  })
}

/** One reading; answers what went wrong, or nothing. */
async function readOnce<Row>(read: (page: { limit: number; offset: number }) => Promise<OffsetPage<Row>>, { limit, idOf }: LimitOffsetOptions<Row>, rows: Map<string | number, Row>): Promise<string> {
  const first = await read({ limit, offset: 0 })
  const { total } = first
  for (const row of first.rows) rows.set(idOf(row), row)
  if (rows.size < first.rows.length) return 'a page had a row twice'
  let position = first.rows.length
  let last = first.rows.at(-1)
  let isEnd = first.rows.length === 0 || (total === undefined ? first.rows.length < limit : position >= total)
  while (!isEnd && last !== undefined) {
    const page = await read({ limit, offset: position - 1 })
    if (page.total !== total) return `the total went from ${total} to ${page.total}`
    const [again, ...fresh] = page.rows
    if (again === undefined || idOf(again) !== idOf(last)) return `the page at ${position} did not join the one before`
    for (const row of fresh) {
      if (rows.has(idOf(row))) return `row ${idOf(row)} came twice`
      rows.set(idOf(row), row)
    }
    position += fresh.length
    last = fresh.at(-1)
    isEnd = fresh.length === 0 || (total === undefined ? page.rows.length < limit : position >= total)
  }
  return total === undefined || rows.size === total ? '' : `${rows.size} different rows of ${total} came`
}

/** Whether a set moved in every reading: then a smaller set may hold still. */
export function isMoving(error: unknown): boolean {
  return error instanceof VarveError && error.context['kind'] === 'moving'
}
