import { describe, expect, it } from 'vitest'
import { t, table, VarveError } from '@varve/core'
import { dimensionDefinition, type DimensionDefinition } from '../definition/dimension-definition.js'
import { applyLoad, type LoadResult } from './apply-load.js'
import { historyOf } from './history-of.js'
import { load, remove, type DeleteEvent, type Load, type LoadRow } from './load.js'
import { revertBatch } from './revert-batch.js'
import { emptyState, type DimensionState } from './state.js'
import { versionsIn } from './versions-in.js'

// The rules of the contract, one after the other: the smallest case that shows each, and one that a simpler implementation gets wrong.

const columns = { id: t.integer().notNull(), tier: t.text(), mail: t.text(), born: t.text(), note: t.text() }
const timed = table('dim_timed', { ...columns, at: t.timestamp().notNull() })
const untimed = table('dim_untimed', columns)
const roles = { key: ['id'], overwrite: ['mail'], fixed: ['born'], ignore: ['note'] } as const

/** Changes take the source's instant. */
const withSequence = dimensionDefinition(timed, { ...roles, sequence: 'at', deletes: 'close' })
/** Changes take the load's instant. */
const withoutSequence = dimensionDefinition(untimed, { ...roles, deletes: 'close' })

/** A history in short: `1 gold 01-01..02-01`, with days of 2025. */
const history = (definition: DimensionDefinition, loads: readonly Load[]) => show(definition, applyAll(definition, loads).state)

function show(definition: DimensionDefinition, state: DimensionState, column = 'tier'): string[] {
  return versionsIn(state).map(({ values, validFrom, validTo }) => {
    const key = definition.key.map(({ property }) => values[property]).join('|')
    return `${key} ${values[column] ?? 'NULL'} ${short(validFrom)}..${validTo === null ? '' : short(validTo)}`
  })
}

const short = (instant: string) => instant.replace(/^2025-/, '').replace('T00:00:00Z', '')

function applyAll(definition: DimensionDefinition, loads: readonly Load[]): LoadResult {
  let result: LoadResult | undefined
  for (const one of loads) {
    result = applyLoad(definition, result?.state ?? emptyState(), one)
    if (result.refused) throw result.refused
  }
  if (!result) throw new Error('no load')
  return result
}

const day = (monthDay: string) => `2025-${monthDay}`
/** A row with a sequence. */
const seen = (id: number, at: string, tier: string | null, rest: object = {}) => ({ id, at: day(at), tier, ...rest })
const partial = (at: string, ...rows: (LoadRow | DeleteEvent)[]) => load(day(at), rows)
const complete = (at: string, ...rows: (LoadRow | DeleteEvent)[]) => load(day(at), rows, { complete: true })

function refusalOf(definition: DimensionDefinition, before: readonly Load[], last: Load): { code: string; context: Readonly<Record<string, unknown>> } {
  const { state } = before.length > 0 ? applyAll(definition, before) : { state: emptyState() }
  const result = applyLoad(definition, state, last)
  expect(result.state === state, 'a refused load leaves no trace').toBe(true)
  if (!(result.refused instanceof VarveError)) throw new Error('the load was not refused')
  return { code: result.refused.code, context: result.refused.context }
}

describe('H1 versions of a key touch, never overlap, and never repeat their neighbour', () => {
  it('ends a version where the next one begins', () => {
    expect(history(withSequence, [partial('03-01', seen(1, '01-01', 'gold'), seen(1, '02-01', 'silver'))])).toEqual(['1 gold 01-01..02-01', '1 silver 02-01..'])
  })

  it('makes one version of two that a deletion between them no longer keeps apart', () => {
    const loads = [partial('06-01', seen(1, '01-01', 'gold'), remove({ id: 1, at: day('02-01') }), seen(1, '03-01', 'gold'))]
    expect(history(withSequence, loads)).toEqual(['1 gold 01-01..02-01', '1 gold 03-01..'])
    expect(history(withSequence, [...loads, partial('06-02', seen(1, '02-01', 'silver'))]), 'delete wins').toEqual(['1 gold 01-01..02-01', '1 gold 03-01..'])
    expect(history(withSequence, [partial('06-01', seen(1, '01-01', 'gold'), seen(1, '03-01', 'gold'))])).toEqual(['1 gold 01-01..'])
  })
})

describe('H2 the versions are a function of what was said', () => {
  const events = [seen(1, '01-01', 'gold'), seen(1, '02-01', 'silver'), seen(1, '03-01', 'gold')]

  it('splits the version that a late event falls in', () => {
    expect(history(withSequence, [partial('06-01', seen(1, '01-01', 'gold')), partial('06-02', seen(1, '02-01', 'silver'))])).toEqual(['1 gold 01-01..02-01', '1 silver 02-01..'])
    expect(history(withSequence, [partial('06-01', seen(1, '01-01', 'gold'), seen(1, '03-01', 'gold')), partial('06-02', seen(1, '02-01', 'silver'))])).toEqual([
      '1 gold 01-01..02-01', '1 silver 02-01..03-01', '1 gold 03-01..',
    ])
  })

  it('puts an early event before all versions', () => {
    expect(history(withSequence, [partial('06-01', seen(1, '03-01', 'gold')), partial('06-02', seen(1, '02-01', 'silver'))])).toEqual(['1 silver 02-01..03-01', '1 gold 03-01..'])
    expect(history(withSequence, [partial('06-01', seen(1, '03-01', 'gold')), partial('06-02', seen(1, '02-01', 'gold'))])).toEqual(['1 gold 02-01..'])
  })

  it('ends a version earlier for a late deletion', () => {
    const loads = [partial('06-01', seen(1, '01-01', 'gold'), remove({ id: 1, at: day('05-01') })), partial('06-02', remove({ id: 1, at: day('03-01') }))]
    expect(history(withSequence, loads)).toEqual(['1 gold 01-01..03-01'])
  })

  it('remembers a deletion that came before its member', () => {
    expect(history(withSequence, [partial('06-01', remove({ id: 1, at: day('03-01') })), partial('06-02', seen(1, '02-01', 'gold'))])).toEqual(['1 gold 02-01..03-01'])
  })

  it('remembers that values were seen again, though that opened no version', () => {
    expect(history(withoutSequence, [partial('01-01', { id: 1, tier: 'gold' }), partial('03-01', { id: 1, tier: 'gold' }), partial('02-01', { id: 1, tier: 'silver' })])).toEqual([
      '1 gold 01-01..02-01', '1 silver 02-01..03-01', '1 gold 03-01..',
    ])
  })

  it('makes nothing of the order in which events arrive, nor of how often', () => {
    const orders = [[0, 1, 2], [2, 1, 0], [1, 0, 2], [1, 2, 0, 1, 2, 0]]
    for (const order of orders) {
      expect(history(withSequence, order.map((at, index) => partial(`06-${10 + index}`, events[at] as LoadRow)))).toEqual(['1 gold 01-01..02-01', '1 silver 02-01..03-01', '1 gold 03-01..'])
    }
  })
})

describe('H3 two clocks', () => {
  it('takes the instant of the source where there is a sequence, and of the load where there is none', () => {
    expect(history(withSequence, [partial('06-01', seen(1, '01-01', 'gold'))])).toEqual(['1 gold 01-01..'])
    expect(history(withoutSequence, [partial('06-01', { id: 1, tier: 'gold' })])).toEqual(['1 gold 06-01..'])
  })

  it('gives absence, and a deletion without an instant, the instant of the load', () => {
    expect(history(withSequence, [partial('06-01', seen(1, '01-01', 'gold')), complete('06-02', seen(2, '01-01', 'gold'))])).toEqual(['1 gold 01-01..06-02', '2 gold 01-01..'])
    expect(history(withSequence, [partial('06-01', seen(1, '01-01', 'gold')), partial('06-03', remove({ id: 1 }))])).toEqual(['1 gold 01-01..06-03'])
  })

  it('keeps microseconds, and orders instants with and without a fraction by time', () => {
    const rows = ['T10:00:00.000001Z', 'T10:00:00Z', 'T10:00:00.1Z'].map((time, index) => ({ id: 1, at: `2025-01-01${time}`, tier: String(index) }))
    expect(history(withSequence, [partial('06-01', ...rows)])).toEqual(['1 1 01-01T10:00:00Z..01-01T10:00:00.000001Z', '1 0 01-01T10:00:00.000001Z..01-01T10:00:00.100Z', '1 2 01-01T10:00:00.100Z..'])
  })

  it('takes two spellings of an instant for one', () => {
    const result = applyAll(withSequence, [partial('06-01', { id: 1, at: '2025-03-30T01:30:00Z', tier: 'gold' }, { id: 1, at: '2025-03-30T03:30:00+02:00', tier: 'gold' }, { id: 1, at: new Date('2025-03-30T01:30:00Z'), tier: 'gold' })])
    expect(result.counts).toMatchObject({ read: 3, duplicate: 2, new: 1 })
  })

  it('takes an event from the future, with a finding', () => {
    const result = applyAll(withSequence, [partial('06-01', seen(1, '01-01', 'gold'), seen(1, '08-01', 'silver'))])
    expect(show(withSequence, result.state)).toEqual(['1 gold 01-01..08-01', '1 silver 08-01..'])
    expect(result.findings).toMatchObject([{ kind: 'future', key: { id: 1 }, rowNumber: 2 }])
  })

  it('drops a version whose member is gone before it begins, rather than closing it before its start', () => {
    const future = partial('06-01', seen(1, '01-01', 'gold'), seen(1, '08-01', 'silver'))
    const absent = applyAll(withSequence, [future, complete('07-01', seen(2, '01-01', 'gold'))])
    expect(show(withSequence, absent.state)).toEqual(['1 gold 01-01..07-01', '2 gold 01-01..'])
    expect(absent.findings).toMatchObject([{ kind: 'dropped', key: { id: 1 } }])
    expect(history(withSequence, [future, partial('07-01', remove({ id: 1 }))])).toEqual(['1 gold 01-01..07-01'])
    expect(history(withSequence, [complete('07-01', seen(2, '01-01', 'gold')), { ...future, at: day('06-01') }]), 'in the other order too').toEqual(['1 gold 01-01..07-01', '2 gold 01-01..'])
    expect(history(withSequence, [partial('06-01', remove({ id: 1 }), seen(1, '01-01', 'gold'), seen(1, '08-01', 'silver'))]), 'one load that says both means both').toEqual(['1 gold 01-01..06-01', '1 silver 08-01..'])
    expect(history(withSequence, [future, complete('07-01', seen(2, '01-01', 'gold')), partial('09-01', seen(1, '08-01', 'silver'))]), 'said again when it had begun').toEqual(['1 gold 01-01..07-01', '1 silver 08-01..', '2 gold 01-01..'])
  })

  it('lets a member that has only a version of the future live through a complete load that holds it', () => {
    expect(history(withSequence, [complete('06-01', seen(1, '08-01', 'gold')), complete('07-01', seen(1, '08-01', 'gold'))])).toEqual(['1 gold 08-01..'])
  })
})

describe('H4 a change is a typed difference', () => {
  const wide = table('dim_wide', { a: t.text().notNull(), b: t.text().notNull(), price: t.decimal(10, 2), seen: t.timestamp(), tags: t.json(), note: t.text(), big: t.bigint() })
  const definition = dimensionDefinition(wide, { key: ['a', 'b'] })
  const versionsOf = (...rows: object[]) => versionsIn(applyAll(definition, rows.map((row, index) => load(day(`01-0${index + 1}`), [{ a: 'x', b: 'y', ...row }]))).state).length

  it('knows values by what they are, not by how they are spelled', () => {
    expect(versionsOf({ price: '10.50', seen: '2025-01-01T00:00:00Z', big: '1' }, { price: 10.5, seen: '2025-01-01T02:00+02:00', big: 1n }, { price: '1050e-2', seen: new Date('2025-01-01'), big: '001' })).toBe(1)
    expect(versionsOf({ tags: { a: 1, b: [1, 2] } }, { tags: { b: [1, 2], a: 1 } })).toBe(1)
    expect(versionsOf({ tags: [1, 2] }, { tags: [2, 1] })).toBe(2)
  })

  it('tells NULL from the empty string, and takes a missing property for NULL', () => {
    expect(versionsOf({ note: null }, { note: '' }, { note: null })).toBe(3)
    expect(versionsOf({ note: null }, {}, { note: undefined })).toBe(1)
    expect(versionsOf({ tags: null }, { tags: {} })).toBe(2)
  })

  it('compares compound keys column by column', () => {
    const keys = [['x|y', 'z'], ['x', 'y|z'], ['x","y', 'z'], ['x', '","y'], ['', 'xyz'], ['xyz', '']]
    const { state } = applyAll(definition, [load('2025-01-01', keys.map(([a, b]) => ({ a, b, note: 'n' })))])
    expect(versionsIn(state)).toHaveLength(keys.length)
  })
})

describe('H5 one instant has one row of values', () => {
  it('keeps one version while the values are equal', () => {
    expect(history(withSequence, [partial('06-01', seen(1, '01-01', 'gold'), seen(1, '02-01', 'gold'), seen(1, '03-01', 'gold'))])).toEqual(['1 gold 01-01..'])
  })

  it('keeps the first values of an instant when a later load has others, with a finding', () => {
    const result = applyAll(withSequence, [partial('06-01', seen(1, '01-01', 'gold')), partial('06-02', seen(1, '01-01', 'silver'))])
    expect(show(withSequence, result.state)).toEqual(['1 gold 01-01..'])
    expect(result.findings).toMatchObject([{ kind: 'conflict', key: { id: 1 }, message: expect.stringContaining('tier') as string }])
    expect(result.counts).toMatchObject({ read: 1, unchanged: 1 })
    expect(history(withSequence, [complete('06-01', seen(1, '01-01', 'gold')), complete('06-02', seen(1, '01-01', 'silver'))]), 'in complete loads too').toEqual(['1 gold 01-01..'])
  })

  it('lets the later values replace the first where the definition asks for it', () => {
    const replacing = dimensionDefinition(timed, { ...roles, sequence: 'at', deletes: 'close', conflict: 'replace' })
    const result = applyAll(replacing, [complete('06-01', seen(1, '01-01', 'gold')), complete('06-02', seen(1, '01-01', 'silver'))])
    expect(show(replacing, result.state)).toEqual(['1 silver 01-01..'])
    expect(result.counts).toMatchObject({ changed: 1 })
    expect(history(replacing, [partial('06-01', seen(1, '01-01', 'gold'), seen(1, '02-01', 'silver')), partial('06-02', seen(1, '02-01', 'gold'))]), 'equal neighbours become one').toEqual(['1 gold 01-01..'])
  })
})

describe('H6 deletes', () => {
  it('close by absence where the definition says so, and by delete events in any case', () => {
    const lenient = dimensionDefinition(untimed, { key: ['id'] })
    const loads = [complete('01-01', { id: 1, tier: 'gold' }, { id: 2, tier: 'gold' }), complete('02-01', { id: 1, tier: 'gold' })]
    expect(history(withoutSequence, loads)).toEqual(['1 gold 01-01..', '2 gold 01-01..02-01'])
    expect(history(lenient, loads)).toEqual(['1 gold 01-01..', '2 gold 01-01..'])
    expect(history(lenient, [...loads, partial('03-01', remove({ id: 2 }))])).toEqual(['1 gold 01-01..', '2 gold 01-01..03-01'])
  })

  it('win over an upsert of the same instant, whichever comes first', () => {
    const upsert = seen(1, '02-01', 'silver')
    const gone = remove({ id: 1, at: day('02-01') })
    for (const loads of [[partial('06-02', upsert, gone)], [partial('06-02', gone, upsert)], [partial('06-02', upsert), partial('06-03', gone)], [partial('06-02', gone), partial('06-03', upsert)]]) {
      expect(history(withSequence, [partial('06-01', seen(1, '01-01', 'gold')), ...loads])).toEqual(['1 gold 01-01..02-01'])
    }
    expect(history(withoutSequence, [complete('01-01', { id: 1, tier: 'gold' }), complete('02-01', { id: 1, tier: 'silver' }), partial('02-01', remove({ id: 1 }))])).toEqual(['1 gold 01-01..02-01'])
  })

  it('do not close what is closed', () => {
    const result = applyAll(withoutSequence, [complete('01-01', { id: 1, tier: 'gold' }, { id: 2 }), complete('02-01', { id: 2 }), complete('03-01', { id: 2 }), partial('04-01', remove({ id: 1 }), remove({ id: 9 }))])
    expect(show(withoutSequence, result.state)).toEqual(['1 gold 01-01..02-01', '2 NULL 01-01..'])
    expect(result.counts).toMatchObject({ read: 2, unchanged: 2, closed: 0 })
  })

  it('leave alone a member whose row cannot be read: it is there, with values that nobody knows', () => {
    const typed = dimensionDefinition(table('dim_typed', { id: t.integer().notNull(), size: t.integer() }), { key: ['id'], deletes: 'close' })
    const result = applyAll(typed, [complete('01-01', { id: 1, size: 1 }, { id: 2, size: 2 }), complete('02-01', { id: 1, size: 1 }, { id: 2, size: 'large' })])
    expect(show(typed, result.state, 'size')).toEqual(['1 1 01-01..', '2 2 01-01..'])
    expect(result.counts).toMatchObject({ read: 2, unchanged: 1, rejected: 1, closed: 0 })
  })
})

describe('H7 return', () => {
  it('opens a version at the sequence where that lies after the close', () => {
    expect(history(withSequence, [partial('06-01', seen(1, '01-01', 'gold'), remove({ id: 1, at: day('02-01') })), partial('06-02', seen(1, '03-01', 'gold'))])).toEqual(['1 gold 01-01..02-01', '1 gold 03-01..'])
  })

  it('opens a version at the load where a complete load holds a closed member with an old sequence', () => {
    const closed = [complete('02-01', seen(1, '01-01', 'gold'), seen(2, '01-01', 'x')), complete('03-01', seen(2, '01-01', 'x'))]
    const result = applyAll(withSequence, [...closed, complete('04-01', seen(1, '01-01', 'gold'), seen(2, '01-01', 'x'))])
    expect(show(withSequence, result.state)).toEqual(['1 gold 01-01..03-01', '1 gold 04-01..', '2 x 01-01..'])
    expect(result.counts).toMatchObject({ read: 2, reopened: 1, unchanged: 1, late: 0 })
    expect(history(withSequence, [...closed, partial('04-01', seen(1, '01-01', 'gold'))]), 'in a partial load it is an old event').toEqual(['1 gold 01-01..03-01', '2 x 01-01..'])
    expect(history(withSequence, [...closed, partial('04-01', seen(1, '02-15', 'silver'))]), 'which falls into its place').toEqual(['1 gold 01-01..02-15', '1 silver 02-15..03-01', '2 x 01-01..'])
  })

  it('makes the reading as of a complete load that load, whatever arrives later', () => {
    const loads = [complete('02-01', seen(1, '01-01', 'gold')), partial('06-01', seen(1, '01-15', 'silver'), seen(2, '01-20', 'x'))]
    const result = applyAll(withSequence, loads)
    expect(show(withSequence, result.state)).toEqual(['1 gold 01-01..01-15', '1 silver 01-15..02-01', '1 gold 02-01..', '2 x 01-20..02-01'])
    expect(result.findings).toMatchObject([{ kind: 'absent-later', key: { id: 2 } }])
    expect(history(withSequence, [loads[1] as Load, loads[0] as Load]), 'or earlier').toEqual(show(withSequence, result.state))
  })

  it('lets an old row of a complete load stand from that load on', () => {
    expect(history(withSequence, [partial('02-01', seen(1, '01-10', 'silver')), complete('03-01', seen(1, '01-05', 'gold'))])).toEqual(['1 gold 01-05..01-10', '1 silver 01-10..03-01', '1 gold 03-01..'])
  })

  it('takes a second complete load for an instant as the correction of the first', () => {
    const result = applyAll(withoutSequence, [complete('01-01', { id: 1, tier: 'gold' }, { id: 2, tier: 'x' }), complete('02-01', { id: 2, tier: 'x' }), complete('02-01', { id: 1, tier: 'gold' }, { id: 3, tier: 'y' })])
    expect(show(withoutSequence, result.state)).toEqual(['1 gold 01-01..', '2 x 01-01..02-01', '3 y 02-01..'])
  })
})

describe('H8 duplicates in one load', () => {
  it('collapse where they are the same, and are counted', () => {
    const result = applyAll(withSequence, [partial('06-01', seen(1, '01-01', 'gold'), seen(1, '01-01', 'gold'), remove({ id: 2 }), remove({ id: 2 }))])
    expect(result.counts).toMatchObject({ read: 4, duplicate: 2, new: 1, unchanged: 1 })
  })

  it('collapse where only ignored columns differ', () => {
    expect(applyAll(withoutSequence, [partial('01-01', { id: 1, note: 'a' }, { id: 1, note: 'b' })]).counts).toMatchObject({ duplicate: 1, new: 1 })
  })

  it('refuse the whole load where they differ, and name the keys', () => {
    const rows = [seen(1, '01-01', 'gold'), seen(2, '01-01', 'gold'), seen(1, '01-01', 'silver'), seen(3, '01-01', 'x', { mail: 'a' }), seen(3, '01-01', 'x', { mail: 'b' })]
    expect(refusalOf(withSequence, [], partial('06-01', ...rows))).toMatchObject({ code: 'V2008', context: { keys: [{ id: 1 }, { id: 3 }] } })
    expect(refusalOf(withoutSequence, [], partial('06-01', { id: 1, tier: 'gold' }, { id: 1, tier: 'silver' }))).toMatchObject({ code: 'V2008' })
  })

  it('are several events where their instants differ', () => {
    expect(history(withSequence, [partial('06-01', seen(1, '01-01', 'gold'), seen(1, '01-02', 'silver'))])).toEqual(['1 gold 01-01..01-02', '1 silver 01-02..'])
  })
})

describe('H9 bad rows', () => {
  it('go to quarantine with their reason and raw form, and the rest loads', () => {
    const result = applyAll(withSequence, [partial('06-01', seen(1, '01-01', 'gold'), { id: null, at: day('01-01') }, { id: 2, at: null }, { id: 'x', at: day('01-01') }, { id: 3, at: 'soon' }, { id: 4, at: day('01-01'), colour: 'red' })])
    expect(show(withSequence, result.state)).toEqual(['1 gold 01-01..'])
    expect(result.counts).toMatchObject({ read: 6, rejected: 5, new: 1 })
    expect(result.rejected.map(({ rowNumber, reason, column }) => [rowNumber, reason, column])).toEqual([[2, 'null', 'id'], [3, 'null', 'at'], [4, 'type', 'id'], [5, 'type', 'at'], [6, 'unknown column', 'colour']])
    expect(result.rejected[0]?.raw).toEqual({ id: null, at: '2025-01-01' })
  })

  it('of delete events are those without a member', () => {
    expect(applyAll(withSequence, [partial('06-01', remove({ at: day('01-01') }), remove({ id: 1, at: 'soon' }))]).counts).toMatchObject({ read: 2, rejected: 2 })
  })

  it('refuse the load where the definition wants that, in any case or from a share on', () => {
    const strict = dimensionDefinition(untimed, { key: ['id'], rejects: 'refuse' })
    const share = dimensionDefinition(untimed, { key: ['id'], rejects: { maxShare: 0.5 } })
    const [good, bad] = [{ id: 1 }, { id: null }]
    expect(refusalOf(strict, [], partial('01-01', good, bad))).toMatchObject({ code: 'V2003', context: { read: 2, rejected: 1 } })
    expect(applyLoad(share, emptyState(), partial('01-01', good, bad)).refused).toBeUndefined()
    expect(refusalOf(share, [], partial('01-01', good, bad, bad))).toMatchObject({ code: 'V2003' })
  })

  it('are those that begin when open versions end', () => {
    const dated = dimensionDefinition(timed, { key: ['id'], sequence: 'at', openEnd: '2100-01-01' })
    expect(applyAll(dated, [partial('06-01', { id: 1, at: '2100-01-01' }, { id: 2, at: '2099-12-31' })]).counts).toMatchObject({ rejected: 1, new: 1 })
  })
})

describe('H10 overwrite columns', () => {
  const mails = (definition: DimensionDefinition, loads: readonly Load[]) => show(definition, applyAll(definition, loads).state, 'mail')

  it('are written in place, into the version that the event falls in', () => {
    const result = applyAll(withSequence, [partial('06-01', seen(1, '01-01', 'gold', { mail: 'a' })), partial('06-02', seen(1, '02-01', 'gold', { mail: 'b' }))])
    expect(show(withSequence, result.state, 'mail')).toEqual(['1 b 01-01..'])
    expect(result.counts).toMatchObject({ overwritten: 1, changed: 0 })
  })

  it('keep the last value of its interval in a closed version', () => {
    const base = [partial('06-01', seen(1, '01-01', 'gold', { mail: 'a' }), seen(1, '03-01', 'silver', { mail: 'c' }))]
    expect(mails(withSequence, [...base, partial('06-02', seen(1, '02-01', 'gold', { mail: 'b' }))])).toEqual(['1 b 01-01..03-01', '1 c 03-01..'])
    expect(mails(withSequence, [...base, partial('06-02', seen(1, '04-01', 'silver', { mail: 'd' }))])).toEqual(['1 a 01-01..03-01', '1 d 03-01..'])
  })

  it('are not set back by an older event', () => {
    expect(mails(withSequence, [partial('06-01', seen(1, '01-01', 'gold', { mail: 'a' }), seen(1, '03-01', 'gold', { mail: 'c' })), partial('06-02', seen(1, '02-01', 'gold', { mail: 'b' }))])).toEqual(['1 c 01-01..'])
  })

  it('fall back to what was known when a late event cuts their version', () => {
    expect(mails(withSequence, [partial('06-01', seen(1, '01-01', 'gold', { mail: 'a' }), seen(1, '03-01', 'gold', { mail: 'c' })), partial('06-02', seen(1, '02-01', 'silver', { mail: 'b' }))])).toEqual(['1 a 01-01..02-01', '1 b 02-01..03-01', '1 c 03-01..'])
  })

  it('take a later delivery for the same instant, where the tracked values are the same', () => {
    const loads = [complete('06-01', seen(1, '01-01', 'gold', { mail: 'a' })), partial('06-02', seen(1, '01-01', 'gold', { mail: 'b' }))]
    expect(mails(withSequence, loads)).toEqual(['1 b 01-01..'])
    expect(applyAll(withSequence, [partial('06-01', seen(1, '01-01', 'gold', { mail: 'a' })), loads[1] as Load]), 'the latest instant known is not late').toMatchObject({ counts: { overwritten: 1, late: 0 }, findings: [] })
    expect(applyAll(withSequence, loads), 'but one before a complete load is').toMatchObject({ counts: { overwritten: 1, late: 1 }, findings: [] })
  })

  it('reach all versions of the member where the definition asks for it', () => {
    const wide = dimensionDefinition(timed, { ...roles, sequence: 'at', overwriteScope: 'member' })
    const loads = [partial('06-01', seen(1, '01-01', 'gold', { mail: 'a' }), seen(1, '03-01', 'silver', { mail: 'c' })), partial('06-02', seen(1, '02-01', 'gold', { mail: 'b' }))]
    expect(mails(wide, loads)).toEqual(['1 c 01-01..03-01', '1 c 03-01..'])
  })
})

describe('fixed columns', () => {
  const births = (loads: readonly Load[]) => show(withSequence, applyAll(withSequence, loads).state, 'born')

  it('keep the value of the earliest event, whenever it arrives', () => {
    expect(births([partial('06-01', seen(1, '02-01', 'gold', { born: 'b' }), seen(1, '03-01', 'gold', { born: 'c' }))])).toEqual(['1 b 02-01..'])
    expect(births([partial('06-01', seen(1, '02-01', 'gold', { born: 'b' })), partial('06-02', seen(1, '01-01', 'silver', { born: 'a' }))])).toEqual(['1 a 01-01..02-01', '1 a 02-01..'])
  })

  it('take their first value when it comes, NULL being none, and leave earlier versions as they were', () => {
    const result = applyAll(withSequence, [partial('06-01', seen(1, '01-01', 'gold'), seen(1, '02-01', 'silver')), partial('06-02', seen(1, '03-01', 'silver', { born: 'x' }))])
    expect(show(withSequence, result.state, 'born')).toEqual(['1 NULL 01-01..02-01', '1 x 02-01..'])
    expect(result.counts).toMatchObject({ overwritten: 1 })
  })

  it('open no version', () => {
    expect(applyAll(withSequence, [partial('06-01', seen(1, '01-01', 'gold', { born: 'a' })), partial('06-02', seen(1, '02-01', 'gold', { born: 'b' }))]).counts).toMatchObject({ unchanged: 1 })
  })
})

describe('the sequence and ignored columns', () => {
  it('are those of the event that a version begins with, and a change of theirs is none', () => {
    const loads = [partial('06-01', seen(1, '01-01', 'gold', { note: 'a' })), partial('06-02', seen(1, '02-01', 'gold', { note: 'b' }))]
    const result = applyAll(withSequence, loads)
    expect(versionsIn(result.state)).toMatchObject([{ values: { at: '2025-01-01T00:00:00Z', note: 'a' } }])
    expect(result.counts).toMatchObject({ unchanged: 1 })
  })

  it('show the source\'s own instant where a complete load opened the version', () => {
    const { state } = applyAll(withSequence, [partial('02-01', seen(1, '01-01', 'gold'), remove({ id: 1, at: day('01-15') })), complete('03-01', seen(1, '01-01', 'gold'))])
    expect(versionsIn(state).map(({ values, validFrom }) => [values['at'], validFrom])).toEqual([['2025-01-01T00:00:00Z', '2025-01-01T00:00:00Z'], ['2025-01-01T00:00:00Z', '2025-03-01T00:00:00Z']])
  })

  it('can be a date', () => {
    const daily = dimensionDefinition(table('dim_daily', { id: t.integer().notNull(), tier: t.text(), changed: t.date().notNull() }), { key: ['id'], sequence: 'changed' })
    const { state } = applyAll(daily, [partial('06-01', { id: 1, tier: 'gold', changed: '2025-01-01' }, { id: 1, tier: 'x', changed: '2025-02-01' })])
    expect(versionsIn(state).map(({ values, validFrom }) => [values['changed'], validFrom])).toEqual([['2025-01-01', '2025-01-01T00:00:00Z'], ['2025-02-01', '2025-02-01T00:00:00Z']])
  })
})

describe('H11 guards refuse a complete load that looks wrong', () => {
  const members = (count: number) => Array.from({ length: count }, (_, index) => ({ id: index + 1, tier: 'gold' }))
  const first = complete('01-01', ...members(20))

  it('that is empty while members live', () => {
    expect(refusalOf(withoutSequence, [first], complete('02-01'))).toMatchObject({ code: 'V2006', context: { guard: 'empty', living: 20 } })
    expect(applyLoad(withoutSequence, applyAll(withoutSequence, [first]).state, { ...complete('02-01'), allow: ['empty'] })).toMatchObject({ counts: { closed: 20, absent: 20 } })
    expect(applyLoad(withoutSequence, emptyState(), complete('02-01')).refused).toBeUndefined()
  })

  it('that would close more than half and more than a handful', () => {
    expect(refusalOf(withoutSequence, [first], complete('02-01', ...members(9)))).toMatchObject({ code: 'V2006', context: { guard: 'mass-close', closing: 11, living: 20 } })
    expect(applyAll(withoutSequence, [first, complete('02-01', ...members(10))]).counts).toMatchObject({ closed: 10 })
    expect(applyAll(withoutSequence, [first, { ...complete('02-01', ...members(9)), allow: ['mass-close'] }]).counts).toMatchObject({ closed: 11 })
    expect(applyAll(withoutSequence, [complete('01-01', ...members(6)), complete('02-01', ...members(1))]).counts, 'a handful').toMatchObject({ closed: 5 })
  })

  it('that is older than the last', () => {
    const refused = refusalOf(withoutSequence, [complete('02-01', ...members(2))], complete('01-01', ...members(2)))
    expect(refused).toMatchObject({ code: 'V2006', context: { guard: 'older', last: '2025-02-01T00:00:00Z' } })
    expect(history(withoutSequence, [complete('02-01', { id: 1, tier: 'gold' }), { ...complete('01-01', { id: 1, tier: 'silver' }, { id: 2, tier: 'x' }), allow: ['older'] }])).toEqual(['1 silver 01-01..02-01', '1 gold 02-01..', '2 x 01-01..02-01'])
    expect(applyLoad(withoutSequence, applyAll(withoutSequence, [complete('02-01', ...members(2))]).state, partial('01-01', ...members(2))).refused, 'a partial load may be late').toBeUndefined()
  })

  it('with the limits of the definition', () => {
    const strict = dimensionDefinition(untimed, { key: ['id'], deletes: 'close', guards: { handful: 0, maxClosedShare: 0.1 } })
    expect(refusalOf(strict, [first], complete('02-01', ...members(17)))).toMatchObject({ context: { guard: 'mass-close', closing: 3 } })
  })
})

describe('H12 a new column', () => {
  it('gives a version only to members that have a value in it', () => {
    const before = dimensionDefinition(table('dim_grown', { id: t.integer().notNull(), tier: t.text() }), { key: ['id'] })
    const after = dimensionDefinition(table('dim_grown', { id: t.integer().notNull(), tier: t.text(), size: t.integer() }), { key: ['id'] })
    const { state } = applyLoad(before, emptyState(), partial('01-01', { id: 1, tier: 'a' }, { id: 2, tier: 'a' }))
    const result = applyLoad(after, state, partial('02-01', { id: 1, tier: 'a', size: null }, { id: 2, tier: 'a', size: 5 }))
    expect(show(after, result.state, 'size')).toEqual(['1 NULL 01-01..', '2 NULL 01-01..02-01', '2 5 02-01..'])
    expect(result.counts).toMatchObject({ unchanged: 1, changed: 1 })
  })

  it('can be a wider one, which changes no value', () => {
    const definitionOf = (scale: number) => dimensionDefinition(table('dim_wider', { id: t.integer().notNull(), price: t.decimal(10 + scale, scale) }), { key: ['id'] })
    const { state } = applyLoad(definitionOf(1), emptyState(), partial('01-01', { id: 1, price: '10.5' }))
    expect(applyLoad(definitionOf(3), state, partial('02-01', { id: 1, price: '10.500' })).counts).toMatchObject({ unchanged: 1 })
    expect(() => applyLoad(definitionOf(0), state, partial('02-01', { id: 1, price: '10' }))).toThrow(/V2001.*price/)
  })

  it('can be a key of a wider type, which is the same member', () => {
    const before = dimensionDefinition(table('dim_wider', { id: t.integer().notNull(), tier: t.text() }), { key: ['id'], deletes: 'close' })
    const after = dimensionDefinition(table('dim_wider', { id: t.decimal(12, 2).notNull(), tier: t.text() }), { key: ['id'], deletes: 'close' })
    const { state } = applyLoad(before, emptyState(), complete('01-01', { id: 1, tier: 'a' }, { id: 2, tier: 'a' }))
    const result = applyLoad(after, state, complete('02-01', { id: '1.0', tier: 'a' }, { id: '2.5', tier: 'a' }))
    expect(show(after, result.state)).toEqual(['1.00 a 01-01..', '2.00 a 01-01..02-01', '2.50 a 02-01..'])
    expect(() => applyLoad(before, result.state, partial('03-01', { id: 1, tier: 'a' }))).toThrow(/V2001.*column "id"/)
    expect(revertBatch(result.state, '2').reverted).toEqual(['2'])
  })

  it('that is no longer sent is NULL in new versions, with a finding', () => {
    const result = applyAll(withoutSequence, [partial('01-01', { id: 1, tier: 'gold', born: 'x' }), partial('02-01', { id: 1 })])
    expect(show(withoutSequence, result.state)).toEqual(['1 gold 01-01..02-01', '1 NULL 02-01..'])
    expect(result.findings).toMatchObject([{ kind: 'missing-column', column: 'tier' }, { kind: 'missing-column', column: 'born' }])
  })
})

describe('H13 again is nothing', () => {
  it('changes no version and says so', () => {
    const loads = [complete('02-01', seen(1, '01-01', 'gold', { mail: 'a' }), seen(2, '01-01', 'x')), complete('03-01', seen(1, '01-01', 'gold', { mail: 'b' }), seen(1, '02-15', 'silver')), partial('04-01', remove({ id: 1 }))]
    const once = applyAll(withSequence, loads)
    const twice = applyLoad(withSequence, once.state, { ...(loads[2] as Load), batch: 'again' })
    expect(twice.counts).toMatchObject({ read: 1, unchanged: 1, closed: 0 })
    const other = applyLoad(withSequence, twice.state, { ...(loads[1] as Load), batch: 'again too' })
    expect(other.counts).toMatchObject({ read: 2, unchanged: 2, closed: 0 })
    expect(versionsIn(other.state)).toEqual(versionsIn(once.state))
  })

  it('holds for a complete load at a later instant too', () => {
    const rows = [seen(1, '01-01', 'gold'), seen(2, '01-01', 'x')]
    expect(applyAll(withSequence, [complete('02-01', ...rows), complete('03-01', ...rows)]).counts).toMatchObject({ read: 2, unchanged: 2 })
  })
})

describe('H14 lineage and reverting', () => {
  const batch = (one: Load, name: string): Load => ({ ...one, batch: name })

  it('names the batches that brought the events a version begins and ends with', () => {
    const { state } = applyAll(withSequence, [batch(partial('06-01', seen(1, '01-01', 'gold')), 'a'), batch(partial('06-02', seen(1, '03-01', 'silver')), 'b'), batch(partial('06-03', seen(1, '02-01', 'bronze')), 'c'), batch(partial('06-04', remove({ id: 1 })), 'd')])
    expect(versionsIn(state).map(({ values, openedBy, closedBy }) => [values['tier'], openedBy, closedBy])).toEqual([['gold', 'a', 'c'], ['bronze', 'c', 'b'], ['silver', 'b', 'd']])
  })

  it('names the first of two batches that close a member at one instant, and the one that corrects a complete load', () => {
    const start = batch(complete('01-01', { id: 1, tier: 'a' }, { id: 2, tier: 'a' }, { id: 3, tier: 'a' }), 'a')
    const closers = (...loads: Load[]) => versionsIn(applyAll(withoutSequence, [start, ...loads]).state).map(({ closedBy }) => closedBy)
    const absence = batch(complete('02-01', { id: 2, tier: 'a' }, { id: 3, tier: 'a' }), 'b')
    const deletion = batch(partial('02-01', remove({ id: 1 })), 'c')
    expect(closers(absence, deletion)).toEqual(['b', null, null])
    expect(closers(deletion, absence)).toEqual(['c', null, null])
    expect(closers(absence, batch(complete('02-01', { id: 3, tier: 'a' }), 'd'))).toEqual(['b', 'd', null])
  })

  it('makes the dimension as if the batch had never been', () => {
    const loads = [batch(complete('01-01', { id: 1, tier: 'gold' }, { id: 2, tier: 'x' }), 'a'), batch(complete('02-01', { id: 1, tier: 'silver' }), 'b')]
    const before = applyAll(withoutSequence, loads.slice(0, 1))
    const { state } = applyAll(withoutSequence, loads)
    const result = revertBatch(state, 'b')
    expect(result.reverted).toEqual(['b'])
    expect(versionsIn(result.state)).toEqual(versionsIn(before.state))
  })

  it('is refused where a later batch built on it, unless that goes too', () => {
    const { state } = applyAll(withSequence, [batch(partial('06-01', seen(1, '01-01', 'gold')), 'a'), batch(partial('06-02', seen(2, '01-01', 'x')), 'b'), batch(partial('06-03', seen(1, '02-01', 'silver')), 'c')])
    const refused = revertBatch(state, 'a')
    expect(refused.refused).toMatchObject({ code: 'V2009', context: { dependents: ['c'] } })
    expect(refused.state).toBe(state)
    const result = revertBatch(state, 'a', { cascade: true })
    expect(result.reverted).toEqual(['a', 'c'])
    expect(show(withSequence, result.state)).toEqual(['2 x 01-01..'])
    expect(show(withSequence, revertBatch(state, 'b').state), 'other members are nothing to it').toEqual(['1 gold 01-01..02-01', '1 silver 02-01..'])
    expect(revertBatch(state, 'z').refused).toMatchObject({ code: 'V2009' })
  })

  it('is refused where a later complete load spoke of a member by its absence', () => {
    const { state } = applyAll(withSequence, [batch(partial('06-01', seen(1, '01-01', 'gold')), 'a'), batch(complete('06-02', seen(2, '01-01', 'x')), 'b')])
    expect(revertBatch(state, 'a').refused).toMatchObject({ code: 'V2009', context: { dependents: ['b'] } })
    expect(revertBatch(state, 'b').refused).toBeUndefined()
  })

  it('brings back what an event had hidden', () => {
    const { state } = applyAll(withSequence, [batch(partial('06-01', seen(1, '01-01', 'gold'), seen(1, '03-01', 'gold')), 'a'), batch(partial('06-02', seen(1, '02-01', 'silver')), 'b')])
    expect(show(withSequence, revertBatch(state, 'b').state)).toEqual(['1 gold 01-01..'])
  })
})

describe('H15 counts add up', () => {
  it('give each row one outcome', () => {
    const before = [complete('02-01', seen(1, '01-01', 'a'), seen(2, '01-01', 'a'), seen(3, '01-01', 'a', { mail: 'm' }), seen(4, '01-01', 'a'), seen(5, '01-01', 'a')), partial('02-02', remove({ id: 4 }))]
    const rows = [seen(1, '01-01', 'a'), seen(2, '02-10', 'b'), seen(2, '02-10', 'b'), seen(3, '02-10', 'a', { mail: 'n' }), seen(4, '02-10', 'a'), seen(6, '02-10', 'a'), { id: null, at: day('01-01') }]
    expect(applyAll(withSequence, [...before, complete('03-01', ...rows)]).counts).toEqual({ read: 7, rejected: 1, duplicate: 1, unchanged: 1, new: 1, changed: 1, overwritten: 1, reopened: 1, closed: 1, absent: 1, late: 0 })
  })

  it('count a late row in its place too', () => {
    const { counts } = applyAll(withSequence, [partial('06-01', seen(1, '03-01', 'a')), partial('06-02', seen(1, '01-01', 'b'), seen(1, '02-01', 'b'), seen(1, '04-01', 'c'))])
    expect(counts).toMatchObject({ read: 3, changed: 2, unchanged: 1, late: 1 })
  })
})

describe('H16 surrogate keys are stable', () => {
  const ids = (definition: DimensionDefinition, loads: readonly Load[]) => versionsIn(applyAll(definition, loads).state).map(({ values, versionId }) => `${values['tier'] ?? 'NULL'} #${versionId}`)

  it('stay with their versions, whatever is spliced in', () => {
    const base = [partial('06-01', seen(1, '02-01', 'gold'), seen(1, '04-01', 'silver'))]
    expect(ids(withSequence, base)).toEqual(['gold #1', 'silver #2'])
    expect(ids(withSequence, [...base, partial('06-02', seen(1, '03-01', 'bronze'))]), 'between').toEqual(['gold #1', 'bronze #3', 'silver #2'])
    expect(ids(withSequence, [...base, partial('06-02', seen(1, '01-01', 'gold'))]), 'a begin that moves').toEqual(['gold #1', 'silver #2'])
    expect(ids(withSequence, [...base, partial('06-02', seen(1, '03-01', 'silver'))]), 'a begin that moves over another version\'s end').toEqual(['gold #1', 'silver #2'])
    expect(ids(withSequence, [...base, partial('06-02', remove({ id: 1, at: day('03-01') }))]), 'an end that moves').toEqual(['gold #1', 'silver #2'])
  })

  it('go to the first part of a version that is split', () => {
    expect(ids(withSequence, [partial('06-01', seen(1, '01-01', 'gold'), seen(1, '03-01', 'gold')), partial('06-02', seen(1, '02-01', 'silver'))])).toEqual(['gold #1', 'silver #2', 'gold #3'])
  })
})

describe('the history of a definition, for a unit test', () => {
  const customers = table('crm.dim_customer', { customerId: t.integer().notNull(), name: t.text(), tier: t.text(), email: t.text(), updatedAt: t.timestamp().notNull() })
  class Declared {
    readonly rows = 0
  }
  class CustomerDimension extends Declared {
    static readonly definition = dimensionDefinition(customers, { key: ['customerId'], sequence: 'updatedAt', overwrite: ['email'], deletes: 'close' })
  }

  it('shows what the loads mention, and no more', () => {
    expect(
      historyOf(CustomerDimension, [
        load('2025-01-01', [{ customerId: 1, tier: 'gold' }]),
        load('2025-02-01', [{ customerId: 1, tier: 'silver' }]),
      ]),
    ).toEqual([
      { customerId: 1, tier: 'gold', validFrom: '2025-01-01', validTo: '2025-02-01', current: false },
      { customerId: 1, tier: 'silver', validFrom: '2025-02-01', validTo: null, current: true },
    ])
  })

  it('shows values as they are read, and the open end that the definition has', () => {
    const definition = dimensionDefinition(table('dim_things', { id: t.bigint().notNull(), price: t.decimal(5, 2), on: t.boolean(), tags: t.json(), at: t.timestamp() }), { key: ['id'], openEnd: '9999-12-31' })
    expect(historyOf(definition, [load('2025-01-01T10:00+01:00', [{ id: 10, price: 1, on: 't', tags: { b: 1, a: 2 }, at: '2025-01-01' }, { id: 9 }])])).toEqual([
      { id: 9n, price: null, on: null, tags: null, at: null, validFrom: '2025-01-01T09:00:00Z', validTo: '9999-12-31', current: true },
      { id: 10n, price: '1.00', on: true, tags: { a: 2, b: 1 }, at: '2025-01-01T00:00:00Z', validFrom: '2025-01-01T09:00:00Z', validTo: '9999-12-31', current: true },
    ])
  })

  it('throws what a load is refused with', () => {
    expect(() => historyOf(CustomerDimension, [load('2025-01-01', [{ customerId: 1, tier: 'a' }, { customerId: 1, tier: 'b' }])])).toThrow(/V2008/)
    expect(() => historyOf(CustomerDimension, [load('someday', [])])).toThrow('[V1009] The instant of a load "someday" is not an instant such as 2025-03-31T10:00:00Z.')
  })
})
