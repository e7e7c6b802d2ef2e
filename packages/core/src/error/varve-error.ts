import { errorCodes, type ErrorCode } from './error-codes.js'

/** What an error carries beside its message; everything in it may be shown, so no secrets. */
export interface VarveErrorOptions {
  readonly cause?: unknown
  /** Facts a program can act on: table, column, key, holder … */
  readonly context?: Readonly<Record<string, unknown>>
  /** Whether the same work may succeed when it is tried again without a change. */
  readonly isRetryable?: boolean
}

/**
 * The one error of Varve: a stable code, a message that says what failed, the value, what is allowed and what to do next.
 *
 * @example
 * ```ts
 * try {
 *   await batch.run()
 * } catch (error) {
 *   if (error instanceof VarveError && error.code === 'V4001') await tryAgainLater()
 * }
 * ```
 */
export class VarveError extends Error {
  override readonly name = 'VarveError'
  readonly code: ErrorCode
  readonly context: Readonly<Record<string, unknown>>
  readonly isRetryable: boolean

  constructor(code: ErrorCode, message: string, options: VarveErrorOptions = {}) {
    super(`[${code}] ${message}`, options.cause === undefined ? undefined : { cause: options.cause })
    this.code = code
    this.context = options.context ?? {}
    this.isRetryable = options.isRetryable ?? false
  }

  /** The exit code of a command that ends with this error. */
  get exitCode(): number {
    return errorCodes[this.code].exit
  }
}
