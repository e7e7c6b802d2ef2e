/** Number formats that show a day, a time of day, or both. */
export type DateForm = 'date' | 'time'

// Formats that every spreadsheet knows by these numbers, without saying what they are; those up to 58 are dates of East Asian calendars.
const builtIn: readonly (readonly [from: number, to: number, form: DateForm])[] = [
  [14, 17, 'date'],
  [18, 21, 'time'],
  [22, 22, 'date'],
  [27, 36, 'date'],
  [45, 47, 'time'],
  [50, 58, 'date'],
]

/**
 * Whether a number in such a format is a day or a time of day, and not a number.
 *
 * @example
 * ```ts
 * dateForm(164, 'dd/mm/yyyy hh:mm') // 'date'
 * ```
 */
export function dateForm(id: number, code: string | undefined): DateForm | undefined {
  if (code === undefined) return builtIn.find(([from, to]) => from <= id && id <= to)?.[2]
  // Words in quotes or behind a backslash are shown as they are, brackets hold colours and conditions, but for hours that go on beyond a day.
  const letters = code.replaceAll(/"[^"]*"|\\.|_.|\*./g, '').replaceAll(/\[(?!h+\]|m+\]|s+\])[^\]]*\]/gi, '').split(';')[0] ?? ''
  if (/[dy]/i.test(letters)) return 'date'
  if (/[hs]/i.test(letters)) return 'time'
  return /m/i.test(letters) && !/general/i.test(letters) ? 'date' : undefined
}

const dayMillis = 86_400_000
/** The day before the first one: a day that never was, 29 February 1900, is counted too, so this holds from March 1900 on. */
const epochMillis = Date.UTC(1899, 11, 30)
const days1904 = 1462

/**
 * What the clocks showed that a number of days stands for, in ISO form without a zone, since spreadsheets know none: `2026-01-05T08:14:02`. A time of day is `09:30`.
 *
 * @example
 * ```ts
 * dateText(46027.34375, 'date', false) // '2026-01-05T08:15:00'
 * ```
 */
export function dateText(serial: number, form: DateForm, since1904: boolean): string {
  // To the second: a double holds no more of a day for certain than the desk tells.
  const millis = Math.round((serial * dayMillis) / 1000) * 1000
  if (form === 'time' && serial >= 0 && serial < 1) {
    const [time = ''] = new Date(millis).toISOString().slice(11).split('.')
    return time.endsWith(':00') ? time.slice(0, 5) : time
  }
  return new Date(epochMillis + millis + (since1904 ? days1904 * dayMillis : 0)).toISOString().slice(0, 19)
}
