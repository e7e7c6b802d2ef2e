import { describe, expect, it } from 'vitest'
import { dateForm, dateText } from './date-formats.ts'

describe('the format of a number', () => {
  it.each([
    [14, undefined, 'date'],
    [20, undefined, 'time'],
    [22, undefined, 'date'],
    [0, undefined, undefined],
    [9, undefined, undefined],
    [164, 'dd/mm/yyyy hh:mm', 'date'],
    [164, 'mmm-yy', 'date'],
    [164, 'hh:mm', 'time'],
    [164, '[h]:mm', 'time'],
    [164, '0.00', undefined],
    [164, '#,##0.00 "days"', undefined],
    [164, '[Red]0.0', undefined],
    [164, 'General', undefined],
    [164, '0\\d', undefined],
  ])('%i %j shows a %s', (id, code, form) => {
    expect(dateForm(id, code)).toBe(form)
  })
})

describe('a number of days', () => {
  it.each([
    [46027, 'date', false, '2026-01-05T00:00:00'],
    [46027.34307870371, 'date', false, '2026-01-05T08:14:02'],
    [44565, 'date', true, '2026-01-05T00:00:00'],
    [0.375, 'time', false, '09:00'],
    [0.437511574074074, 'time', false, '10:30:01'],
    [46027.5, 'time', false, '2026-01-05T12:00:00'],
  ] as const)('%d as a %s (1904: %s) is %s', (serial, form, since1904, text) => {
    expect(dateText(serial, form, since1904)).toBe(text)
  })
})
