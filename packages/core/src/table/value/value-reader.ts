import type { LogicalType } from '../logical-type.js'
import { readDate, readInstant, readTime } from './read-instant.js'
import { readDecimal, readFloat, readInteger } from './read-number.js'
import { readBinary, readBoolean, readJson, readJsonText, readText, readUuid } from './read-text.js'
import { Rejection } from './rejection.js'

/**
 * Reads a value into its neutral text: one spelling for each value, the same for every engine, or the reason why it is none.
 * NULL and `undefined` are not for a reader; its caller knows whether the column allows them.
 */
export type ValueReader = (value: unknown) => string | Rejection

/**
 * The reader of a logical type.
 *
 * @param form `value` for JavaScript values, `text` where every value arrives as text (CSV), which matters to `json` only.
 *
 * @example
 * ```ts
 * valueReader({ kind: 'decimal', precision: 10, scale: 2 })('10.5') // '10.50'
 * ```
 */
export function valueReader(type: LogicalType, form: 'value' | 'text' = 'value'): ValueReader {
  switch (type.kind) {
    case 'integer':
    case 'bigint': {
      const { kind } = type
      return (value) => readInteger(value, kind)
    }
    case 'text': {
      const { length } = type
      return (value) => readText(value, length)
    }
    case 'decimal':
      return (value) => readDecimal(value, type)
    case 'float':
      return readFloat
    case 'boolean':
      return readBoolean
    case 'date':
      return readDate
    case 'timestamp':
      return readInstant
    case 'time':
      return readTime
    case 'json':
      return form === 'text' ? readJsonText : readJson
    case 'uuid':
      return readUuid
    case 'binary':
      return readBinary
  }
}

export { Rejection }
