import { Secret } from '../config/secret.js'
import { hiddenText, redact } from './redact.js'

const secretName = /passw(or)?d|^pwd$|secret|token$|api[-_]?key|authorization|credentials?$|^cookie$|^set-cookie$/i
const deepest = 8

/**
 * Fields as plain data that may be shown: values under a name that says secret are hidden, texts are redacted, errors become objects.
 *
 * @example
 * ```ts
 * redactFields({ user: 'ada', password: 'lovelace' }) // { user: 'ada', password: '[secret]' }
 * ```
 */
export function redactFields(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, plain(name, value, 0, [])]))
}

function plain(name: string, value: unknown, depth: number, above: readonly object[]): unknown {
  if (value === undefined || value === null || typeof value === 'boolean') return value
  if (secretName.test(name)) return hiddenText
  if (typeof value === 'number') return value
  if (typeof value === 'string') return redact(value)
  // As a number where it is exact, as text where it is not.
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : String(value)
  if (typeof value !== 'object') return redact(String(value))
  if (above.includes(value)) return '[circle]'
  if (depth >= deepest) return '[deep]'
  const inside = (key: string, one: unknown) => plain(key, one, depth + 1, [...above, value])
  if (Array.isArray(value)) return value.map((one) => inside(name, one))
  if (value instanceof Error) return errorFields(value, inside)
  if (value instanceof Date || value instanceof Secret) return plain(name, value.toJSON(), depth + 1, above)
  if (value instanceof Map) return inside(name, Object.fromEntries(value))
  if (value instanceof Set) return inside(name, [...value])
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, inside(key, one)]))
}

function errorFields(error: Error, inside: (key: string, value: unknown) => unknown): Record<string, unknown> {
  const own = Object.entries(error).filter(([key]) => key !== 'name')
  const causes = [...(error.cause === undefined ? [] : [['cause', error.cause] as const]), ...(error instanceof AggregateError ? [['errors', error.errors as unknown] as const] : [])]
  return Object.fromEntries([['type', error.name], ['message', redact(error.message)], ['stack', redact(error.stack ?? '')], ...[...own, ...causes].map(([key, value]) => [key, inside(key, value)])]) as Record<string, unknown>
}
