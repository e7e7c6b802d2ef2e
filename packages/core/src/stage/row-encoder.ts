import { randomUUID } from 'node:crypto'
import type { EncodedRow } from '../engine/engine.js'
import type { ColumnSpec } from '../table/table-spec.js'
import { valueReader, type Rejection, type ValueReader } from '../table/value/value-reader.js'
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
  const plans = columns.map((column): Plan => ({
    property: column.property,
    // A second name costs a look-up only where it differs.
    name: column.name === column.property ? undefined : column.name,
    // What every object inherits is no field of a row.
    isInherited: column.property in Object.prototype || column.name in Object.prototype,
    column: column.name,
    notNull: column.notNull,
    read: valueReader(column.type, options.form),
    initial: initialValue(column),
  }))
  const known = new Set([...(options.ignore ?? []), ...columns.flatMap((column) => [column.property, column.name])])
  const blank = columns.map((): string | null => null)
  // Rows of one source mostly have the same fields in the same order, so their names are looked up once.
  let lastFields: readonly string[] = []

  return (source) => {
    const encoded = blank.slice()
    let problems: Problem[] | undefined
    for (let at = 0; at < plans.length; at++) {
      const plan = plans[at] as Plan // `at` stays within
      const row = plan.isInherited ? ownFields(source) : source
      let value = row[plan.property]
      if (value === undefined && plan.name !== undefined) value = row[plan.name]
      if (value === undefined) value = plan.initial?.()
      if (value === undefined || value === null) {
        if (plan.notNull) (problems ??= []).push({ column: plan.column, reason: 'null', message: 'is NULL, but the column is not null' })
        encoded[at] = null
        continue
      }
      const answer = plan.read(value)
      if (typeof answer === 'string') encoded[at] = answer
      else (problems ??= []).push({ column: plan.column, reason: answer.reason, message: `${shown(value)} ${answer.message}` })
    }
    if (!hasFields(source, lastFields)) {
      const fields = Object.keys(source)
      const unknown = fields.filter((field) => !known.has(field))
      for (const column of unknown) (problems ??= []).push({ column, reason: 'unknown column', message: 'is no column of the table' })
      if (unknown.length === 0) lastFields = fields
    }
    return problems === undefined ? encoded : rejection(problems)
  }
}

/** What there is to do for a column. */
interface Plan {
  readonly property: string
  readonly name: string | undefined
  readonly isInherited: boolean
  readonly column: string
  readonly notNull: boolean
  readonly read: ValueReader
  readonly initial: (() => unknown) | undefined
}

function ownFields(row: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.assign(Object.create(null) as Record<string, unknown>, row)
}

/** Whether these are the row's fields, in this order. Looking from field to field makes no list of them for every row. */
function hasFields(row: Readonly<Record<string, unknown>>, fields: readonly string[]): boolean {
  let at = 0
  for (const field in row) if (field !== fields[at++]) return false
  return at === fields.length
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
