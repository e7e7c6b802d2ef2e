import { VarveError } from '@varve/core'

/** How a set is read behind a key. */
export interface KeysetOptions<Row, Key extends string | number> {
  readonly what: string
  readonly pageSize: number
  /** The key that the source orders by; it rises from row to row. */
  readonly keyOf: (row: Row) => Key
  /** Where to go on: the last key of an earlier crawl. */
  readonly after?: Key | undefined
}

/**
 * Pages behind the last key that was seen. Rows that come, go or are touched meanwhile move nothing, so this is the way of choice.
 *
 * @throws VarveError `V3010` when keys do not rise: the source does not page by this key.
 *
 * @example
 * ```ts
 * const pages = keysetPages(({ after, pageSize }) => tickets({ conditions: `id > ${after ?? 0}`, pageSize }), { what: 'tickets', pageSize: 1000, keyOf: (ticket) => ticket.id })
 * ```
 */
export async function* keysetPages<Row, Key extends string | number>(read: (page: { readonly after: Key | undefined; readonly pageSize: number }) => Promise<readonly Row[]>, options: KeysetOptions<Row, Key>): AsyncGenerator<readonly Row[]> {
  const { keyOf, pageSize } = options
  let { after } = options
  for (;;) {
    const rows = await read({ after, pageSize })
    for (const row of rows) {
      const key = keyOf(row)
      if (after !== undefined && key <= after) throw new VarveError('V3010', `${options.what}: after key ${after} came key ${key}. The source does not page by this key, so rows would be repeated or lost; nothing more was read.`)
      after = key
    }
    if (rows.length > 0) yield rows
    if (rows.length < pageSize) return
  }
}
