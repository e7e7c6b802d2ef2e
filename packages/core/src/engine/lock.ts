import { setTimeout as sleep } from 'node:timers/promises'

/** How a lock is asked for. */
export interface LockOptions {
  /** `refuse` fails at once with who holds it; `wait` waits; a number waits that many milliseconds. @defaultValue 'wait' */
  readonly wait?: 'wait' | 'refuse' | number
  readonly signal?: AbortSignal | undefined
  /** Told once who holds it, when there is somebody to wait for. */
  readonly waiting?: ((holder: string) => void) | undefined
}

/** A lock that is held until it is released, or until the process ends. */
export interface Lock extends AsyncDisposable {
  readonly name: string
  /** Aborted when the lock is lost without having been released: the work it protects must stop. */
  readonly lost: AbortSignal
  release(): Promise<void>
}

/** The pause between two looks at a lock; what interrupts it is thrown as the signal gives it. */
export async function untilNextLook(ms: number, signal: AbortSignal | undefined): Promise<void> {
  signal?.throwIfAborted()
  await sleep(ms, undefined, signal ? { signal } : {}).catch((error: unknown) => {
    signal?.throwIfAborted()
    throw error
  })
}
