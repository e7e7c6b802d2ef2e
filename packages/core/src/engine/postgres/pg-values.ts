import { isoInstant } from './iso-instant.js'

/**
 * How values are read, by the number of their type: 64-bit integers as `bigint`, decimals, dates and times as text, instants as
 * ISO with `Z`. The driver of the server and that of the embedded engine both read by this table, so that a row looks the same from either.
 */
export const pgParsers: Readonly<Record<number, (text: string) => unknown>> = {
  16: (text) => text === 't' || text === 'true',
  17: (text) => Buffer.from(text.slice(2), 'hex'),
  20: BigInt,
  21: Number,
  23: Number,
  26: Number,
  114: (text): unknown => JSON.parse(text),
  700: Number,
  701: Number,
  1082: (text) => text,
  1083: (text) => text,
  1114: (text) => text,
  1184: isoInstant,
  1186: (text) => text,
  1700: (text) => text,
  3802: (text): unknown => JSON.parse(text),
}

/** A parameter as text, which the server then reads as the type that the statement asks for. */
export function pgParameter(value: unknown): unknown {
  if (value === null || value === undefined) return null
  if (typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean') return String(value)
  if (value instanceof Date) return value.toISOString()
  if (value instanceof Uint8Array) return `\\x${Buffer.from(value).toString('hex')}`
  if (Array.isArray(value)) return arrayLiteral(value)
  if (typeof value === 'object') return JSON.stringify(value)
  return value
}

function arrayLiteral(values: readonly unknown[]): string {
  const parts = values.map((value) => {
    const text = pgParameter(value)
    return text === null ? 'NULL' : `"${String(text).replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`
  })
  return `{${parts.join(',')}}`
}
