// Most values arrive in the very spelling that readers answer. To see that takes a look at each character, several times
// less than to take them apart and put them together again (measured); whatever is not seen here is read the long way.

/** Whether the text is a day, such as 2025-03-31. */
export function isCanonicalDay(text: string): boolean {
  return text.length === 10 && startsWithDay(text)
}

/** Whether the text is an instant in its shortest spelling: ISO with `Z`, and no fraction, milliseconds or microseconds. */
export function isCanonicalInstant(text: string): boolean {
  const { length } = text
  if ((length !== 20 && length !== 24 && length !== 27) || text.charCodeAt(length - 1) !== 0x5a || text.charCodeAt(10) !== 0x54) return false
  if (text.charCodeAt(13) !== colon || text.charCodeAt(16) !== colon || !startsWithDay(text)) return false
  const hour = number2(text, 11)
  const minute = number2(text, 14)
  const second = number2(text, 17)
  if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 59) return false
  if (length === 20) return true
  if (text.charCodeAt(19) !== point) return false
  for (let at = 20; at < length - 1; at++) if (!isDigit(text.charCodeAt(at))) return false
  return text.charCodeAt(length - 2) !== zero || text.charCodeAt(length - 3) !== zero || text.charCodeAt(length - 4) !== zero
}

/** Whether the text is a whole number of at most so many digits, without needless zeros. */
export function isCanonicalWhole(text: string, most: number): boolean {
  const start = text.charCodeAt(0) === dash ? 1 : 0
  const digits = text.length - start
  if (digits < 1 || digits > most) return false
  if (text.charCodeAt(start) === zero && text.length > 1) return false
  for (let at = start; at < text.length; at++) if (!isDigit(text.charCodeAt(at))) return false
  return true
}

/** The text of a plain decimal with exactly the scale's digits; nothing where it is spelled otherwise, or does not fit. */
export function canonicalDecimal(text: string, precision: number, scale: number): string | undefined {
  const start = text.charCodeAt(0) === dash ? 1 : 0
  let at = start
  while (isDigit(text.charCodeAt(at))) at += 1
  const digits = at - start
  if (digits < 1 || digits > precision - scale || (digits > 1 && text.charCodeAt(start) === zero)) return undefined
  if (start === 1 && text.charCodeAt(1) === zero) return undefined // a zero loses its sign
  if (at === text.length) return scale === 0 ? text : `${text}.${zeros.slice(0, scale)}`
  if (text.charCodeAt(at) !== point) return undefined
  const fraction = text.length - at - 1
  if (fraction < 1 || fraction > scale) return undefined
  for (at += 1; at < text.length; at++) if (!isDigit(text.charCodeAt(at))) return undefined
  return fraction === scale ? text : text + zeros.slice(fraction, scale)
}

/** Whether such a day is on the calendar; years run from 1 to 9999. */
export function isDay(year: number, month: number, day: number): boolean {
  if (year < 1 || month < 1 || month > 12 || day < 1) return false
  const leap = month === 2 && year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)
  return day <= (monthDays[month - 1] as number) + (leap ? 1 : 0)
}

const monthDays = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
const zeros = '0'.repeat(38)
const zero = 0x30
const dash = 0x2d
const colon = 0x3a
const point = 0x2e

const isDigit = (code: number) => code >= zero && code <= 0x39

/** Two digits as a number; less than 0 where they are none. */
function number2(text: string, at: number): number {
  const tens = text.charCodeAt(at)
  const ones = text.charCodeAt(at + 1)
  return isDigit(tens) && isDigit(ones) ? (tens - zero) * 10 + ones - zero : -10_000
}

function startsWithDay(text: string): boolean {
  return text.charCodeAt(4) === dash && text.charCodeAt(7) === dash && isDay(number2(text, 0) * 100 + number2(text, 2), number2(text, 5), number2(text, 8))
}
