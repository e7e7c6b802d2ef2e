import { Rejection, valueReader, VarveError } from '@varve/core'

const read = valueReader({ kind: 'timestamp' })

/**
 * The latest of several instants in any spelling, in UTC and with its microseconds.
 *
 * @example
 * ```ts
 * latestInstant(['2025-03-10T00:00:00.5Z', '2025-03-10T01:00:00+01:00']) // '2025-03-10T00:00:00.5Z'
 * ```
 */
export function latestInstant(instants: readonly string[]): string {
  return instants.map(canonical).reduce((latest, one) => (comparable(one) > comparable(latest) ? one : latest))
}

/** Without its end, one that goes on with a fraction is the later one in the order of texts, too. */
function comparable(instant: string): string {
  return instant.slice(0, -1)
}

function canonical(text: string): string {
  const instant = read(text)
  if (instant instanceof Rejection) throw new VarveError('V3010', `TrackTik: "${text}" is no instant: it ${instant.message}.`)
  return instant
}
