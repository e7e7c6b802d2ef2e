import { Rejection, valueReader, VarveError } from '@varve/core'

/**
 * An instant as the model counts with it: `2025-03-31T10:00:00.000000`, in UTC. All are of one length, so that the order of
 * the texts is the order of time. The neutral text of an instant has no such order, since it leaves out a fraction that is zero.
 */
export type Instant = string

/** The instant of a neutral text: of a timestamp, or of a day, which means its midnight. */
export function instantOf(text: string): Instant {
  if (text.length === 10) return `${text}T00:00:00.000000`
  return text.length === 20 ? `${text.slice(0, 19)}.000000` : text.slice(0, -1).padEnd(26, '0')
}

/** The neutral text of an instant: ISO with `Z`, and no more of a fraction than there is. */
export function instantText(instant: Instant): string {
  if (instant.endsWith('.000000')) return `${instant.slice(0, 19)}Z`
  return `${instant.endsWith('000') ? instant.slice(0, 23) : instant}Z`
}

/** An instant as short as it can be said: a midnight is its day. */
export function shortInstant(instant: Instant): string {
  return instant.endsWith('T00:00:00.000000') ? instant.slice(0, 10) : instantText(instant)
}

const readInstant = valueReader({ kind: 'timestamp' })

/**
 * The instant of a load, in any spelling.
 *
 * @throws VarveError V1009 when it is none.
 */
export function readAt(at: unknown): Instant {
  const answer = readInstant(at)
  if (answer instanceof Rejection) throw new VarveError('V1009', `The instant of a load "${String(at)}" ${answer.message}.`, { context: { at: String(at) } })
  return instantOf(answer)
}
