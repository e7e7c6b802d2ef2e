import { Readable } from 'node:stream'
import { VarveError } from '../error/varve-error.js'

const read = new WeakSet<object>()

/**
 * Refuses a generator or a stream that was read before: it would give no rows, which looks like a source that has none.
 *
 * @throws VarveError V1009
 */
export function readOnce(source: object): void {
  if (!givesOnce(source)) return
  if (read.has(source)) {
    throw new VarveError('V1009', 'These rows were read before, and a generator or a stream gives its rows only once. Make it where it is staged, so that a transaction that is tried again reads anew, or stage it in extract.')
  }
  read.add(source)
}

function givesOnce(source: object): boolean {
  if (source instanceof ReadableStream || ('pipe' in source && typeof source.pipe === 'function')) return true
  const { [Symbol.asyncIterator]: asyncIterator, [Symbol.iterator]: iterator } = source as Partial<AsyncIterable<unknown> & Iterable<unknown>>
  return asyncIterator?.call(source) === source || iterator?.call(source) === source
}

/**
 * Lets a stream that fails before it is read wait with its error until then: unheard, the error would end the process.
 *
 * @example
 * ```ts
 * holdFailure(rows)
 * await lockIsFree()
 * for await (const row of rows) console.log(row) // throws what the stream failed with meanwhile
 * ```
 */
export function holdFailure(source: unknown): void {
  if (source instanceof Readable) source.once('error', () => {})
}
