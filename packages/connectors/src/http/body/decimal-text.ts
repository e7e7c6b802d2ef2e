import { isLosslessNumber } from 'lossless-json'

const plain = /^-?\d+(?:\.\d+)?$/
const withExponent = /^(-?)(\d+)(?:\.(\d+))?[eE]([+-]?\d{1,3})$/

/** A number of JSON, or a text that is one, as plain decimal text with every digit; undefined for anything else. */
export function decimalText(value: unknown): string | undefined {
  const text = isLosslessNumber(value) ? value.value : typeof value === 'number' && Number.isFinite(value) ? String(value) : typeof value === 'string' ? value.trim() : ''
  if (plain.test(text)) return text
  const match = withExponent.exec(text)
  if (!match) return undefined
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = match
  const point = whole.length + Number(exponent)
  const digits = (whole + fraction).padStart((whole + fraction).length + Math.max(0, 1 - point), '0')
  const at = Math.max(1, point)
  const head = digits.slice(0, at).padEnd(at, '0')
  return sign + (at >= digits.length ? head : `${head}.${digits.slice(at)}`)
}
