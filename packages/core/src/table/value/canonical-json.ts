import { parse } from 'lossless-json'

/** A number by its one spelling, kept apart from text while the parts are joined. */
class NumberText {
  constructor(readonly text: string) {}
}

/**
 * The one spelling of a JSON text: keys sorted, the last of two equal keys, no white space, and numbers by their value, so
 * that `1`, `1.0` and `1e0` are the same, whatever their size. Two texts are the same JSON value exactly when this is equal.
 *
 * @example
 * ```ts
 * import { canonicalJson } from '@varve/core'
 *
 * canonicalJson('{ "b": 1.0, "a": [10e-1] }') // '{"a":[1],"b":1}'
 * ```
 */
export function canonicalJson(text: string): string {
  return written(parse(text, null, { parseNumber: (digits) => new NumberText(canonicalNumber(digits)), onDuplicateKey: ({ newValue }) => newValue }))
}

function written(value: unknown): string {
  if (value instanceof NumberText) return value.text
  if (Array.isArray(value)) return `[${value.map(written).join(',')}]`
  if (typeof value === 'object' && value !== null) {
    // By code units, which no locale changes.
    const fields = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1))
    return `{${fields.map(([key, field]) => `${JSON.stringify(key)}:${written(field)}`).join(',')}}`
  }
  return JSON.stringify(value)
}

/** A JSON number by its significant digits: plain where that is short, else with an exponent. */
function canonicalNumber(text: string): string {
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(text) ?? []
  const all = (whole + fraction).replace(/^0+/, '')
  const digits = all.replace(/0+$/, '')
  if (digits === '') return '0'
  const scale = Number(exponent) - fraction.length + (all.length - digits.length)
  const point = digits.length + scale
  if (point < -5 || point > 21) return `${sign}${digits}e${scale}`
  if (scale >= 0) return sign + digits + '0'.repeat(scale)
  return `${sign}${digits.slice(0, Math.max(point, 0)) || '0'}.${'0'.repeat(Math.max(-point, 0))}${digits.slice(Math.max(point, 0))}`
}
