import { isLosslessNumber } from 'lossless-json'
import type { LogicalType } from '../logical-type.js'
import { canonicalDecimal, isCanonicalWhole } from './canonical.js'
import { Rejection } from './rejection.js'

const limits = {
  integer: { low: -2147483648n, high: 2147483647n, safeDigits: 9 },
  bigint: { low: -9223372036854775808n, high: 9223372036854775807n, safeDigits: 18 },
} as const

const wholeNumber = /^([+-]?)0*(\d+)(?:\.0*)?$/

/** Reads a whole number of 32 or 64 bits. */
export function readInteger(value: unknown, kind: 'integer' | 'bigint'): string | Rejection {
  if (typeof value === 'number') {
    if (!Number.isInteger(value)) return new Rejection('type', `is not a whole number, as ${kind} needs`)
    if (!Number.isSafeInteger(value)) return new Rejection('precision', 'is beyond 2^53, where a JavaScript number no longer holds every digit: send it as text or bigint')
    if (kind === 'integer' && (value < -2147483648 || value > 2147483647)) return outOfRange(kind)
    if (value === 0) return '0' // also the one with a sign
    // Beyond 31 bits the way round by bigint takes half the time (measured).
    return value < 1073741824 && value > -1073741824 ? String(value) : String(BigInt(value))
  }
  if (typeof value === 'bigint') return inRange(value, kind)
  if (isLosslessNumber(value)) return readInteger(value.value, kind)
  if (typeof value !== 'string') return new Rejection('type', `is ${nameOf(value)}, not a whole number`)
  if (isCanonicalWhole(value, limits[kind].safeDigits)) return value
  const match = wholeNumber.exec(value.trim())
  if (!match) return new Rejection('type', `is not a whole number, as ${kind} needs`)
  const digits = match[2] as string
  const sign = match[1] === '-' && digits !== '0' ? '-' : ''
  if (digits.length <= limits[kind].safeDigits) return sign + digits
  return inRange(BigInt(sign + digits), kind)
}

function inRange(value: bigint, kind: 'integer' | 'bigint'): string | Rejection {
  const { low, high } = limits[kind]
  return value < low || value > high ? outOfRange(kind) : String(value)
}

function outOfRange(kind: 'integer' | 'bigint'): Rejection {
  return new Rejection('range', `is outside of ${kind} (${limits[kind].low} to ${limits[kind].high})`)
}

const plainDecimal = /^([+-]?)(\d*)(?:\.(\d*))?$/
const exponentDecimal = /^([+-]?)(\d*)(?:\.(\d*))?[eE]([+-]?\d{1,4})$/

/** Reads an exact decimal; the answer has exactly the scale's digits, so equal values have equal texts. */
export function readDecimal(value: unknown, type: Extract<LogicalType, { kind: 'decimal' }>): string | Rejection {
  if (typeof value === 'number') {
    const rounded = shortDecimal(value, type)
    if (rounded !== undefined) return rounded
  } else if (typeof value === 'string') {
    const canonical = canonicalDecimal(value, type.precision, type.scale)
    if (canonical !== undefined) return canonical
  }
  let text: string
  if (typeof value === 'string') text = value.trim()
  else if (typeof value === 'bigint') text = String(value)
  else if (isLosslessNumber(value)) text = value.value
  else if (typeof value === 'number') {
    if (!Number.isFinite(value)) return new Rejection('type', 'is not a finite number')
    text = String(value)
    // A double holds 15 digits for certain; with more, what was meant can no longer be told.
    if (text.replace(/^-?0?\.?0*|[.-]|e.*$/g, '').replace(/0+$/, '').length > 15) return new Rejection('precision', 'has more digits than a JavaScript number holds: send it as text')
  } else return new Rejection('type', `is ${nameOf(value)}, not a decimal`)

  const match = plainDecimal.exec(text) ?? fromExponent(text)
  if (!match) return new Rejection('type', 'is not a decimal number')
  const whole = (match[2] ?? '').replace(/^0+/, '')
  const fraction = match[3] ?? ''
  if ((match[2] ?? '') === '' && fraction === '') return new Rejection('type', 'is not a decimal number')
  const { precision, scale } = type
  if (whole.length > precision - scale) return new Rejection('range', `has more than ${precision - scale} digits before the point, which decimal(${precision},${scale}) does not hold`)
  const kept = fraction.slice(0, scale).padEnd(scale, '0')
  if (fraction.length > scale && /[1-9]/.test(fraction.slice(scale))) return new Rejection('precision', `has more than ${scale} digits after the point, which decimal(${precision},${scale}) does not hold`)
  const digits = scale === 0 ? whole || '0' : `${whole || '0'}.${kept}`
  return match[1] === '-' && /[1-9]/.test(digits) ? `-${digits}` : digits
}

const powers = [1, 10, 100, 1000, 10_000, 100_000, 1_000_000]

/** The text of a number that is some whole number of the scale's last place: by way of that whole number, which is quickly written. */
function shortDecimal(value: number, { precision, scale }: { readonly precision: number; readonly scale: number }): string | undefined {
  const power = powers[scale]
  if (power === undefined) return undefined
  const units = Math.round(value * power)
  // So few digits stand for one double only, so what divides back to the number is what was meant by it.
  if (units / power !== value || units > 999_999_999 || units < -999_999_999) return undefined
  const digits = String(units < 0 ? -units : units)
  if (digits.length > precision) return undefined
  const sign = units < 0 ? '-' : ''
  if (scale === 0) return sign + digits
  const whole = digits.length - scale
  return whole > 0 ? `${sign}${digits.slice(0, whole)}.${digits.slice(whole)}` : `${sign}0.${'0'.repeat(-whole)}${digits}`
}

function fromExponent(text: string): RegExpExecArray | null {
  const match = exponentDecimal.exec(text)
  if (!match) return null
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = match
  if (whole === '' && fraction === '') return null
  const digits = whole + fraction
  const point = whole.length + Number(exponent)
  if (Math.abs(point) > 1000) return null
  const padded = point < 0 ? '0'.repeat(-point) + digits : digits.padEnd(point, '0')
  const at = Math.max(point, 0)
  return plainDecimal.exec(`${sign}${padded.slice(0, at) || '0'}.${padded.slice(at)}`)
}

/** Reads a double; NaN and the infinities are no values of a warehouse. */
export function readFloat(value: unknown): string | Rejection {
  let number: number
  if (typeof value === 'number') number = value
  else if (isLosslessNumber(value)) number = Number(value.value)
  else if (typeof value === 'string' && /^\s*[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?\s*$/i.test(value)) number = Number(value)
  else return new Rejection('type', typeof value === 'string' ? 'is not a number' : `is ${nameOf(value)}, not a number`)
  if (!Number.isFinite(number)) return new Rejection('range', 'is not a finite number')
  return Object.is(number, -0) ? '0' : String(number)
}

/** What a value is, in words. */
export function nameOf(value: unknown): string {
  if (Array.isArray(value)) return 'a list'
  if (value instanceof Date) return 'a date'
  if (value instanceof Error) return `an error (${value.message})`
  if (value instanceof Uint8Array) return 'bytes'
  if (typeof value === 'object') return 'an object'
  if (typeof value === 'string') return 'text'
  return typeof value === 'boolean' ? 'a truth value' : `a ${typeof value}`
}
