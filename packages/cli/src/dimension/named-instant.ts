import { basename } from 'node:path'

// A time is one after "T", or with dashes or colons in it: a number behind a day may count anything. What looks like a time and is none
// must not be taken for its day.
const time = /(?:T(?<hour>\d{2})[-:]?(?<minute>\d{2})(?:[-:]?(?<second>\d{2})(?:[.,](?<fraction>\d+))?)?|[_ ](?<hour2>\d{2})[-:](?<minute2>\d{2})(?:[-:](?<second2>\d{2})(?:[.,](?<fraction2>\d+))?)?)(?:Z|(?<offset>[+-]\d{2}[-:]?\d{2})(?!\d)|(?![-+:.,]?\d))/
const inNames = new RegExp(`(?<!\\d)(?<day>\\d{4}-\\d{2}-\\d{2})(?:${time.source}|(?!T?\\d|[_ ]\\d{2}[-:]\\d))`, 'g')

/**
 * The instant that the name of a file tells: `2024-01-31.csv`, `2024-01-31T10-00-00Z.ndjson`, `2024-01-31T10-00-00+02-00.csv`, also with words
 * around it; in UTC where it has no offset. Nothing where it tells none, or several.
 */
export function namedInstant(file: string): string | undefined {
  const [only, another] = [...basename(file).matchAll(inNames)]
  if (!only || another) return undefined
  const { day = '', hour, minute, second, fraction, hour2, minute2, second2, fraction2, offset } = only.groups ?? {}
  if (hour === undefined && hour2 === undefined) return day
  const zone = offset === undefined ? 'Z' : `${offset.slice(0, 3)}:${offset.slice(-2)}`
  const part = fraction ?? fraction2
  return `${day}T${hour ?? hour2}:${minute ?? minute2}:${second ?? second2 ?? '00'}${part === undefined ? '' : `.${part}`}${zone}`
}
