import { describe, expect, it } from 'vitest'
import { VarveError } from '../error/varve-error.js'
import { t } from '../table/column.js'
import { table } from '../table/table.js'
import type { DimensionShape } from './dimension-shape.js'
import { factDefinition } from './fact-definition.js'
import type { FactOptions, FactTable } from './fact-options.js'

const employees = table('dim_employee', {
  key: t.bigint().identity(), employeeId: t.integer().notNull(), name: t.text().notNull(), city: t.text(), loadedAt: t.timestamp().notNull().defaultGenerated(), validFrom: t.timestamp().notNull(), validTo: t.timestamp(),
})
const dimension: DimensionShape = { table: employees.spec, key: ['employee_id'], surrogateKey: 'key', validFrom: 'valid_from', validTo: 'valid_to', openEnd: null }

const shifts = table('fact_shift', {
  period: t.text(10).notNull(), shiftId: t.integer().notNull(), part: t.integer().notNull(), employeeId: t.integer(), employeeCode: t.text(), employeeKey: t.bigint(), siteKey: t.integer().notNull(),
  startsAt: t.timestamp().notNull(), seenAt: t.timestamp(), hours: t.decimal(6, 2), note: t.text(), batch: t.uuid(), writtenAt: t.timestamp(),
}, { primaryKey: ['period', 'shiftId', 'part'], partitionBy: { list: 'period' } })

const mistakesOf = (over: FactTable, options: unknown): unknown => {
  try {
    factDefinition(over, options as FactOptions<FactTable>)
  } catch (error) {
    if (error instanceof VarveError && error.code === 'V1003') return error.context['mistakes']
    throw error
  }
  return []
}

describe('the definition of a fact', () => {
  it('tells what rows bring, what is compared, and how facts are found', () => {
    const definition = factDefinition(shifts, { identity: ['shiftId', 'part'], eventTime: 'startsAt', ignore: ['note'], batchId: 'batch', updatedAt: 'writtenAt', dimensions: { employeeKey: { dimension, by: ['employeeId'] } } })
    expect(Object.keys(definition.input.columns)).toEqual(['period', 'shiftId', 'part', 'employeeId', 'employeeCode', 'siteKey', 'startsAt', 'seenAt', 'hours', 'note'])
    expect(definition.compared.map((column) => column.property)).toEqual(['employeeId', 'employeeCode', 'siteKey', 'startsAt', 'seenAt', 'hours'])
    expect(definition.table.indexes).toEqual([{ name: 'fact_shift_identity_idx', columns: ['shift_id', 'part'], unique: false }])
    expect(definition.references).toMatchObject([{ missing: 'find', early: 'first', gone: 'before', at: { property: 'startsAt' } }])
  })

  it('leaves an index on the identity to the table where it has one', () => {
    const own = table('fact_own', { day: t.date().notNull(), id: t.integer().notNull(), site: t.text(9) }, { primaryKey: ['day', 'id'], indexes: [{ columns: ['id', 'site'] }], partitionBy: { range: 'day' } })
    expect(factDefinition(own, { identity: ['id'] }).table.indexes.map((index) => index.name)).toEqual(['fact_own_id_site_idx'])
  })

  it('lists all of its mistakes at once', () => {
    expect(mistakesOf(shifts, { identity: ['shiftId', 'nobody'], sequence: 'seenAt', dimensions: { employeeKey: { dimension, by: ['employeeCode'] }, siteKey: { dimension, by: ['employeeId'], at: 'seenAt', missing: 'infer' }, note: { dimension, by: ['employeeId', 'shiftId'], at: 'startsAt' } } })).toEqual([
      'identity names "nobody", which is no column of the table. Its columns are period, shiftId, part, employeeId, employeeCode, employeeKey, siteKey, startsAt, seenAt, hours, note, batch, writtenAt.',
      'the primary key of the table is (period, shift_id, part). It must be the partition column with the identity: (period, shift_id).',
      'sequence column "seenAt" may be NULL, and a delivery without an instant has no place in an order: declare it not null.',
      'dimensions.employeeKey says no instant to look for: give it "at", or the fact an "eventTime".',
      'dimensions.employeeKey.by: "employeeCode" is text, but "employee_id" of dim_employee is integer. Give them the same type.',
      'dimensions.siteKey looks for the instant in "seenAt", which may be NULL: declare it not null.',
      'dimensions.siteKey can come to nothing, but "siteKey" is not null: let it be NULL, or give missing: { unknown: … }.',
      'dimensions.siteKey infers members, but nothing says what "name" of a placeholder in dim_employee is, which cannot be NULL. Say it in the placeholder of the dimension.',
      'dimensions.note: a surrogate key is a whole number, but "note" is text. Declare it bigint.',
      'dimensions.note.by names 2 columns, but the key of dim_employee is (employee_id).',
    ])
  })

  it('refuses a table without partitions, an identity that a fact could not keep, and columns that the engine fills', () => {
    const whole = table('fact_whole', { id: t.integer().notNull() }, { primaryKey: ['id'] })
    expect(mistakesOf(whole, { identity: ['id'] })).toEqual(['the table is not cut into partitions. Declare it with partitionBy: { list: … } or { range: … }.'])
    expect(mistakesOf(shifts, { identity: ['period', 'shiftId', 'part'] })).toEqual(['identity names "period", by which the table is cut: a fact must be known whatever partition it is in. Leave it out.'])
    const numbered = table('fact_numbered', { day: t.date().notNull(), id: t.integer().identity() }, { primaryKey: ['day', 'id'], partitionBy: { list: 'day' } })
    expect(mistakesOf(numbered, { identity: ['id'], sequence: 'day' })).toEqual(['column "id" is filled by the engine, and a fact is written in sets: leave it out.'])
    expect(mistakesOf(shifts, { identity: ['shiftId', 'part'], dimensions: { siteKey: { dimension, by: ['shiftId'], at: 'startsAt', missing: { unknown: -1 } } } })).toEqual([])
  })
})
