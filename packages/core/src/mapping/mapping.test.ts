import { parse } from 'lossless-json'
import { describe, expect, it } from 'vitest'
import { VarveError } from '../error/varve-error.js'
import { t } from '../table/column.js'
import { table } from '../table/table.js'
import { constant, from, wholeRow, type FieldMapping } from './field-mapping.js'
import { mapping, mappingOf } from './mapping.js'

const things = table('shop.things', {
  thingId: t.integer().notNull(),
  label: t.text(40),
  state: t.text(20).notNull().default('new'),
  hours: t.decimal(9, 2),
  seenAt: t.timestamp(),
  seenOn: t.date(),
  ok: t.boolean(),
  extra: t.json(),
})

const one = (field: FieldMapping, row: object, column: 'label' | 'state' | 'hours' | 'seenAt' | 'seenOn' | 'ok' | 'extra' = 'label') => {
  const answer = mapping(things, { thingId: constant(1), [column]: field }).apply(row)
  return { value: answer.row[column], problems: answer.problems }
}
const valueOf = (...[field, row, column]: Parameters<typeof one>) => {
  const { value, problems } = one(field, row, column)
  expect(problems).toEqual([])
  return value
}
const messages = (...[field, row, column]: Parameters<typeof one>) => one(field, row, column).problems.map(({ severity, message }) => `${severity}: ${message}`)

describe('a row is mapped', () => {
  it('to the properties of the table, in its order', () => {
    const mapped = mapping(things, { extra: wholeRow(), label: from('name'), thingId: from('id') }).apply({ id: 7, name: 'Lamp' })
    expect(JSON.stringify(mapped.row)).toBe('{"thingId":7,"label":"Lamp","extra":{"id":7,"name":"Lamp"}}')
    expect(mapped.problems).toEqual([])
  })

  it('from the first path that has a value', () => {
    const field = from('TKTCT-Type', 'CT-TYPE')
    expect(valueOf(field, { 'TKTCT-Type': 'a', 'CT-TYPE': 'b' })).toBe('a')
    expect(valueOf(field, { 'CT-TYPE': 'b' })).toBe('b')
    expect(valueOf(field, { 'TKTCT-Type': null, 'CT-TYPE': 'b' })).toBe('b')
    expect(valueOf(field, { 'TKTCT-Type': null })).toBeNull()
    expect(valueOf(field, {})).toBeNull()
  })

  it('past a path whose value the transforms emptied', () => {
    expect(valueOf(from('company', 'name').trim().emptyToNull(), { company: '  ', name: 'Harbour Foods' })).toBe('Harbour Foods')
  })

  it('but not past one whose value cannot be read', () => {
    expect(one(from('a', 'b').yesNo(), { a: 'maybe', b: 'yes' }, 'ok')).toMatchObject({ value: null, problems: [{ path: 'a', value: 'maybe' }] })
  })

  it('with a default left to the table only where the source has no such field', () => {
    expect(one(from('state'), {}, 'state').value).toBeUndefined()
    expect(one(from('state'), { state: null }, 'state').value).toBeNull()
  })
})

describe('transforms', () => {
  it('run in the order written', () => {
    expect(valueOf(from('v').trim().emptyToNull(), { v: '  ' })).toBeNull()
    expect(valueOf(from('v').emptyToNull().trim(), { v: '  ' })).toBe('')
    expect(valueOf(from('v').trim().lookup({ PendingAssignment: 'nobody' }), { v: ' PendingAssignment' })).toBe('nobody')
  })

  it('leave alone what is not theirs', () => {
    expect(valueOf(from('v').trim().emptyToNull(), { v: 0 })).toBe(0)
    expect(valueOf(from('v').trim().emptyToNull(), { v: false }, 'ok')).toBe(false)
  })

  it('never see NULL', () => {
    expect(valueOf(from('v').yesNo().map(() => expect.fail('called')), { v: null }, 'ok')).toBeNull()
    expect(valueOf(constant(null).map(() => expect.fail('called')), {})).toBeNull()
  })

  it('read local times as an instant, or as a day where the column is one', () => {
    const field = from('v').dayFirst({ zone: 'Asia/Riyadh' })
    expect(valueOf(field, { v: '06/01/2026 00:30' }, 'seenAt')).toBe('2026-01-05T21:30:00Z')
    expect(valueOf(field, { v: '06/01/2026 00:30' }, 'seenOn')).toBe('2026-01-06')
    expect(valueOf(from('v').dayFirst({ zone: 'Asia/Riyadh', as: 'date' }), { v: '06/01/2026 00:30' })).toBe('2026-01-06')
    expect(valueOf(from('v').isoDateTime({ zone: 'Asia/Riyadh' }), { v: '2026-01-06 00:30' }, 'seenAt')).toBe('2026-01-05T21:30:00Z')
    expect(valueOf(from('v').epochSeconds(), { v: 1700000000 }, 'seenAt')).toBe('2023-11-14T22:13:20Z')
    expect(valueOf(from('v').epochMillis(), { v: 1700000000000 }, 'seenAt')).toBe('2023-11-14T22:13:20Z')
  })

  it('read decimals with a comma', () => {
    expect(valueOf(from('v').commaDecimal(), { v: '1.234,5' }, 'hours')).toBe('1234.5')
    expect(valueOf(from('v').commaDecimal({ lonePoint: 'decimals' }), { v: '1.234' }, 'hours')).toBe('1.234')
  })

  it.each<[unknown, boolean]>([['Yes', true], ['y', true], ['TRUE', true], ['1', true], [1, true], [true, true], [' no ', false], ['N', false], ['False', false], [0, false], [0n, false], [parse('1'), true]])('read %o as %s', (v, expected) => {
    expect(valueOf(from('v').yesNo(), { v }, 'ok')).toBe(expected)
  })

  it.each(['', 'maybe', 2, {}, 'constructor'])('take %o for neither yes nor no', (v) => {
    expect(one(from('v').yesNo(), { v }, 'ok')).toMatchObject({ value: null, problems: [{ rule: 'yesNo', severity: 'error', value: v }] })
  })

  it('keep JSON as it is, read it from text, and write it to a text column', () => {
    const attributes = [{ title: 'Priority', value: 'L2' }]
    expect(valueOf(from('v').json(), { v: attributes }, 'extra')).toBe(attributes)
    expect(valueOf(from('v').json(), { v: '{"a":[1,12345678901234567890]}' }, 'extra')).toEqual({ a: [1, parse('12345678901234567890')] })
    expect(valueOf(from('v').json(), { v: attributes })).toBe('[{"title":"Priority","value":"L2"}]')
    expect(valueOf(from('v').json(), { v: '{"a": 1}' })).toBe('{"a": 1}')
    expect(messages(from('v').json(), { v: '{a}' }, 'extra')).toEqual(['error: "extra" "{a}" (from "v") is not JSON'])
  })

  it('keep the whole row, as text where the column is text', () => {
    const row = { id: 1, big: parse('12345678901234567890') }
    expect(valueOf(wholeRow(), row, 'extra')).toBe(row)
    expect(valueOf(wholeRow(), row)).toBe('{"id":1,"big":12345678901234567890}')
    const loop: Record<string, unknown> = {}
    loop['loop'] = loop
    expect(one(wholeRow(), loop).problems).toMatchObject([{ rule: 'wholeRow', severity: 'error' }])
  })

  it('look values up', () => {
    const values = { 'In Progress': 'in_progress', none: null, 7: 'seven' }
    expect(valueOf(from('v').lookup(values), { v: 'In Progress' })).toBe('in_progress')
    expect(valueOf(from('v').lookup(values), { v: 'none' })).toBeNull()
    expect(valueOf(from('v').lookup(values), { v: 7 })).toBe('seven')
    expect(messages(from('v').lookup(values), { v: 'toString' })).toEqual(['error: "label" "toString" (from "v") is not in the look-up, which knows 7, In Progress, none'])
    expect(valueOf(from('v').lookup(values, { otherwise: 'keep' }), { v: 'Closed' })).toBe('Closed')
    expect(valueOf(from('v').lookup(values, { otherwise: { value: 'other' } }), { v: 'Closed' })).toBe('other')
    expect(valueOf(from('v').lookup(values, { otherwise: { value: null } }), { v: {} })).toBeNull()
  })

  it('call a function, and turn what it throws into a problem', () => {
    expect(valueOf(from('v').map((value, row) => `${String(value)}-${String(row['w'])}`), { v: 1, w: 2 })).toBe('1-2')
    expect(valueOf(from('v').map(() => undefined), { v: 1 })).toBeNull()
    const field = from('v').map(() => {
      throw new Error('no such code')
    }, 'decode')
    expect(one(field, { v: 'x' })).toEqual({ value: null, problems: [{ column: 'label', path: 'v', rule: 'decode', severity: 'error', message: '"label" "x" (from "v") was refused by decode: no such code', value: 'x' }] })
  })
})

describe('a problem', () => {
  it('tells the column, the path, the rule and the value as it came', () => {
    expect(one(from('a.when', 'TKT-Created Time').trim().dayFirst({ zone: 'UTC' }).required(), { 'TKT-Created Time': ' 31/02/2025' }, 'seenAt')).toEqual({
      value: null,
      problems: [{ column: 'seen_at', path: 'TKT-Created Time', rule: 'dayFirst', severity: 'error', message: '"seen_at" " 31/02/2025" (from "TKT-Created Time") is a day that does not exist', value: ' 31/02/2025' }],
    })
  })

  it('is reported for each rule that is broken, and keeps the value', () => {
    const field = from('v').length({ max: 3 }, { severity: 'info' }).pattern(/^\d+$/, { severity: 'warn' }).allowed(['12', 34])
    expect(valueOf(field, { v: 34 })).toBe(34)
    expect(one(field, { v: 'four' }).value).toBe('four')
    expect(messages(field, { v: 'four' })).toEqual([
      'info: "label" "four" (from "v") has 4 characters, and must have at most 3',
      String.raw`warn: "label" "four" (from "v") does not match /^\d+$/`,
      'error: "label" "four" (from "v") is not allowed: it must be one of 12, 34',
    ])
  })

  it('shows a long value in short, and one with parts by its kind', () => {
    const [long, list] = [messages(from('v').allowed(['a']), { v: 'x'.repeat(200) }), messages(from('v').allowed(['a']), { v: [1] })]
    expect(long[0]?.length).toBeLessThan(160)
    expect(list).toEqual(['error: "label" a list (from "v") is not allowed: it must be one of a'])
  })
})

describe('rules', () => {
  it('judge what the transforms made, wherever they are written', () => {
    expect(valueOf(from('v').allowed(['open']).trim(), { v: ' open ' })).toBe('open')
  })

  it('pass over NULL, except for required', () => {
    expect(valueOf(from('v').allowed(['a']).range({ min: 1 }).length({ min: 1 }).pattern(/x/).check('never be called', () => expect.fail('called')), {})).toBeNull()
  })

  it('require a value: absent, null and emptied are told apart', () => {
    expect(messages(from('v').required(), {})).toEqual(['error: "label" is required, but the row has no "v"'])
    expect(messages(from('v', 'w').required(), { w: null })).toEqual(['error: "label" is required, but "v" or "w" has no value'])
    expect(messages(from('v').trim().emptyToNull().required({ severity: 'warn' }), { v: ' ' })).toEqual(['warn: "label" is required, but "v" has no value'])
    expect(messages(constant(null).required(), {})).toEqual(['error: "label" is required, but its source has no value'])
  })

  it('count characters, not halves of them', () => {
    expect(valueOf(from('v').length({ min: 2, max: 3 }), { v: '😀😀😀' })).toBe('😀😀😀')
    expect(messages(from('v').length({ min: 4 }), { v: '😀😀😀' })).toEqual(['error: "label" "😀😀😀" (from "v") has 3 characters, and must have at least 4'])
    expect(messages(from('v').length({ min: 4 }), { v: [] })).toEqual(['error: "label" a list (from "v") is no text, so it has no length'])
  })

  it('bound a range', () => {
    expect(messages(from('v').commaDecimal().range({ min: 0, max: 500 }, { severity: 'warn' }), { v: '500,01' }, 'hours')).toEqual(['warn: "hours" "500,01" (from "v") is more than 500'])
    expect(messages(from('v').dayFirst({ zone: 'UTC' }).range({ min: '2000-01-02' }), { v: '01/01/2000' }, 'seenAt')).toEqual(['error: "seen_at" "01/01/2000" (from "v") is before 2000-01-02'])
  })

  it('call a check with the value and the row', () => {
    const field = from('closed').check('not lie before "opened"', (value, row) => String(value) >= String(row['opened']), { severity: 'warn' })
    expect(valueOf(field, { closed: '2025', opened: '2024' })).toBe('2025')
    expect(messages(field, { closed: '2023', opened: '2024' })).toEqual(['warn: "label" "2023" (from "closed") must not lie before "opened"'])
    const broken = from('v').check('be right', () => {
      throw new Error('oops')
    })
    expect(messages(broken, { v: 1 })).toEqual(['error: "label" 1 (from "v") must be right, but the check failed: oops'])
  })
})

describe('unused fields', () => {
  it('are those that no path reads, the most frequent first', () => {
    const desk = mapping(things, { thingId: from('id'), label: from('status.name', 'Status__Name'), extra: from('items[0].code'), state: from('a.b') })
    const rows = [
      { id: 1, status: { id: 5, name: 'Open', info: { href: 'x' } }, site: { id: 1 }, items: [{ code: 1, unit: 'm' }, { code: 2 }, { code: 3 }], 'a.b': 1 },
      { id: 2, status: { id: 6, name: null }, site: null, Status: { Name: 'x', rank: 1 }, items: [], 'a.b': 1, nothing: undefined },
      { id: 3, status: null, items: null, a: { b: 1, c: 2 } },
      { id: 4, status: 'Open' },
    ]
    expect(desk.unusedFields(rows)).toEqual([
      { field: 'site', seen: 2 },
      { field: 'status.id', seen: 2 },
      { field: 'Status.rank', seen: 1 },
      { field: 'a.c', seen: 1 },
      { field: 'items[0].unit', seen: 1 },
      { field: 'items[]', seen: 1 },
      { field: 'status', seen: 1 },
      { field: 'status.info', seen: 1 },
    ])
  })

  it('include those that only the whole row keeps', () => {
    expect(mapping(things, { thingId: from('id'), extra: wholeRow() }).unusedFields([{ id: 1, more: null }])).toEqual([{ field: 'more', seen: 1 }])
  })
})

describe('coverage', () => {
  it('counts each row once for each column', () => {
    const covered = mapping(things, {
      thingId: from('id').required(),
      label: from('name', 'title').trim().emptyToNull(),
      hours: from('hours').commaDecimal().range({ max: 24 }),
      ok: from('ok').yesNo().allowed([true], { severity: 'warn' }),
      state: constant('new'),
      extra: wholeRow(),
    })
    const rows = [{ id: 1, name: 'a', hours: '1,5', ok: 'no' }, { id: null, title: ' ', hours: '25', ok: 'maybe' }, { hours: 'x', name: null }]
    expect(covered.coverage(rows)).toEqual([
      { column: 'thing_id', matched: 1, absent: 1, null: 1, failed: 0 },
      { column: 'label', matched: 1, absent: 0, null: 2, failed: 0 },
      { column: 'state', matched: 3, absent: 0, null: 0, failed: 0 },
      { column: 'hours', matched: 1, absent: 0, null: 0, failed: 2 },
      { column: 'ok', matched: 1, absent: 1, null: 0, failed: 1 },
      { column: 'extra', matched: 3, absent: 0, null: 0, failed: 0 },
    ])
  })
})

describe('a description', () => {
  const described = () =>
    mapping(things, {
      label: from('name', 'title').trim().lookup({ a: 'A', b: null }, { otherwise: { value: 'other' } }).map(String, 'as text').length({ max: 40 }).pattern(/^A/i, { severity: 'warn' }),
      hours: from('hours').commaDecimal({ lonePoint: 'decimals' }).range({ min: 0 }).check('be whole', () => true, { severity: 'info' }),
      seenAt: from('seen').dayFirst({ zone: 'Asia/Riyadh', clockChange: 'reject' }),
      thingId: from('id').required(),
      ok: constant(true),
      extra: wholeRow(),
    }).describe()

  it('is plain data, in the order of the table', () => {
    expect(described()).toEqual({
      table: 'shop.things',
      columns: [
        { column: 'thing_id', property: 'thingId', type: 'integer', source: { kind: 'paths', paths: ['id'] }, transforms: [], rules: [{ kind: 'required', severity: 'error' }] },
        {
          column: 'label', property: 'label', type: 'text(40)', source: { kind: 'paths', paths: ['name', 'title'] },
          transforms: [{ kind: 'trim' }, { kind: 'lookup', values: { a: 'A', b: null }, otherwise: { value: 'other' } }, { kind: 'map', name: 'as text' }],
          rules: [{ kind: 'length', severity: 'error', max: 40 }, { kind: 'pattern', severity: 'warn', pattern: '/^A/i' }],
        },
        {
          column: 'hours', property: 'hours', type: 'decimal(9,2)', source: { kind: 'paths', paths: ['hours'] },
          transforms: [{ kind: 'commaDecimal', lonePoint: 'decimals' }], rules: [{ kind: 'range', severity: 'error', min: 0 }, { kind: 'check', severity: 'info', must: 'be whole' }],
        },
        { column: 'seen_at', property: 'seenAt', type: 'timestamp', source: { kind: 'paths', paths: ['seen'] }, transforms: [{ kind: 'dayFirst', zone: 'Asia/Riyadh', clockChange: 'reject' }], rules: [] },
        { column: 'ok', property: 'ok', type: 'boolean', source: { kind: 'constant', value: true }, transforms: [], rules: [] },
        { column: 'extra', property: 'extra', type: 'json', source: { kind: 'wholeRow' }, transforms: [], rules: [] },
      ],
      unmapped: ['state', 'seen_on'],
    })
  })

  it('survives JSON, and is the same each time', () => {
    expect(JSON.parse(JSON.stringify(described()))).toEqual(described())
    expect(JSON.stringify(described())).toBe(JSON.stringify(described()))
  })
})

describe('a mapping to a table known at run time', () => {
  const numbered = table('shop.numbered', { rowId: t.bigint().identity(), thingId: t.integer().notNull(), state: t.text().notNull().default('new'), label: t.text().notNull() })

  it('names columns by property or by their name in the database', () => {
    const { row } = mappingOf(numbered.spec, { thing_id: from('id'), label: from('name') }).apply({ id: 1, name: 'Lamp' })
    expect(row).toEqual({ thingId: 1, label: 'Lamp' })
  })

  it('is refused with every mistake at once', () => {
    const refusal = () => mappingOf(numbered.spec, {
      rowId: from('id'),
      thingId: from('', 'id').dayFirst({ zone: 'Mars/Olympus' }).lookup({}),
      thing_id: from('id'),
      colour: from('colour'),
      state: from('state').range({ min: 5, max: 1 }).range({}).range({ min: 'low' }).range({ min: 1, max: '2020-01-01' }).allowed([]).pattern(/x/g).length({ min: 3, max: 2 }).length({}),
    })
    expect(refusal).toThrow(VarveError)
    expect(refusal).toThrow('[V1004] The mapping to table "shop.numbered" has 15 mistakes: column "rowId" is filled by the engine and cannot be mapped; column "thingId": a path')
    expect(refusal).toThrow(expect.objectContaining({
      context: {
        table: 'shop.numbered',
        mistakes: [
          'column "rowId" is filled by the engine and cannot be mapped',
          'column "thingId": a path is empty: name a field of the source',
          'column "thingId": there is no time zone "Mars/Olympus": write an IANA name such as Europe/Berlin, or an offset such as +03:00',
          'column "thingId": a look-up lists no values: list at least one',
          'column "thing_id" is mapped twice',
          'there is no column "colour" (there are rowId, thingId, state, label)',
          'column "state": a range from 5 to 1 is empty: min must not be more than max',
          'column "state": a range has no bounds: give min, max or both',
          'column "state": a range has the bounds low, which cannot be compared: they must be numbers, or ISO dates and instants',
          'column "state": a range has the bounds 1 and 2020-01-01, which cannot be compared: they must be numbers, or ISO dates and instants',
          'column "state": a rule allows no values at all: list at least one',
          'column "state": the pattern /x/g has the flag g or y, which remembers a place between rows: leave it out',
          'column "state": a length from 3 to 2 cannot be met: min must not be more than max',
          'column "state": a length has no bounds: give min, max or both',
          'column "label" is not null and has no default, but is not mapped',
        ],
      },
    }))
  })

  it('is refused when a path is none', () => {
    const nowhere: unknown = undefined
    expect(() => mappingOf(numbered.spec, { thingId: from(nowhere as string), label: from('x') })).toThrow('has a mistake: column "thingId": a path is empty: name a field of the source.')
  })

  it('is refused when a column is mapped to something else', () => {
    expect(() => mappingOf(numbered.spec, { thingId: 'id' as unknown as FieldMapping, label: from('x') })).toThrow('[V1004] The mapping to table "shop.numbered" has a mistake: column "thingId" is mapped to something else than from(…), constant(…) or wholeRow().')
  })
})
