/**
 * How often and how far apart a request is sent again that met a passing trouble.
 *
 * @example
 * ```ts
 * const patient: RetryPolicy = { retries: 8, firstDelayMs: 1_000, longestDelayMs: 60_000, totalMs: 15 * 60_000 }
 * ```
 */
export interface RetryPolicy {
  readonly retries: number
  readonly firstDelayMs: number
  readonly longestDelayMs: number
  /** The time one request may take in all, waits included: a wait that would go beyond is not begun. */
  readonly totalMs: number
  /** The share of each wait that is left to chance. @defaultValue 0.5 */
  readonly spread?: number | undefined
  /** How long to wait after a 429 that names no time. @defaultValue as after any other failure */
  readonly throttledMs?: number | undefined
}

export const defaultRetryPolicy: RetryPolicy = { retries: 5, firstDelayMs: 500, longestDelayMs: 30_000, totalMs: 5 * 60_000 }

/** Whether a status tells of a passing trouble. */
export function isPassingStatus(status: number): boolean {
  return status === 408 || status === 425 || status === 429 || (status >= 500 && status !== 501 && status !== 505)
}

/**
 * How long to wait before the next attempt. What the source asked for is honoured and never shortened; else the wait doubles, with
 * half of it, or another share, left to chance so that many clients do not come back at once.
 */
export function retryDelayMs(policy: RetryPolicy, attempt: number, askedMs: number | undefined, random: () => number): number {
  if (askedMs !== undefined) return Math.ceil(askedMs + random() * Math.min(1000, askedMs / 10))
  const full = Math.min(policy.longestDelayMs, policy.firstDelayMs * 2 ** (attempt - 1))
  const spread = policy.spread ?? 0.5
  return Math.ceil(full * (1 - spread) + random() * full * spread)
}
