import { jsonString } from './json-string.js'

/** A value as JSON with a line end, every text redacted. */
export function jsonText(value: unknown, redact: (text: string) => string): string {
  return `${jsonString(value, 2, redact)}\n`
}
