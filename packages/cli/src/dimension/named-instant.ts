import { basename } from 'node:path'

const inNames = /(?<!\d)(\d{4}-\d{2}-\d{2})(?:[T_ ](\d{2})[-:]?(\d{2})(?:[-:]?(\d{2})(?:[.,](\d{1,6}))?)?Z?)?(?!\d)/g

/**
 * The instant that the name of a file tells, in UTC: `2024-01-31.csv`, `2024-01-31T10-00-00Z.ndjson`, also with words around it. Nothing
 * where it tells none, or several.
 *
 * @param pattern Finds the instant in the name instead: by its first group, or as a whole.
 */
export function namedInstant(file: string, pattern?: RegExp): string | undefined {
  const name = basename(file)
  if (pattern) {
    const found = pattern.exec(name)
    const text = found?.[1] ?? found?.[0]
    return text === undefined ? undefined : (namedInstant(text) ?? text)
  }
  const [only, another] = [...name.matchAll(inNames)]
  if (!only || another) return undefined
  const [, day = '', hour, minute, second = '00', fraction] = only
  return hour === undefined ? day : `${day}T${hour}:${minute}:${second}${fraction === undefined ? '' : `.${fraction}`}Z`
}
