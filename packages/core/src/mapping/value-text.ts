import { isLosslessNumber } from 'lossless-json'

/** A plain value as text; `undefined` of a value that has parts. */
export function valueText(value: unknown): string | undefined {
  if (typeof value === 'string') return value
  if (typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean') return String(value)
  return isLosslessNumber(value) ? value.value : undefined
}

/** A value for a message: short, and with nothing that a terminal would act on. */
export function shownValue(value: unknown): string {
  if (value instanceof Error) return value.message
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'an invalid date' : value.toISOString()
  const plain = valueText(value)
  if (plain === undefined) return Array.isArray(value) ? 'a list' : `a value of type ${typeof value}`
  const text = typeof value === 'string' ? JSON.stringify(value) : plain
  return text.length > 80 ? `${text.slice(0, 79)}…` : text
}

/** Values for a message: the first of them, and how many there are where that is not all. */
export function listed(values: readonly unknown[]): string {
  return values.length <= 12 ? values.join(', ') : `${values.slice(0, 12).join(', ')} and ${values.length - 12} more`
}
