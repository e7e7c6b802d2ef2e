import { LosslessNumber } from 'lossless-json'
import { describe, expect, it } from 'vitest'
import { t } from '../table/column.js'
import { table } from '../table/table.js'
import { calculators } from './calculators.js'
import { Decimal } from './exact-decimal.js'

const shifts = table('fact_shift', {
  shiftId: t.bigint().notNull(),
  status: t.text(),
  hours: t.decimal(10, 2),
  rate: t.float(),
  breaks: t.integer(),
  impact: t.decimal(10, 2),
  total: t.decimal(12, 2),
  share: t.decimal(38, 20),
})

const measures = calculators(shifts, {
  impact: ({ hours }) => hours && hours.times('0.5'),
  total: ({ hours, rate, impact, status }) => (status === 'CANCELLED' || !hours || !rate || !impact ? null : hours.times(rate).plus(impact)),
  share: ({ hours, breaks }) => (hours && breaks && !breaks.isZero() ? hours.div(breaks) : null),
})

describe('calculated measures', () => {
  it('are exact, each after those that it builds on, in the scale of its column', () => {
    expect(measures.measures).toEqual(['impact', 'total', 'share'])
    expect(measures.of({ shiftId: 1, hours: '0.10', rate: 0.2, breaks: 3 })).toEqual({ impact: '0.05', total: '0.07', share: '0.03333333333333333333' })
    expect(measures.of({ hours: '12345678.91', rate: '1000.01', breaks: -7 }).total).toBe('12351975206.25')
  })

  it.each([['1.005', '1.01'], ['-1.005', '-1.01'], ['2.675', '2.68'], ['1.0049999999999999999999', '1.00'], ['-0.001', '0.00']])('round %s to %s: halves go away from zero', (hours, total) => {
    const rounded = calculators(shifts, { total: (row) => row.hours })
    expect(rounded.of({ hours }).total).toBe(total)
  })

  it('take numbers in every spelling that a load takes, and columns by either name', () => {
    const same = calculators(shifts, { total: ({ hours, shiftId }) => hours && shiftId && hours.plus(shiftId) })
    for (const hours of ['7.25', ' 7.250 ', 7.25, new LosslessNumber('7.25'), new Decimal('7.25')]) expect(same.of({ shift_id: 1n, hours }).total).toBe('8.25')
    expect(same.of({ shiftId: '9007199254740993', hours: '0.01' }).total).toBe('9007199254740993.01')
    expect(same.of({ shiftId: 1 }).total).toBeNull()
  })

  it('fail where a number is none, and leave the row as it is', () => {
    const row = Object.freeze({ hours: 'many', rate: 1 })
    expect(() => measures.of(row)).toThrow(/many/)
    expect(measures.of(Object.freeze({ hours: null, status: 'CANCELLED' }))).toEqual({ impact: null, total: null, share: null })
  })
})
