/** The number of a working day, from Monday, 5 January 1970 on; a day at a weekend counts as the Monday after. */
export function weekdayNumber(dayOfEpoch: number): number {
  const sinceMonday = dayOfEpoch - 4
  const week = Math.floor(sinceMonday / 7)
  return week * 5 + Math.min(5, sinceMonday - week * 7)
}

const dates = new Map<number, string>()

/** The date of a working day. */
export function dateOf(weekday: number): string {
  const known = dates.get(weekday)
  if (known !== undefined) return known
  const week = Math.floor(weekday / 5)
  const text = new Date((week * 7 + (weekday - week * 5) + 4) * 86_400_000).toISOString().slice(0, 10)
  dates.set(weekday, text)
  return text
}
