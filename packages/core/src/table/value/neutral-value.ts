import type { LogicalType } from '../logical-type.js'

/**
 * Makes the function that turns a neutral text back into the value that every engine answers for the type: numbers, `bigint`,
 * truth values, bytes and JSON; decimals, days, times and instants stay text.
 *
 * @example
 * ```ts
 * import { neutralValue } from '@varve/core'
 *
 * neutralValue({ kind: 'bigint' })('9007199254740993') // 9007199254740993n
 * ```
 */
export function neutralValue(type: LogicalType): (text: string) => unknown {
  switch (type.kind) {
    case 'integer':
    case 'float':
      return Number
    case 'bigint':
      return BigInt
    case 'boolean':
      return (text) => text === 'true'
    case 'json':
      return (text): unknown => JSON.parse(text)
    case 'binary':
      return (text) => Buffer.from(text.slice(2), 'hex')
    case 'text':
    case 'decimal':
    case 'date':
    case 'timestamp':
    case 'time':
    case 'uuid':
      return (text) => text
  }
}
