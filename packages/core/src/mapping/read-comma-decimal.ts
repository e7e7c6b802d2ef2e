import { isLosslessNumber } from 'lossless-json'
import { nameOf } from '../table/value/read-number.js'
import { Rejection } from '../table/value/rejection.js'
import type { CommaDecimalOptions } from './transform.js'

const plain = /^([+-]?)(\d*)(?:,(\d+))?$/
// One kind of separator throughout: a point, an apostrophe, or one of the spaces in use.
const grouped = /^([+-]?)([1-9]\d{0,2}(?:([.' \u00a0\u202f\u2019])\d{3})(?:\3\d{3})*)(?:,(\d+))?$/
const pointed = /^([+-]?)(\d+)\.(\d+)$/
const separator = /[.' \u00a0\u202f\u2019]/g

/** Reads a decimal written with a comma, digit by digit: the answer is a decimal in text. */
export function readCommaDecimal(value: unknown, { lonePoint }: CommaDecimalOptions): string | Rejection {
  if (typeof value === 'bigint' || isLosslessNumber(value)) return String(value)
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) return new Rejection('type', 'is not a finite number')
    return Number(value.toPrecision(15)) === value ? String(value) : new Rejection('precision', 'has more digits than a JavaScript number holds for certain: have it sent as text')
  }
  if (typeof value !== 'string') return new Rejection('type', `is ${nameOf(value)}, not a decimal`)
  const text = value.trim()

  const simple = plain.exec(text)
  if (simple && (simple[2] !== '' || simple[3] !== undefined)) return decimalText(simple[1], simple[2] || '0', simple[3])
  const groups = grouped.exec(text)
  const point = pointed.exec(text) // both match 1.234; 0.125 is no number of thousands
  if (groups && point && lonePoint === undefined) return new Rejection('type', 'may be thousands or decimals: say which with commaDecimal({ lonePoint })')
  if (groups && !(point && lonePoint === 'decimals')) return decimalText(groups[1], (groups[2] as string).replace(separator, ''), groups[4])
  if (point && lonePoint !== 'thousands') return decimalText(point[1], point[2], point[3])
  return new Rejection('type', 'is not a decimal such as 1.234,56 or 7,50')
}

function decimalText(sign: string | undefined, whole: string | undefined, fraction?: string): string {
  return `${sign === '-' ? '-' : ''}${whole}${fraction === undefined ? '' : `.${fraction}`}`
}
