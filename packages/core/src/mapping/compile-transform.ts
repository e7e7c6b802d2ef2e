import { isSafeNumber, LosslessNumber, parse } from 'lossless-json'
import { errorMessage } from '../error/error-message.js'
import type { ColumnSpec } from '../table/table-spec.js'
import { readJson } from '../table/value/read-text.js'
import { Rejection } from '../table/value/rejection.js'
import { readCommaDecimal } from './read-comma-decimal.js'
import { readEpoch } from './read-epoch.js'
import { localTimeReader } from './read-local-time.js'
import { readYesNo } from './read-yes-no.js'
import type { FieldTransform } from './transform.js'
import { listed, valueText } from './value-text.js'

/** Makes one value of another; never called with NULL. A rejection says why it cannot be read. */
export type CompiledTransform = (value: unknown, row: Readonly<Record<string, unknown>>) => unknown

/** Makes a transform ready to run on any number of rows. What is wrong with it is told to `mistake`. */
export function compileTransform(transform: FieldTransform, column: ColumnSpec, mistake: (what: string) => void): CompiledTransform {
  switch (transform.kind) {
    case 'trim':
      return (value) => (typeof value === 'string' ? value.trim() : value)
    case 'emptyToNull':
      return (value) => (value === '' ? null : value)
    case 'dayFirst':
    case 'isoDateTime':
      return compileLocalTime(transform, column, mistake)
    case 'epochSeconds':
      return (value) => readEpoch(value, 'seconds')
    case 'epochMillis':
      return (value) => readEpoch(value, 'millis')
    case 'commaDecimal': {
      const { options } = transform
      return (value) => readCommaDecimal(value, options)
    }
    case 'yesNo':
      return readYesNo
    case 'json':
      return column.type.kind === 'text' ? jsonText : jsonStructure
    case 'lookup':
      return compileLookup(transform, mistake)
    case 'map': {
      const { change, name } = transform
      return (value, row) => {
        try {
          return change(value, row)
        } catch (error) {
          return new Rejection('type', `was refused by ${name}: ${errorMessage(error)}`)
        }
      }
    }
  }
}

function compileLocalTime({ kind, options }: Extract<FieldTransform, { kind: 'dayFirst' | 'isoDateTime' }>, column: ColumnSpec, mistake: (what: string) => void): CompiledTransform {
  try {
    return localTimeReader(kind, options, options.as ?? (column.type.kind === 'date' ? 'date' : 'instant'))
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    mistake(`there is no time zone "${options.zone}": write an IANA name such as Europe/Berlin, or an offset such as +03:00`)
    return (value) => value
  }
}

function compileLookup({ values, otherwise }: Extract<FieldTransform, { kind: 'lookup' }>, mistake: (what: string) => void): CompiledTransform {
  const found = new Map(Object.entries(values))
  if (found.size === 0) mistake('a look-up lists no values: list at least one')
  const missing = otherwise === 'problem' ? new Rejection('type', `is not in the look-up, which knows ${listed([...found.keys()])}`) : undefined
  const constant = typeof otherwise === 'object' ? otherwise.value : undefined
  return (value) => {
    const text = valueText(value)
    const answer = text === undefined ? undefined : found.get(text)
    if (answer !== undefined) return answer
    return missing ?? (constant === undefined ? value : constant)
  }
}

// Numbers that JavaScript holds become numbers; the others keep their digits.
const parseNumber = (digits: string): number | LosslessNumber => (isSafeNumber(digits) ? Number(digits) : new LosslessNumber(digits))

function jsonStructure(value: unknown): unknown {
  if (typeof value !== 'string') return value
  try {
    return parse(value, null, parseNumber)
  } catch {
    return new Rejection('malformed', 'is not JSON')
  }
}

function jsonText(value: unknown): unknown {
  const structure = jsonStructure(value)
  if (structure instanceof Rejection) return structure
  return typeof value === 'string' ? value : readJson(structure)
}
