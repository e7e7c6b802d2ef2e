import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { shiftRules } from './shift-rules.js'

describe('the rules of a shift', () => {
  it.each([
    ['a plain day', ['8.00', '0.00', '31.50'], ['0.00', '252.00', '31.50']],
    ['two hours of overtime', ['10.00', '2.00', '30.00'], ['30.00', '330.00', '33.00']],
    ['halves of a cent are rounded up, once and at the end', ['8.25', '0.25', '33.33'], ['4.17', '279.14', '33.84']],
    ['an effective rate that never ends', ['9.00', '1.00', '20.00'], ['10.00', '190.00', '21.11']],
    ['nothing billed', ['0.00', '0.00', '31.50'], ['0.00', '0.00', null]],
    ['no overtime said', ['8.00', null, '31.50'], ['0.00', '252.00', '31.50']],
    ['no rate', ['8.00', '0.00', null], [null, null, null]],
    ['no hours', [null, '0.00', '31.50'], ['0.00', null, null]],
    ['figures that floats get wrong', ['1.10', '0.00', '1.15'], ['0.00', '1.27', '1.15']],
  ])('%s', (_title, [billableHours, billOvertimeHours, billRateRegular], [impact, total, effective]) => {
    expect(shiftRules.of({ billableHours, billOvertimeHours, billRateRegular })).toEqual({ billOvertimeImpact: impact, billTotal: total, billRateEffective: effective })
  })

  it('agree with whole numbers of ten thousandths, for any hours and rate', () => {
    const hundredths = (most: number) => fc.integer({ min: 0, max: most })
    const text = (value: number) => `${Math.floor(value / 100)}.${String(value % 100).padStart(2, '0')}`
    const half = (dividend: number, divisor: number) => Math.floor((2 * dividend + divisor) / (2 * divisor))
    fc.assert(
      fc.property(hundredths(2400), hundredths(1600), hundredths(20_000), (billable, overtime, rate) => {
        const twice = 2 * billable * rate + overtime * rate
        expect(shiftRules.of({ billableHours: text(billable), billOvertimeHours: text(overtime), billRateRegular: text(rate) })).toEqual({
          billOvertimeImpact: text(half(overtime * rate, 200)),
          billTotal: text(half(twice, 200)),
          billRateEffective: billable === 0 ? null : text(half(twice, 2 * billable)),
        })
      }),
    )
  })
})
