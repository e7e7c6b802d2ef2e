import { VarveError } from '../error/varve-error.js'

/**
 * What a column can hold, in words that belong to no engine.
 *
 * - `integer` 32 bits, `bigint` 64 bits, `float` double precision
 * - `decimal` exact, never passes through a float
 * - `timestamp` a UTC instant with microseconds; `date` and `time` have no zone
 */
export type LogicalType =
  | { readonly kind: 'integer' | 'bigint' | 'boolean' | 'float' | 'date' | 'timestamp' | 'time' | 'json' | 'uuid' | 'binary' }
  | { readonly kind: 'text'; readonly length?: number }
  | { readonly kind: 'decimal'; readonly precision: number; readonly scale: number }

/** The name of a logical type without its parameters. */
export type LogicalKind = LogicalType['kind']

const plainKinds: readonly string[] = ['integer', 'bigint', 'boolean', 'float', 'date', 'timestamp', 'time', 'json', 'uuid', 'binary', 'text']

/** The largest precision that every engine holds. */
export const maxPrecision = 38

/**
 * Writes a logical type the way definitions in JSON spell it.
 *
 * @example
 * ```ts
 * typeText({ kind: 'decimal', precision: 10, scale: 2 }) // 'decimal(10,2)'
 * ```
 */
export function typeText(type: LogicalType): string {
  if (type.kind === 'decimal') return `decimal(${type.precision},${type.scale})`
  if (type.kind === 'text' && type.length !== undefined) return `text(${type.length})`
  return type.kind
}

/**
 * Reads a logical type from its text; the reverse of {@link typeText}.
 *
 * @example
 * ```ts
 * parseType('text(40)') // { kind: 'text', length: 40 }
 * ```
 * @throws VarveError V1003 when the text names no type.
 */
export function parseType(text: string): LogicalType {
  const trimmed = text.trim().toLowerCase()
  if (plainKinds.includes(trimmed)) return { kind: trimmed } as LogicalType
  const length = /^text\(\s*(\d+)\s*\)$/.exec(trimmed)
  if (length) return checkedType({ kind: 'text', length: Number(length[1]) })
  const decimal = /^decimal\(\s*(\d+)\s*(?:,\s*(\d+)\s*)?\)$/.exec(trimmed)
  if (decimal) return checkedType({ kind: 'decimal', precision: Number(decimal[1]), scale: Number(decimal[2] ?? 0) })
  throw new VarveError(
    'V1003',
    `"${text}" is not a column type. Allowed are integer, bigint, text, text(length), boolean, decimal(precision,scale), float, date, timestamp, time, json, uuid and binary.`,
    { context: { type: text } },
  )
}

/** Refuses parameters that some engine could not hold. */
export function checkedType(type: LogicalType): LogicalType {
  const problem = typeProblem(type)
  if (problem !== undefined) throw new VarveError('V1003', `${typeText(type)}: ${problem}`, { context: { type: typeText(type) } })
  return type
}

/** What some engine could not hold of a type, with what is allowed. */
export function typeProblem(type: LogicalType): string | undefined {
  if (type.kind === 'text' && type.length !== undefined && (!Number.isInteger(type.length) || type.length < 1 || type.length > 4000)) {
    return 'the length must be a whole number from 1 to 4000. Use text without a length for longer values.'
  }
  if (type.kind === 'decimal') {
    const { precision, scale } = type
    if (!Number.isInteger(precision) || precision < 1 || precision > maxPrecision || !Number.isInteger(scale) || scale < 0 || scale > precision) {
      return `the precision must lie between 1 and ${maxPrecision}, and the scale between 0 and the precision.`
    }
  }
  return undefined
}

/** Whether two logical types are the same, parameters included. */
export function sameType(a: LogicalType, b: LogicalType): boolean {
  return typeText(a) === typeText(b)
}
