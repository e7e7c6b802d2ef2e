import { randomUUID } from 'node:crypto'
import type { EncodedRow } from '../engine/engine.js'
import type { ColumnSpec } from '../table/table-spec.js'
import { valueReader, type Rejection } from '../table/value/value-reader.js'
import type { RejectedRow } from './rejected-row.js'

/** What a row became: its encoded form, or why it has none. */
export type EncodeAnswer = EncodedRow | Omit<RejectedRow, 'rowNumber' | 'raw'>

/** How rows are read. */
export interface RowEncoderOptions {
  /** `value` for JavaScript values, `text` where every value arrives as text. @defaultValue 'value' */
  readonly form?: 'value' | 'text'
  /** Fields of the source that are known and not wanted. */
  readonly ignore?: readonly string[]
}

/**
 * Makes the function that validates and encodes a row: fields are found by property or by column name, and each
 * becomes the neutral text of its column's type. A row that has a problem is rejected with all of its problems.
 *
 * @example
 * ```ts
 * const encode = rowEncoder(sentColumns(customers.spec))
 * encode({ customerId: 1, name: 'Ada' }) // ['1', 'Ada']
 * ```
 */
export function rowEncoder(columns: readonly ColumnSpec[], options: RowEncoderOptions = {}): (row: Readonly<Record<string, unknown>>) => EncodeAnswer {
  const plans = columns.map((column) => ({
    property: column.property,
    // A second name costs a look-up only where it differs.
    name: column.name === column.property ? undefined : column.name,
    column,
    read: valueReader(column.type, options.form),
    initial: initialValue(column),
  }))
  const ignored = new Set(options.ignore)
  const known = new Set([...ignored, ...columns.flatMap((column) => [column.property, column.name])])

  return (row) => {
    const encoded: (string | null)[] = []
    let problems: Problem[] | undefined
    let found = 0
    for (const plan of plans) {
      let value = row[plan.property]
      if (value === undefined && plan.name !== undefined) value = row[plan.name]
      if (value === undefined) {
        value = plan.initial?.()
        if (value === undefined && plan.property in row) found += 1
      } else found += 1
      if (value === undefined || value === null) {
        if (plan.column.notNull) (problems ??= []).push({ column: plan.column.name, reason: 'null', message: 'is NULL, but the column is not null' })
        encoded.push(null)
        continue
      }
      const answer = plan.read(value)
      if (typeof answer === 'string') encoded.push(answer)
      else (problems ??= []).push({ column: plan.column.name, reason: answer.reason, message: `${shown(value)} ${answer.message}` })
    }
    // Counting is cheap, so the names are compared only when there are more fields than columns took.
    const fields = Object.keys(row)
    if (fields.length > found) {
      for (const field of fields) {
        if (!known.has(field)) (problems ??= []).push({ column: field, reason: 'unknown column', message: 'is no column of the table' })
      }
    }
    return problems === undefined ? encoded : rejection(problems)
  }
}

interface Problem {
  readonly column: string
  readonly reason: Rejection['reason']
  readonly message: string
}

function rejection(problems: readonly Problem[]): EncodeAnswer {
  const [first] = problems as [Problem]
  return { reason: first.reason, column: first.column, message: problems.map((problem) => `"${problem.column}" ${problem.message}`).join('; ') }
}

function initialValue(column: ColumnSpec): (() => unknown) | undefined {
  const initial = column.default
  if (initial === undefined) return undefined
  if (initial.kind === 'uuid') return () => randomUUID()
  if (initial.kind === 'now') return () => new Date()
  return () => initial.value
}

/** A value for a message: short, and with nothing that a terminal would act on. */
function shown(value: unknown): string {
  const text = typeof value === 'string' ? JSON.stringify(value) : typeof value === 'object' ? 'the value' : String(value)
  return text.length > 60 ? `${text.slice(0, 57)}…` : text
}
