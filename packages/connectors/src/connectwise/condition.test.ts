import { describe, expect, it } from 'vitest'
import { allOf, anyOf, boundOf, noneOf, where } from './condition.js'

describe('a condition', () => {
  it.each([
    [where('board/name', '=', 'Service Desk'), 'board/name="Service Desk"'],
    [where('summary', 'contains', 'a "b" \\ c'), 'summary contains "a \\"b\\" \\\\ c"'],
    [where('summary', '=', '\\'), 'summary="\\\\"'],
    [where('summary', 'like', "50% O'Hara"), 'summary like "50% O\'Hara"'],
    [where('closedFlag', '=', false), 'closedFlag=false'],
    [where('owner/id', '!=', null), 'owner/id!=null'],
    [where('actualHours', '<', 1.5), 'actualHours<1.5'],
    [where('_info/lastUpdated', '>=', new Date('2025-03-01T10:20:30.999Z')), '_info/lastUpdated>=[2025-03-01T10:20:30Z]'],
    [where('status/id', 'in', [16, 17]), 'status/id in (16,17)'],
    [where('company/identifier', 'in', ['A"', 'B']), 'company/identifier in ("A\\"","B")'],
    [noneOf(where('id', '>', 5)), 'not (id>5)'],
    [allOf(where('a', '=', 1), undefined, where('b', '=', 2)), 'a=1 and b=2'],
    [allOf(where('a', '=', 1), anyOf(where('b', '=', 2), where('c', '=', 3))), 'a=1 and (b=2 or c=3)'],
    [anyOf(allOf(where('a', '=', 1), where('b', '=', 2)), noneOf(where('c', '=', 3))), '(a=1 and b=2) or not (c=3)'],
    [allOf(undefined, anyOf(where('a', '=', 1), undefined)), 'a=1'],
  ])('%s is written so that it says what was meant', (condition, text) => {
    expect(condition?.text).toBe(text)
  })

  it('of nothing is nothing', () => {
    expect([allOf(), anyOf(undefined)]).toEqual([undefined, undefined])
  })

  it.each([
    [() => where('summary" or "x', '=', 'y'), 'is no field'],
    [() => where('status//name', '=', 'y'), 'is no field'],
    [() => where('id', 'in', []), 'has an empty list'],
    [() => where('owner', '<', null), 'says nothing'],
    [() => where('hours', '=', NaN), 'cannot be written'],
    [() => where('hours', '=', 1e300), 'cannot be written'],
    [() => where('closedDate', '=', new Date(NaN)), 'a date that is none'],
  ])('%s is refused', (make, message) => {
    expect(make).toThrow(expect.objectContaining({ code: 'V1009', message: expect.stringContaining(message) as string }))
  })
})

describe('a bound', () => {
  it.each([
    ['2025-03-01T00:00:00Z', '2025-03-01T00:00:00.000Z'],
    ['2025-03-01T00:00:00.000001Z', '2025-03-01T00:00:01.000Z'],
    ['2025-03-01T02:00:00+02:00', '2025-03-01T00:00:00.000Z'],
    ['2025-03-01', '2025-03-01T00:00:00.000Z'],
  ])('%s begins at the next whole second', (text, instant) => {
    expect(boundOf(text, 'since').toISOString()).toBe(instant)
  })

  it('must be an instant', () => {
    expect(() => boundOf('yesterday', 'since')).toThrow(expect.objectContaining({ code: 'V1009', message: expect.stringContaining('"yesterday" is no instant for since') as string }))
  })
})
