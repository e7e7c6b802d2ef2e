import type { ColumnSpec } from '../../table/table-spec.js'
import { isDay } from '../../table/value/canonical.js'

/**
 * Tells of the bytes of a field whether the engine would read them as the very value that our own reader makes of them.
 * A `false` is no rejection: it sends the row the slow way, through the reader. So a check may be too strict, never too lax.
 */
export type FieldCheck = (bytes: Uint8Array, start: number, end: number) => boolean

const never: FieldCheck = () => false

/** The check of a column. Types that need real parsing (json, binary) always go the slow way. */
export function fieldCheck(column: ColumnSpec): FieldCheck {
  const { type } = column
  switch (type.kind) {
    case 'integer':
      return (bytes, start, end) => isDigits(bytes, start + sign(bytes, start), end, 9)
    case 'bigint':
      return (bytes, start, end) => isDigits(bytes, start + sign(bytes, start), end, 18)
    case 'float':
      return isFloat
    case 'decimal': {
      const { precision, scale } = type
      return (bytes, start, end) => isDecimal(bytes, start + sign(bytes, start), end, precision - scale, scale)
    }
    case 'boolean':
      return isTruth
    case 'date':
      return (bytes, start, end) => end - start === 10 && isDate(bytes, start)
    case 'timestamp':
      return isInstant
    case 'time':
      return (bytes, start, end) => isClock(bytes, start, end)
    case 'uuid':
      return isUuid
    case 'text': {
      const { length } = type
      // As many bytes as characters at most; a longer one is counted the slow way.
      return length === undefined ? () => true : (_bytes, start, end) => end - start <= length
    }
    case 'json':
    case 'binary':
      return never
  }
}

const zero = 0x30
const dash = 0x2d
const colon = 0x3a
const point = 0x2e

const sign = (bytes: Uint8Array, at: number) => (bytes[at] === dash ? 1 : 0)
const isDigit = (byte: number | undefined) => byte !== undefined && byte >= zero && byte <= 0x39

function isDigits(bytes: Uint8Array, start: number, end: number, most: number): boolean {
  if (end <= start || end - start > most) return false
  for (let at = start; at < end; at++) if (!isDigit(bytes[at])) return false
  return true
}

function isDecimal(bytes: Uint8Array, start: number, end: number, most: number, scale: number): boolean {
  let at = start
  while (at < end && bytes[at] === zero) at++
  const first = at
  while (at < end && isDigit(bytes[at])) at++
  if (at === start || at - first > most) return false
  return at === end || (bytes[at] === point && isDigits(bytes, at + 1, end, scale))
}

// Both sides round correctly, so any number of digits is read alike; but a zero with a sign is another value to engines than to us.
function isFloat(bytes: Uint8Array, start: number, end: number): boolean {
  return bytes[start] === dash ? isDecimal(bytes, start + 1, end, 20, 20) && !isZero(bytes, start + 1, end) : isDecimal(bytes, start, end, 20, 20)
}

function isZero(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end; at++) if (bytes[at] !== zero && bytes[at] !== point) return false
  return true
}

function number2(bytes: Uint8Array, at: number): number {
  return ((bytes[at] as number) - zero) * 10 + (bytes[at + 1] as number) - zero
}

const are = (bytes: Uint8Array, start: number, count: number) => isDigits(bytes, start, start + count, count)

function isDate(bytes: Uint8Array, at: number): boolean {
  return (
    are(bytes, at, 4) && bytes[at + 4] === dash && are(bytes, at + 5, 2) && bytes[at + 7] === dash && are(bytes, at + 8, 2) &&
    isDay(number2(bytes, at) * 100 + number2(bytes, at + 2), number2(bytes, at + 5), number2(bytes, at + 8))
  )
}

function isClock(bytes: Uint8Array, at: number, end: number): boolean {
  if (end - at < 8 || !are(bytes, at, 2) || bytes[at + 2] !== colon || !are(bytes, at + 3, 2) || bytes[at + 5] !== colon || !are(bytes, at + 6, 2)) return false
  if (number2(bytes, at) > 23 || number2(bytes, at + 3) > 59 || number2(bytes, at + 6) > 59) return false
  return end - at === 8 || (bytes[at + 8] === point && isDigits(bytes, at + 9, end, 6))
}

function isInstant(bytes: Uint8Array, start: number, end: number): boolean {
  if (end - start < 19 || !isDate(bytes, start) || (bytes[start + 10] !== 0x54 && bytes[start + 10] !== 0x20)) return false
  const last = bytes[end - 1]
  // Without an offset it is UTC, for us and for our sessions.
  return isClock(bytes, start + 11, last === 0x5a ? end - 1 : end)
}

function isTruth(bytes: Uint8Array, start: number, end: number): boolean {
  if (end - start === 1) return bytes[start] === 0x74 || bytes[start] === 0x66 || bytes[start] === 0x31 || bytes[start] === zero
  return equals(bytes, start, end, 'true') || equals(bytes, start, end, 'false')
}

function equals(bytes: Uint8Array, start: number, end: number, word: string): boolean {
  if (end - start !== word.length) return false
  for (let at = 0; at < word.length; at++) if (bytes[start + at] !== word.charCodeAt(at)) return false
  return true
}

function isUuid(bytes: Uint8Array, start: number, end: number): boolean {
  if (end - start !== 36) return false
  for (let at = 0; at < 36; at++) {
    const byte = bytes[start + at] as number
    if (at === 8 || at === 13 || at === 18 || at === 23) {
      if (byte !== dash) return false
    } else if (!isDigit(byte) && (byte < 0x61 || byte > 0x66) && (byte < 0x41 || byte > 0x46)) return false
  }
  return true
}
