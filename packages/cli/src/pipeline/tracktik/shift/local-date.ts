const formats = new Map<string, Intl.DateTimeFormat | undefined>()

/**
 * The date that the clocks of a zone show at an instant, or nothing where there is no such zone.
 *
 * @example
 * ```ts
 * localDate('2025-03-07T04:30:00Z', 'America/New_York') // '2025-03-06'
 * ```
 */
export function localDate(instant: string, timeZone: string): string | undefined {
  if (!formats.has(timeZone)) formats.set(timeZone, formatOf(timeZone))
  return formats.get(timeZone)?.format(Date.parse(instant))
}

/** Sweden writes dates as ISO does. */
function formatOf(timeZone: string): Intl.DateTimeFormat | undefined {
  try {
    return new Intl.DateTimeFormat('sv-SE', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' })
  } catch {
    return undefined
  }
}
