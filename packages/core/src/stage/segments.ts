/** How long a source may keep the engine waiting inside one bulk statement. */
const idleMs = 250

/**
 * Cuts a stream where its source pauses: each segment is one bulk statement of the engine, so that none stays open, holding a
 * snapshot, while a slow source makes up its mind.
 *
 * @param signal Ends the wait for a source that gives nothing any more.
 */
export async function* segments<T>(source: AsyncIterable<T>, signal?: AbortSignal): AsyncGenerator<AsyncGenerator<T>> {
  const iterator = source[Symbol.asyncIterator]()
  let pending = iterator.next()
  try {
    for (;;) {
      const first = await orAborted(pending, signal)
      if (first.done) return
      let ended = false
      const segment = async function* (): AsyncGenerator<T> {
        let next: IteratorResult<T> = first
        while (!next.done) {
          yield next.value
          pending = iterator.next()
          const settled = await soon(pending)
          if (settled === undefined) return
          next = settled
        }
        ended = true
      }
      yield segment()
      if (ended) return
    }
  } finally {
    // When the reader fails, the source is told to stop, but not waited for: it may be stuck, and its words would hide the failure.
    pending.catch(() => undefined)
    iterator.return?.().catch(() => undefined)
  }
}

function soon<T>(promise: Promise<T>): Promise<T | undefined> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, idleMs, undefined)
    promise.then(resolve, reject).finally(() => clearTimeout(timer))
  })
}

function orAborted<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return promise
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason as Error)
    if (signal.aborted) abort()
    signal.addEventListener('abort', abort, { once: true })
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort))
  })
}
