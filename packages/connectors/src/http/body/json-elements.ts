import { Tokenizer, TokenParser } from '@streamparser/json'
import { VarveError } from '@varve/core'
import { readNumber } from './read-json.js'

/** Keeps the digits of each number. */
class ExactTokenizer extends Tokenizer {
  override parseNumber(text: string): number {
    return readNumber(text) as number // the library hands on whatever this answers, and never counts with it
  }
}

/**
 * The elements of an array inside JSON, while its bytes arrive: memory holds a few elements, not the body.
 *
 * **Details**
 *
 * `at` names where the array may be, in dotted paths, '' for the body itself: sources wrap the same rows differently. Numbers lose no digit.
 *
 * @throws VarveError `V3010` when the bytes are no whole JSON.
 *
 * @example
 * ```ts
 * for await (const row of jsonElements(download.bytes(), ['message.data', 'data', ''])) console.log(row)
 * ```
 */
export async function* jsonElements(bytes: AsyncIterable<Uint8Array> | Iterable<Uint8Array>, at: readonly string[]): AsyncGenerator {
  let ready: unknown[] = []
  const tokenizer = new ExactTokenizer()
  const elements = new TokenParser({ paths: at.map((path) => `$${path === '' ? '' : `.${path}`}.*`), keepStack: false })
  tokenizer.onToken = (token) => elements.write(token)
  elements.onValue = ({ value, key }) => {
    if (typeof key === 'number') ready.push(value) // the values of an object come with their names
  }
  const parse = (step: () => void) => {
    try {
      step()
    } catch (error) {
      throw new VarveError('V3010', `The answer is no whole JSON: ${(error as Error).message}. Read it again.`, { cause: error, isRetryable: true })
    }
  }
  for await (const chunk of bytes) {
    parse(() => tokenizer.write(chunk))
    yield* ready
    ready = []
  }
  parse(() => tokenizer.end())
  yield* ready
  if (!elements.isEnded) throw new VarveError('V3010', 'The answer is no whole JSON: it ends in the middle. Read it again.', { isRetryable: true })
}
