import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { addDays, billingPeriodById, billingPeriodOf, billingPeriods, billingPeriodsBetween } from './billing-period.js'

describe('billing periods', () => {
  it.each([
    ['2024-12-27', '2025_01'],
    ['2025-01-09', '2025_01'],
    ['2025-02-21', '2025_05'],
    ['2025-03-06', '2025_05'],
    ['2025-03-07', '2025_06'],
    ['2025-05-30', '2025_12'],
    ['2025-06-12', '2025_12'],
    ['2025-12-25', '2025_26'],
    // The day that belongs to no period where every year begins on 27 December anew.
    ['2025-12-26', '2026_01'],
    ['2025-12-27', '2026_01'],
    ['2026-12-25', '2027_01'],
  ])('%s lies in %s', (date, id) => {
    expect(billingPeriodOf(date)?.periodId).toBe(id)
  })

  it('are one chain of fourteen days, Friday to Thursday, without a lost day', () => {
    const periods = billingPeriods()
    for (const [at, { startDate, endDate }] of periods.entries()) {
      expect([endDate, new Date(startDate).getUTCDay()]).toEqual([addDays(startDate, 13), 5])
      if (at > 0) expect(startDate).toBe(addDays(periods[at - 1]?.endDate ?? '', 1))
    }
    expect(new Set(periods.map(({ periodId }) => periodId)).size).toBe(periods.length)
  })

  it('are 26 a year, and 27 now and then, so that no year wanders away from its beginning', () => {
    const all = billingPeriods()
    const firsts = all.filter(({ periodNumber }) => periodNumber === 1)
    const lengths = firsts.map(({ fiscalYear }) => ({ fiscalYear, periods: all.filter((period) => period.fiscalYear === fiscalYear).length }))
    expect(lengths.filter(({ periods }) => periods !== 26)).toEqual([{ fiscalYear: 2024, periods: 27 }, { fiscalYear: 2036, periods: 27 }])
    for (const { startDate, fiscalYear } of firsts) expect([startDate > `${fiscalYear - 1}-12-13`, startDate <= `${fiscalYear - 1}-12-27`]).toEqual([true, true])
    expect(billingPeriodById('2036_27')).toMatchObject({ startDate: '2036-12-12', endDate: '2036-12-25', quarter: 4 })
  })

  it('have every date that they span, and no other', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 26 * 365 }), (days) => {
        const date = addDays('2014-12-26', days)
        const period = billingPeriodOf(date)
        const spanning = billingPeriods().filter(({ startDate, endDate }) => startDate <= date && date <= endDate)
        expect(period ? [period] : []).toEqual(spanning)
        if (period) expect(billingPeriodById(period.periodId)).toEqual(period)
      }),
      { numRuns: 200 },
    )
  })

  it('end where their years end', () => {
    expect(billingPeriodOf(addDays(billingPeriods()[0]?.startDate ?? '', -1))).toBeUndefined()
    expect(billingPeriodOf(addDays(billingPeriods().at(-1)?.endDate ?? '', 1))).toBeUndefined()
    expect([billingPeriodById('2025_27'), billingPeriodById('2025_00'), billingPeriodById('2025-05'), billingPeriodById('2041_01')]).toEqual([undefined, undefined, undefined, undefined])
  })

  it('of a span of dates are those that it touches', () => {
    expect(billingPeriodsBetween('2025-03-06', '2025-03-21').map(({ periodId }) => periodId)).toEqual(['2025_05', '2025_06', '2025_07'])
  })
})
