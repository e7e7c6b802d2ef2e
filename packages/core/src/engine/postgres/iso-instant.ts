/**
 * Turns the server's spelling of an instant (`2025-03-31 10:00:00.5+00`, sessions are in UTC) into ISO with `Z`:
 * no fraction, milliseconds, or microseconds, whichever is the shortest that loses nothing.
 */
export function isoInstant(text: string): string {
  const match = /^(\d{4,})-(\d\d)-(\d\d)[ T](\d\d:\d\d:\d\d)(?:\.(\d{1,6}))?(?:Z|[+-]00(?::?00)?)?( BC)?$/.exec(text)
  if (!match || match[6] !== undefined) return text // infinity, BC: left as the server says it
  const fraction = (match[5] ?? '').padEnd(6, '0')
  const shown = fraction === '000000' ? '' : fraction.endsWith('000') ? `.${fraction.slice(0, 3)}` : `.${fraction}`
  return `${match[1]}-${match[2]}-${match[3]}T${match[4]}${shown}Z`
}
