import { Rejection, valueReader, VarveError } from '@varve/core'

const read = valueReader({ kind: 'timestamp' })

/**
 * Reads an instant that a caller gives: ISO text with any offset (UTC without one, midnight for a bare day), microseconds kept, or a `Date`.
 *
 * @throws VarveError V1009 when it is none.
 */
export function readInstant(value: string | Date, name: string): string {
  const answer = read(value)
  if (!(answer instanceof Rejection)) return answer
  throw new VarveError('V1009', `${name} "${String(value)}" ${answer.message}. Give ISO text such as 2025-03-31 or 2025-03-31T10:00:00+02:00, or a Date.`, { context: { [name]: String(value) } })
}

/** Whether one instant lies before another; both as {@link readInstant} answers them. */
export function isBefore(one: string, other: string): boolean {
  // Without the Z, an instant with a fraction sorts behind the second that it begins with.
  return one.slice(0, -1) < other.slice(0, -1)
}
