import { isLosslessNumber } from 'lossless-json'
import { nameOf } from '../table/value/read-number.js'
import { Rejection } from '../table/value/rejection.js'
import { instantText } from './instant-text.js'

const plainNumber = /^(-?)(\d{1,18})(?:\.(\d+))?$/
const units = { seconds: { noun: 'seconds', places: 6 }, millis: { noun: 'milliseconds', places: 3 } } as const

/** Reads a time since 1970 in seconds or milliseconds as an instant, to microseconds. */
export function readEpoch(value: unknown, unit: 'seconds' | 'millis'): string | Rejection {
  const { noun, places } = units[unit]
  if (typeof value !== 'number' && typeof value !== 'bigint' && typeof value !== 'string' && !isLosslessNumber(value)) return new Rejection('type', `is ${nameOf(value)}, not ${noun} since 1970`)
  const match = plainNumber.exec(String(value).trim())
  if (!match) return new Rejection('type', `is not a number of ${noun} since 1970`)
  const [, sign, whole = '', fraction = ''] = match
  const size = BigInt(whole + fraction.slice(0, places).padEnd(places, '0'))
  const micros = sign === '-' ? -size : size
  const rest = ((micros % 1_000_000n) + 1_000_000n) % 1_000_000n
  const instant = instantText(Number((micros - rest) / 1000n), rest === 0n ? '' : String(rest).padStart(6, '0'))
  return typeof instant === 'string' ? instant : new Rejection('range', `lies outside of the years 1 to 9999 when it is read as ${noun}`)
}
