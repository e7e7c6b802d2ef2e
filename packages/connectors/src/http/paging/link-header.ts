import { VarveError } from '@varve/core'

/** A page, and where the next one is. */
export interface LinkedPage<Row> {
  readonly rows: readonly Row[]
  /** The address of the next page; undefined on the last. */
  readonly next: string | undefined
}

/**
 * Pages that each name the next one, as a `Link` header does; also forward-only ones such as `pageId`.
 *
 * @throws VarveError `V3010` when a page leads back to one that was read.
 *
 * @example
 * ```ts
 * const read = async (path: string) => {
 *   const { body, headers } = await http.json({ path }, z.array(ticket))
 *   return { rows: body, next: nextLink(headers) }
 * }
 * for await (const rows of linkedPages(read, '/service/tickets?pageSize=1000')) save(rows)
 * ```
 */
export async function* linkedPages<Row>(read: (address: string) => Promise<LinkedPage<Row>>, first: string): AsyncGenerator<readonly Row[]> {
  const visited = new Set<string>()
  for (let address: string | undefined = first; address !== undefined; ) {
    if (visited.has(address)) throw new VarveError('V3010', `The pages lead in a circle: one of ${visited.size} pages names an earlier one as the next. The source is at fault; nothing more can be read in this way.`)
    visited.add(address)
    const page: LinkedPage<Row> = await read(address)
    if (page.rows.length > 0) yield page.rows
    address = page.next
  }
}

const link = /<([^>]*)>((?:\s*;\s*[\w!#$&+.^`|~-]+\*?\s*=\s*(?:"[^"]*"|[^\s;,"]+))*)/g
const isNext = /;\s*rel\s*=\s*(?:"(?:[^"]*\s)?next(?:\s[^"]*)?"|next)(?:\s*;|\s*$)/i

/**
 * The address under `rel="next"` of a `Link` header (RFC 8288).
 *
 * @example
 * ```ts
 * nextLink(new Headers({ link: '<https://x.test/t?page=2>; rel="next", <https://x.test/t?page=6>; rel="last"' })) // 'https://x.test/t?page=2'
 * ```
 */
export function nextLink(headers: Headers): string | undefined {
  for (const [, address, parameters = ''] of (headers.get('link') ?? '').matchAll(link)) {
    if (isNext.test(parameters)) return address
  }
  return undefined
}
