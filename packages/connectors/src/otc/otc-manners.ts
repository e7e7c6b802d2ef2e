/** How the service desk wants to be treated. It answers whole views, so a handful of calls a day is the rule. */
export interface OtcManners {
  /** How long one call may take, its body included. @defaultValue 120 */
  readonly timeoutSeconds: number
  /** From the answer to one call to the next call, the calls that are sent again included. @defaultValue 5 */
  readonly secondsBetweenCalls: number
  /** Calls in any hour, as this client counts them. @defaultValue 100 */
  readonly callsPerHour: number
  /** From the end of one view to the call for the next. @defaultValue 30 */
  readonly secondsBetweenViews: number
  /** How often a call is sent again that met a passing trouble. @defaultValue 3 */
  readonly retries: number
  /** The wait before the first of these; it doubles each time. @defaultValue 10 */
  readonly firstDelaySeconds: number
  /** @defaultValue 300 */
  readonly longestDelaySeconds: number
  /** The wait after a 429 that names none. @defaultValue 60 */
  readonly throttledSeconds: number
  /** So many views that failed one after another, retries and all, open the circuit: nothing is asked for then. @defaultValue 3 */
  readonly circuitFailures: number
  /** How long it stays open. @defaultValue 600 */
  readonly circuitSeconds: number
  /** So many views that come well after that close it. @defaultValue 2 */
  readonly circuitProbes: number
}

/**
 * What holds unless something else is said.
 *
 * @example
 * ```ts
 * const patient: OtcManners = { ...otcManners, retries: 6 }
 * ```
 */
export const otcManners: OtcManners = {
  timeoutSeconds: 120,
  secondsBetweenCalls: 5,
  callsPerHour: 100,
  secondsBetweenViews: 30,
  retries: 3,
  firstDelaySeconds: 10,
  longestDelaySeconds: 300,
  throttledSeconds: 60,
  circuitFailures: 3,
  circuitSeconds: 600,
  circuitProbes: 2,
}
