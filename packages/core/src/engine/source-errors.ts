/**
 * Passes on what a source gives, and has its errors looked at on their way: what `caught` answers is thrown in their place. Errors of
 * whoever reads are none of the source's.
 */
export async function* withSourceErrors<T>(source: AsyncIterable<T> | Iterable<T>, caught: (error: unknown) => Error): AsyncGenerator<T> {
  const iterator = Symbol.asyncIterator in source ? source[Symbol.asyncIterator]() : source[Symbol.iterator]()
  let isOver = false
  try {
    for (;;) {
      let next: IteratorResult<T>
      try {
        next = await iterator.next()
      } catch (error) {
        isOver = true
        throw caught(error)
      }
      if (next.done) {
        isOver = true
        return
      }
      yield next.value
    }
  } finally {
    if (!isOver) await iterator.return?.()
  }
}
