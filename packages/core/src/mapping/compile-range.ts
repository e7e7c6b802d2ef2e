import { readInstant } from '../table/value/read-instant.js'
import { compareDecimals, isDecimal } from './compare-decimals.js'
import type { CompiledRule } from './compile-rule.js'
import type { ValueRange } from './rule.js'
import { valueText } from './value-text.js'

/** Something that bounds can be: how its values are read into texts, and how those compare. */
interface Scale {
  readonly noun: string
  readonly less: string
  readonly more: string
  read(value: unknown): string | undefined
  compare(a: string, b: string): number
}

const numbers: Scale = {
  noun: 'a number',
  less: 'less than',
  more: 'more than',
  read(value) {
    const text = typeof value === 'boolean' ? undefined : valueText(value)
    return text !== undefined && isDecimal(text) ? text : undefined
  },
  compare: compareDecimals,
}

const instants: Scale = {
  noun: 'a date or an instant',
  less: 'before',
  more: 'after',
  read(value) {
    const instant = readInstant(value)
    // Without the Z at its end, a text that goes on is later than one that stops.
    return typeof instant === 'string' ? instant.slice(0, -1) : undefined
  },
  compare: (a, b) => (a < b ? -1 : a > b ? 1 : 0),
}

/** Makes a range ready to judge any number of values: by their digits, so that no double rounds a bound away. */
export function compileRange({ min, max }: ValueRange, mistake: (what: string) => void): CompiledRule {
  const bounds = [min, max].filter((bound) => bound !== undefined)
  const scale = [numbers, instants].find((candidate) => bounds.every((bound) => candidate.read(bound) !== undefined))
  if (bounds.length === 0) mistake('a range has no bounds: give min, max or both')
  if (!scale) {
    mistake(`a range has the bounds ${bounds.join(' and ')}, which cannot be compared: they must be numbers, or ISO dates and instants`)
    return () => undefined
  }
  const [low, high] = [scale.read(min), scale.read(max)]
  if (low !== undefined && high !== undefined && scale.compare(low, high) > 0) mistake(`a range from ${min} to ${max} is empty: min must not be more than max`)

  return (value) => {
    const text = scale.read(value)
    if (text === undefined) return `is not ${scale.noun}, so it lies in no range`
    if (low !== undefined && scale.compare(text, low) < 0) return `is ${scale.less} ${min}`
    return high !== undefined && scale.compare(text, high) > 0 ? `is ${scale.more} ${max}` : undefined
  }
}
