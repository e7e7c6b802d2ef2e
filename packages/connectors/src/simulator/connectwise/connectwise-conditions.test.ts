import { describe, expect, it } from 'vitest'
import { readConditions } from './connectwise-conditions.js'

const names = new Set(['id', 'summary', 'status', 'owner', 'closedFlag', 'actualHours', '_info'])
const rows = [
  { id: 1, summary: 'Printer "offline"', status: { id: 16, name: 'New' }, closedFlag: false, actualHours: 1.5, _info: { lastUpdated: '2025-03-01T00:00:00Z' } },
  { id: 2, summary: '50% of \\\\nas full', status: { id: 17, name: 'In Progress' }, owner: { id: 7 }, closedFlag: false, _info: { lastUpdated: '2025-03-02T00:00:00Z' } },
  { id: 3, summary: "Can't print", status: { id: 99, name: '>Closed' }, owner: { id: 8 }, closedFlag: true, actualHours: 4, _info: { lastUpdated: '2025-03-03T00:00:00Z' } },
]
const found = (conditions: string) => rows.filter(readConditions(conditions, names)).map(({ id }) => id)

describe('conditions', () => {
  it.each<[string, number[]]>([
    ['id = 2', [2]],
    ['id!=2', [1, 3]],
    ['id >= 2 and id<3', [2]],
    ['summary = "printer \\"offline\\""', [1]],
    ["summary = 'Can\\'t print'", [3]],
    ['summary contains "PRINT"', [1, 3]],
    ['summary like "%print%"', [1, 3]],
    ['summary like "print*"', [1]],
    ['summary contains "%"', [2]],
    ['summary = "50% of \\\\\\\\nas full"', [2]],
    ['status/name = ">closed"', [3]],
    ['status/id in (16, 17)', [1, 2]],
    ['status/id not in (16,17)', [3]],
    ['not (status/id in (16))', [2, 3]],
    ['not not id = 1', [1]],
    ['owner/id = null', [1]],
    ['owner/id != null', [2, 3]],
    ['owner = NULL or id=3', [1, 3]],
    ['actualHours > 0', [1, 3]],
    ['closedFlag = true', [3]],
    ['closedFlag = False and id > 1', [2]],
    ['lastUpdated > [2025-03-01T00:00:00Z]', [2, 3]],
    ['_info/lastUpdated >= [2025-03-02T01:00:00+01:00] and _info/lastUpdated < [2025-03-03]', [2]],
    ['id = 1 or id = 2 and closedFlag = true', [1]],
    ['(id = 1 or id = 2) and closedFlag = false', [1, 2]],
    ['id = 2 AND closedFlag = false', [2]],
    ['status/Name = "New"', []],
  ])('%s finds %j', (conditions, ids) => {
    expect(found(conditions)).toEqual(ids)
  })

  it.each([
    ['id', '"" is no operator at word 2'],
    ['id =', 'a value is expected at word 3'],
    ['= 5', 'a field is expected at word 1'],
    ['id = 5 5', 'something is left over at word 3'],
    ['id = 5 and', 'a field is expected at word 5'],
    ['(id = 5', '")" is expected at word 4'],
    ['id in 5', '"(" is expected at word 2'],
    ['id in ()', 'a value is expected at word 4'],
    ['summary = "open', 'not understood at position 9'],
    ['id = 5; drop', 'not understood at position 6'],
    ['urgency = "High"', 'there is no urgency'],
    ['owner > null', 'null is equal or not equal'],
    ['id contains 5', 'contains takes a text'],
    ['_info/lastUpdated > [soon]', '[soon] is no date'],
  ])('%s is refused', (conditions, message) => {
    expect(() => found(conditions)).toThrow(expect.objectContaining({ status: 400, message: `conditions: ${message}` }))
  })

  it('compare only what can be compared', () => {
    expect(() => found('id = "1"')).toThrow('conditions: id cannot be compared with this value')
    expect(() => found('summary > [2025-01-01]')).toThrow('cannot be compared')
  })
})
