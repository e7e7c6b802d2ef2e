/**
 * The rows of pages, one by one, a page at a time: the next page is asked for when its first row is.
 *
 * @example
 * ```ts
 * await context.stage(tickets, rowsOf(linkedPages(read, '/service/tickets')))
 * ```
 */
export async function* rowsOf<Row>(pages: AsyncIterable<readonly Row[]>): AsyncGenerator<Row> {
  for await (const page of pages) yield* page
}
