import { errorMessage } from '../error/error-message.js'
import { compileRange } from './compile-range.js'
import type { LengthRange, FieldRule } from './rule.js'
import { listed, valueText } from './value-text.js'

/** What is wrong with a value, to complete a sentence that begins with it; `undefined` when it meets the rule. */
export type CompiledRule = (value: unknown, row: Readonly<Record<string, unknown>>) => string | undefined

/** Makes a rule ready to run on any number of rows. What is wrong with it is told to `mistake`. */
export function compileRule(rule: Exclude<FieldRule, { kind: 'required' }>, mistake: (what: string) => void): CompiledRule {
  switch (rule.kind) {
    case 'allowed':
      return compileAllowed(rule.values, mistake)
    case 'range':
      return compileRange(rule.bounds, mistake)
    case 'length':
      return compileLength(rule.bounds, mistake)
    case 'pattern':
      return compilePattern(rule.pattern, mistake)
    case 'check': {
      const { test, must } = rule
      return (value, row) => {
        try {
          return test(value, row) ? undefined : `must ${must}`
        } catch (error) {
          return `must ${must}, but the check failed: ${errorMessage(error)}`
        }
      }
    }
  }
}

function compileAllowed(values: readonly (string | number | boolean)[], mistake: (what: string) => void): CompiledRule {
  const allowed = new Set(values.map(String))
  if (allowed.size === 0) mistake('a rule allows no values at all: list at least one')
  const broken = `is not allowed: it must be one of ${listed([...allowed])}`
  return (value) => {
    const text = valueText(value)
    return text !== undefined && allowed.has(text) ? undefined : broken
  }
}

function compileLength({ min = 0, max = Infinity }: LengthRange, mistake: (what: string) => void): CompiledRule {
  if (min === 0 && max === Infinity) mistake('a length has no bounds: give min, max or both')
  else if (min > max) mistake(`a length from ${min} to ${max} cannot be met: min must not be more than max`)
  return (value) => {
    const text = valueText(value)
    if (text === undefined) return 'is no text, so it has no length'
    if (text.length >= min * 2 && text.length <= max) return undefined
    // Characters outside of the basic plane take two places: counted only when it matters.
    const length = [...text].length
    if (length < min) return `has ${length} characters, and must have at least ${min}`
    return length > max ? `has ${length} characters, and must have at most ${max}` : undefined
  }
}

function compilePattern(pattern: RegExp, mistake: (what: string) => void): CompiledRule {
  if (pattern.global || pattern.sticky) mistake(`the pattern ${pattern} has the flag g or y, which remembers a place between rows: leave it out`)
  return (value) => {
    const text = valueText(value)
    return text !== undefined && pattern.test(text) ? undefined : `does not match ${pattern}`
  }
}
