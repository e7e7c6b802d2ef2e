import type { LogicalType } from './logical-type.js'

const integerDigits = { integer: 10, bigint: 19 } as const

/**
 * Whether every value of one type is a value of the other, unchanged: the only type changes made by themselves.
 *
 * @example
 * ```ts
 * isLosslessWidening(parseType('integer'), parseType('bigint')) // true
 * isLosslessWidening(parseType('text'), parseType('text(20)')) // false
 * ```
 */
export function isLosslessWidening(from: LogicalType, to: LogicalType): boolean {
  // A double holds every whole number of 32 bits, but not every one of 64.
  if (from.kind === 'integer' && (to.kind === 'bigint' || to.kind === 'float')) return true
  if ((from.kind === 'integer' || from.kind === 'bigint') && to.kind === 'decimal') {
    return to.precision - to.scale >= integerDigits[from.kind]
  }
  if (from.kind === 'text' && to.kind === 'text') {
    return to.length === undefined || (from.length !== undefined && to.length >= from.length)
  }
  if (from.kind === 'decimal' && to.kind === 'decimal') {
    return to.scale >= from.scale && to.precision - to.scale >= from.precision - from.scale
  }
  return false
}
