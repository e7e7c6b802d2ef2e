import { jsonElements } from '../body/json-elements.js'
import type { HttpClient } from '../http-client.js'
import type { HttpRequest } from '../http-request.js'

/**
 * The rows of a source that has no pages and gives everything in one answer. It is fetched until it is whole, into a file, and then read
 * row by row: memory stays flat, and no row is given out twice because the answer broke off.
 *
 * @example
 * ```ts
 * for await (const row of wholeView(http, { path: '/OTC/Data/View/data', query: { id: view }, timeoutMs: 120_000 }, ['message.data', 'data', ''])) console.log(row)
 * ```
 */
export async function* wholeView(http: HttpClient, request: HttpRequest, at: readonly string[]): AsyncGenerator {
  const body = await http.download(request)
  try {
    yield* jsonElements(body.bytes(), at)
  } finally {
    await body[Symbol.asyncDispose]()
  }
}
