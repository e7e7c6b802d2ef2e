import { expectTypeOf, it } from 'vitest'
import { calculators, partitionedFact, t, table, type Decimal, type DimensionShape, type ExtractContext, type FactInput, type Mapping, type RowOf } from '../src/index.ts'

declare const employees: DimensionShape

const shifts = table('facts.fact_shift', {
  periodId: t.text(10).notNull(),
  shiftId: t.bigint().notNull(),
  employeeId: t.integer(),
  employeeKey: t.bigint(),
  startsAt: t.timestamp().notNull(),
  hours: t.decimal(10, 2),
  total: t.decimal(12, 2),
  status: t.text(20),
  modifiedOn: t.timestamp().notNull(),
  etlBatchId: t.uuid(),
}, { primaryKey: ['periodId', 'shiftId'], partitionBy: { list: 'periodId' } })

const measures = calculators(shifts, {
  total: ({ hours, status }) => {
    expectTypeOf(hours).toEqualTypeOf<Decimal | null>()
    expectTypeOf(status).toEqualTypeOf<string | null>()
    return hours
  },
})

class ShiftFact extends partitionedFact(shifts, {
  identity: ['shiftId'],
  sequence: 'modifiedOn',
  eventTime: 'startsAt',
  batchId: 'etlBatchId',
  dimensions: { employeeKey: { dimension: employees, by: ['employeeId'], missing: 'infer' } },
  measures,
}) {}

declare const fact: ShiftFact
declare const context: ExtractContext
declare const mapping: Mapping

it('takes rows without what a load fills in', () => {
  type Row = typeof ShiftFact.definition.$input
  expectTypeOf<keyof Row>().toEqualTypeOf<'periodId' | 'shiftId' | 'employeeId' | 'startsAt' | 'hours' | 'status' | 'modifiedOn'>()
  expectTypeOf<Row['shiftId']>().toEqualTypeOf<string | number | bigint>()
  expectTypeOf<typeof ShiftFact.definition.$key>().toEqualTypeOf<{ shiftId: string | number | bigint }>()
  expectTypeOf(measures.of({})).toEqualTypeOf<{ readonly total: string | null }>()
  void (() => fact.stage(context, [{ periodId: '2025_01', shiftId: 1, startsAt: '2025-01-01', modifiedOn: '2025-01-01' }]))
  void (() => fact.stage(context, [{ periodId: null, shiftId: 1 }]))
  // @ts-expect-error hours are a number
  void (() => fact.stage(context, [{ periodId: '2025_01', shiftId: 1, hours: true }]))
  // @ts-expect-error surrogate keys are looked up
  void (() => fact.stage(context, [{ periodId: '2025_01', shiftId: 1, employeeKey: 1 }]))
  void (() => fact.stage(context, [{ id: 1 }], { mapping }))
  expectTypeOf(fact.read()).toExtend<AsyncIterable<RowOf<typeof shifts>>>()
  expectTypeOf<FactInput<typeof shifts, { identity: ['shiftId'] }>>().toHaveProperty('employeeKey')
})

it('knows the columns of the table', () => {
  expectTypeOf(partitionedFact).toBeFunction()
  // @ts-expect-error a column that may be NULL identifies nothing
  partitionedFact(shifts, { identity: ['employeeId'] })
  // @ts-expect-error no such column
  partitionedFact(shifts, { identity: ['shift'] })
  // @ts-expect-error a sequence is an instant
  partitionedFact(shifts, { identity: ['shiftId'], sequence: 'status' })
  // @ts-expect-error an event time is an instant
  partitionedFact(shifts, { identity: ['shiftId'], eventTime: 'hours' })
  // @ts-expect-error a batch is a uuid
  partitionedFact(shifts, { identity: ['shiftId'], batchId: 'status' })
  // @ts-expect-error a surrogate key is a whole number
  partitionedFact(shifts, { identity: ['shiftId'], eventTime: 'startsAt', dimensions: { status: { dimension: employees, by: ['employeeId'] } } })
  // @ts-expect-error no such option
  partitionedFact(shifts, { identity: ['shiftId'], sequnce: 'modifiedOn' })
  // @ts-expect-error a measure is a number
  calculators(shifts, { status: () => null })
})
