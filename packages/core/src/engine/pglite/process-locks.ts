import { VarveError } from '../../error/varve-error.js'
import { untilNextLook, type Lock, type LockOptions } from '../lock.js'

const pollMs = 20

/**
 * Locks by name within one engine. The directory lock keeps other processes out altogether, so nothing more is needed
 * for an embedded database.
 */
export class ProcessLocks {
  readonly #held = new Map<string, string>()

  constructor(private readonly where: string) {}

  async take(name: string, options: LockOptions = {}): Promise<Lock> {
    const wait = options.wait ?? 'wait'
    const deadline = wait === 'wait' ? Infinity : wait === 'refuse' ? 0 : Date.now() + wait
    let isTold = false
    for (let since = this.#held.get(name); since !== undefined; since = this.#held.get(name)) {
      const holder = `process ${process.pid} since ${since}`
      if (Date.now() >= deadline) {
        throw new VarveError('V4001', `${this.where}: the lock "${name}" is held by this very process (${process.pid}) since ${since}. Wait for the other load to end.`, {
          isRetryable: true,
          context: { lock: name, holder },
        })
      }
      if (!isTold) options.waiting?.(holder)
      isTold = true
      await untilNextLook(pollMs, options.signal)
    }
    this.#held.set(name, new Date().toISOString())
    let released = false
    const release = async () => {
      if (!released) this.#held.delete(name)
      released = true
      return Promise.resolve()
    }
    return { name, lost: new AbortController().signal, release, [Symbol.asyncDispose]: release }
  }
}
