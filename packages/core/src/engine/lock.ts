/** How a lock is asked for. */
export interface LockOptions {
  /** `refuse` fails at once with who holds it; `wait` waits; a number waits that many milliseconds. @defaultValue 'wait' */
  readonly wait?: 'wait' | 'refuse' | number
  readonly signal?: AbortSignal | undefined
}

/** A lock that is held until it is released, or until the process ends. */
export interface Lock extends AsyncDisposable {
  readonly name: string
  /** Aborted when the lock is lost without having been released: the work it protects must stop. */
  readonly lost: AbortSignal
  release(): Promise<void>
}
