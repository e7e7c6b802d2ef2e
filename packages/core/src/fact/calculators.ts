import type { LogicalKind } from '../table/logical-type.js'
import type { Row } from '../table/row.js'
import type { ColumnSpec } from '../table/table-spec.js'
import type { Columns } from '../table/table.js'
import { Decimal } from './exact-decimal.js'
import type { FactTable, KeyOfKind } from './fact-options.js'

type NumericKind = Extract<LogicalKind, 'integer' | 'bigint' | 'decimal' | 'float'>

/** A row as calculators see it: every number as a decimal, and `null` for what the row does not have. */
export type MeasuredRow<C extends Columns> = { readonly [P in keyof C]: (C[P]['_']['kind'] extends NumericKind ? Decimal : NonNullable<Row<C>[P]>) | null }

/** A pure function from a row to one of its measures; `null` where there is none. */
export type Calculator<T extends FactTable> = (row: MeasuredRow<T['columns']>) => Decimal | null

/** The measures of a fact that are computed from its row. */
export interface Calculators<T extends FactTable, Measure extends string = string> {
  /** The properties that are computed, in their order. */
  readonly measures: readonly Measure[]
  /** The measures of a row, as digits of their columns' scale. */
  of(row: Readonly<Record<string, unknown>>): { readonly [M in Measure]: string | null }
  /** For types only. */
  readonly table: T
}

/**
 * Declares measures in one place: pure functions over a row, in decimal arithmetic, which can be tested without a database.
 * Each sees the measures that stand before it. A result is rounded to the scale of its column, halves away from zero.
 *
 * @example
 * ```ts
 * import { calculators, t, table } from '@varve/core'
 *
 * const shifts = table('fact_shift', { shiftId: t.bigint().notNull(), hours: t.decimal(10, 2), rate: t.decimal(10, 2), total: t.decimal(12, 2) })
 * const measures = calculators(shifts, {
 *   total: ({ hours, rate }) => (hours && rate ? hours.times(rate) : null),
 * })
 * measures.of({ shiftId: 1, hours: '7.25', rate: '30.10' }) // { total: '218.23' }
 * ```
 */
export function calculators<const T extends FactTable, const Measure extends KeyOfKind<T, 'decimal' | 'integer' | 'bigint'>>(table: T, functions: { readonly [P in Measure]: Calculator<T> }): Calculators<T, Measure> {
  const { columns } = table.spec
  const prototype = Object.create(null) as object
  for (const column of columns) Object.defineProperty(prototype, column.property, { get: getterOf(column), enumerable: true })
  const calculated = columns.flatMap((column) => {
    // The compiler has seen to it that each belongs to a column of the table.
    const calculator = (functions as Readonly<Record<string, Calculator<T> | undefined>>)[column.property]
    return calculator ? [{ property: column.property, scale: column.type.kind === 'decimal' ? column.type.scale : 0, calculator }] : []
  })
  const order = Object.keys(functions)
  calculated.sort((one, other) => order.indexOf(one.property) - order.indexOf(other.property))
  return {
    table,
    measures: calculated.map(({ property }) => property as Measure), // a property of the functions
    of: (row) => {
      const seen: SeenRow = Object.assign(Object.create(prototype) as SeenRow, { [given]: { ...row } })
      const measures: Record<string, string | null> = {}
      for (const { property, scale, calculator } of calculated) {
        const result = calculator(seen as unknown as MeasuredRow<T['columns']>) // its getters were made from the very columns
        measures[property] = result === null ? null : digits(result, scale)
        seen[given][property] = measures[property]
      }
      return measures as Record<Measure, string | null> // one for each function
    },
  }
}

/** The digits of a number in a scale. What is rounded to nothing has no sign. */
function digits(number: Decimal, scale: number): string {
  const text = number.toFixed(scale)
  return /[1-9]/.test(text) ? text : text.replace('-', '')
}

const given = Symbol('row')

interface SeenRow {
  readonly [given]: Record<string, unknown>
}

const numeric: readonly LogicalKind[] = ['integer', 'bigint', 'decimal', 'float']

function getterOf({ property, name, type }: ColumnSpec): (this: SeenRow) => unknown {
  const isNumeric = numeric.includes(type.kind)
  return function () {
    const value = this[given][property] ?? this[given][name] ?? null
    if (value === null || !isNumeric || value instanceof Decimal) return value
    return new Decimal(typeof value === 'string' ? value.trim() : String(value))
  }
}
