import { sql } from 'drizzle-orm'
import { describe, expect, it } from 'vitest'
import { from, mapping, t, table } from '@varve/core'
import { scd2Dimension } from '../src/index.ts'
import { describeEngines } from '../../../test-support/engines.ts'
import { gone, RuledDimension, seen, timed, typed, untimed, type Row } from './ruled-dimension.ts'

// The rules of the contract on engines: the smallest case that shows each, and one that a simpler implementation gets wrong.

describeEngines('rules of time', (context) => {
  describe('H1 shape', () => {
    it('ends a version where the next one begins', async () => {
      const dimension = timed(context.engine)
      await dimension.partial('03-01', seen(1, '01-01', 'gold'), seen(1, '02-01', 'silver'))
      expect(await dimension.show()).toEqual(['1 gold 01-01..02-01', '1 silver 02-01..'])
    })

    it('makes no version of no length: two changes at one instant are one, or a refusal', async () => {
      const dimension = untimed(context.engine)
      await dimension.partial('01-01', { id: 1, tier: 'gold' })
      expect((await dimension.partial('01-01', { id: 1, tier: 'silver' })).findings).toMatchObject([{ kind: 'conflict' }])
      expect(await dimension.show()).toEqual(['1 gold 01-01..'])
      expect((await dimension.refusal('02-01', [{ id: 1, tier: 'a' }, { id: 1, tier: 'b' }])).code).toBe('V2008')
    })

    it('makes one version of equal neighbours, also when what kept them apart is replaced', async () => {
      const dimension = timed(context.engine, { conflict: 'replace' })
      await dimension.partial('06-01', seen(1, '01-01', 'gold'), seen(1, '02-01', 'silver'), seen(1, '03-01', 'gold'))
      expect(await dimension.show()).toEqual(['1 gold 01-01..02-01', '1 silver 02-01..03-01', '1 gold 03-01..'])
      await dimension.partial('06-02', seen(1, '02-01', 'gold'))
      expect(await dimension.show()).toEqual(['1 gold 01-01..'])
    })

    it('is held by the engine itself, whoever writes', async () => {
      const dimension = untimed(context.engine)
      await dimension.partial('01-01', { id: 1, tier: 'gold' })
      const name = sql.identifier(dimension.definition.table.name)
      const batch = sql`'00000000-0000-0000-0000-000000000000'`
      await expect(context.engine.query(sql`insert into ${name} (id, valid_from, valid_to, is_current, etl_batch_id) values (1, '2025-02-01', null, true, ${batch})`)).rejects.toMatchObject({ code: 'V3006' })
      await expect(context.engine.query(sql`insert into ${name} (id, valid_from, valid_to, is_current, etl_batch_id) values (1, '2024-02-01', '2024-02-01', false, ${batch})`)).rejects.toMatchObject({ code: 'V3006' })
      await expect(context.engine.query(sql`update ${name} set is_current = false`)).rejects.toMatchObject({ code: 'V3006' })
      expect(await dimension.show()).toEqual(['1 gold 01-01..'])
    })
  })

  describe('H2 the result is a function of the events', () => {
    it('splits the version that a late event falls in, and goes on with what was seen again', async () => {
      const dimension = timed(context.engine)
      await dimension.partial('06-01', seen(1, '01-01', 'gold'))
      await dimension.partial('06-02', seen(1, '03-01', 'gold')) // opens nothing, and must be remembered
      expect((await dimension.partial('06-03', seen(1, '02-01', 'silver'))).counts).toMatchObject({ changed: 1, late: 1 })
      expect(await dimension.show()).toEqual(['1 gold 01-01..02-01', '1 silver 02-01..03-01', '1 gold 03-01..'])
    })

    it('puts an early event before all versions, or moves the begin of an equal one', async () => {
      const dimension = timed(context.engine)
      await dimension.partial('06-01', seen(1, '03-01', 'gold'), seen(2, '03-01', 'gold'))
      await dimension.partial('06-02', seen(1, '02-01', 'silver'), seen(2, '02-01', 'gold'))
      expect(await dimension.show()).toEqual(['1 silver 02-01..03-01', '1 gold 03-01..', '2 gold 02-01..'])
    })

    it('ends a version earlier for a late delete, also one of a member not yet seen', async () => {
      const dimension = timed(context.engine)
      await dimension.partial('06-01', seen(1, '01-01', 'gold'), gone(1, '05-01'), gone(2, '03-01'))
      await dimension.partial('06-02', gone(1, '03-01'))
      await dimension.partial('06-03', seen(2, '02-01', 'gold'))
      expect(await dimension.show()).toEqual(['1 gold 01-01..03-01', '2 gold 02-01..03-01'])
    })

    it('keeps what came after a late delete', async () => {
      const dimension = timed(context.engine)
      await dimension.partial('06-01', seen(1, '01-01', 'gold'), seen(1, '04-01', 'gold'))
      await dimension.partial('06-02', gone(1, '02-01'))
      expect(await dimension.show()).toEqual(['1 gold 01-01..02-01', '1 gold 04-01..'])
    })

    it('makes the same versions of the same events in any order, in any number of loads, and twice', async () => {
      const events = [seen(1, '01-01', 'gold', { mail: 'a' }), seen(1, '02-01', 'silver', { mail: 'b' }), gone(1, '03-01'), seen(1, '04-01', 'silver', { mail: 'c' }), seen(1, '05-01', 'silver', { mail: 'd' })]
      const shown: string[][] = []
      for (const order of [[[0, 1, 2, 3, 4]], [[4], [3], [2], [1], [0]], [[2, 4], [0, 3], [1], [4, 0], [2]]]) {
        const dimension = timed(context.engine)
        for (const [index, places] of order.entries()) await dimension.partial(`06-1${index}`, ...places.map((place) => events[place] as Row))
        shown.push(await dimension.show('tier', 'mail'))
      }
      expect(shown[0]).toEqual(['1 gold a 01-01..02-01', '1 silver b 02-01..03-01', '1 silver d 04-01..'])
      expect(shown.slice(1)).toEqual([shown[0], shown[0]])
    })

    it('remembers values by their columns, in whatever order these are declared', async () => {
      const dimension = typed(context.engine, { id: 'integer', changed: 'timestamp', over: 'text', fix: 'text', ign: 'text', track: 'text' }, { sequence: 'changed', overwrite: ['over'], fixed: ['fix'], ignore: ['ign'] })
      const row = (monthDay: string, track: string, over: string) => ({ id: 1, changed: `2025-${monthDay}`, track, over, fix: 'f', ign: `i${over}` })
      await dimension.partial('06-01', row('01-01', 'gold', 'a'), row('03-01', 'gold', 'c')) // the first is remembered: the version shows c
      await dimension.partial('06-02', row('02-01', 'silver', 'b'))
      expect(await dimension.show('track', 'over', 'fix', 'ign')).toEqual(['1 gold a f ia 01-01..02-01', '1 silver b f ib 02-01..03-01', '1 gold c f ic 03-01..'])
    })
  })

  describe('H3 two clocks', () => {
    it('takes the instant of the source where there is a sequence, and of the load where there is none', async () => {
      const [one, other] = [timed(context.engine), untimed(context.engine)]
      await one.partial('06-01', seen(1, '01-01', 'gold'))
      await other.partial('06-01', { id: 1, tier: 'gold' })
      expect([await one.show(), await other.show()]).toEqual([['1 gold 01-01..'], ['1 gold 06-01..']])
    })

    it('gives absence, and a delete without an instant, the instant of the load', async () => {
      const dimension = timed(context.engine)
      await dimension.partial('06-01', seen(1, '01-01', 'gold'), seen(2, '01-01', 'gold'), seen(3, '01-01', 'gold'))
      await dimension.complete('06-02', seen(2, '01-01', 'gold'), seen(3, '01-01', 'gold'))
      await dimension.partial('06-03', gone(2))
      expect(await dimension.show()).toEqual(['1 gold 01-01..06-02', '2 gold 01-01..06-03', '3 gold 01-01..'])
    })

    it('keeps microseconds, and orders instants by time and not by their spelling', async () => {
      const dimension = timed(context.engine)
      await dimension.partial('06-01', ...['10:00:00.000001Z', '10:00:00Z', '10:00:00.1Z', '09:59:59.999999Z'].map((time, index) => seen(1, `01-01T${time}`, String(index))))
      expect(await dimension.show()).toEqual([
        '1 3 01-01T09:59:59.999999Z..01-01T10:00:00Z', '1 1 01-01T10:00:00Z..01-01T10:00:00.000001Z', '1 0 01-01T10:00:00.000001Z..01-01T10:00:00.100Z', '1 2 01-01T10:00:00.100Z..',
      ])
      await dimension.partial('06-02', gone(1, '01-01T10:00:00.100001Z'))
      expect((await dimension.show()).at(-1)).toBe('1 2 01-01T10:00:00.100Z..01-01T10:00:00.100001Z')
    })

    it('takes several spellings of an instant for one, and honours offsets', async () => {
      const dimension = timed(context.engine)
      const spellings = ['03-30T01:30:00Z', '03-30T03:30:00+02:00', '03-29 21:30:00-0400', '03-30T01:30:00.000000', '03-30 02:30+01']
      expect((await dimension.partial('06-01', ...spellings.map((at) => seen(1, at, 'gold')), { id: 1, tier: 'gold', at: new Date('2025-03-30T01:30:00Z') })).counts).toMatchObject({ read: 6, duplicate: 5, new: 1 })
      expect((await dimension.partial('06-02', seen(1, '03-30T04:30:00+03:00', 'silver'))).findings).toMatchObject([{ kind: 'conflict' }])
      expect(await dimension.show()).toEqual(['1 gold 03-30T01:30:00Z..'])
    })

    it('tells the two hours apart that local clocks show twice, where the mapping knows the zone', async () => {
      const changes = table(`dim_local_${context.engineName}`, { id: t.integer().notNull(), tier: t.text(), at: t.timestamp().notNull() })
      const dimension = new RuledDimension(new (scd2Dimension(changes, { key: ['id'], sequence: 'at' }))(context.engine))
      const local = (zone: string) => mapping(changes, { id: from('id'), tier: from('tier'), at: from('at').isoDateTime({ zone }) })
      // In Zurich clocks went from 03:00 back to 02:00 on 26 October 2025, and from 02:00 to 03:00 on 30 March.
      await dimension.load('12-01', [{ id: 1, tier: 'winter', at: '2025-03-30 01:59' }, { id: 1, tier: 'summer', at: '2025-03-30 03:00' }, { id: 1, tier: 'autumn', at: '2025-10-26 03:30' }], { mapping: local('Europe/Zurich') })
      await dimension.load('12-02', [{ id: 1, tier: 'offset', at: '2025-10-26 02:30' }], { mapping: local('+01:00') })
      expect(await dimension.show()).toEqual([
        '1 winter 03-30T00:59:00Z..03-30T01:00:00Z', '1 summer 03-30T01:00:00Z..10-26T01:30:00Z', '1 offset 10-26T01:30:00Z..10-26T02:30:00Z', '1 autumn 10-26T02:30:00Z..',
      ])
    })

    it('takes an event from the future with a finding, and drops it where the member is gone before', async () => {
      const dimension = timed(context.engine)
      const { findings } = await dimension.partial('06-01', seen(1, '01-01', 'gold'), seen(1, '08-01', 'silver'), seen(2, '01-01', 'x'))
      expect(findings).toMatchObject([{ kind: 'future', key: { id: 1 } }])
      expect(await dimension.show()).toEqual(['1 gold 01-01..08-01', '1 silver 08-01..', '2 x 01-01..'])
      expect((await dimension.complete('07-01', seen(2, '01-01', 'x'))).findings).toMatchObject([{ kind: 'dropped', key: { id: 1 } }])
      expect(await dimension.show()).toEqual(['1 gold 01-01..07-01', '2 x 01-01..'])
      await dimension.partial('09-01', seen(1, '08-01', 'silver')) // said again once it had begun
      expect(await dimension.show()).toEqual(['1 gold 01-01..07-01', '1 silver 08-01..', '2 x 01-01..'])
    })

    it('says so of each load that the event lies after, also where it is known from a later one', async () => {
      const dimension = timed(context.engine)
      expect((await dimension.partial('06-10', seen(1, '06-09', 'gold'))).findings).toEqual([])
      const { findings, counts } = await dimension.partial('06-07', seen(1, '06-09', 'gold'))
      expect(findings).toMatchObject([{ kind: 'future', key: { id: 1 } }])
      expect(counts).toMatchObject({ unchanged: 1 })
      expect(await dimension.show()).toEqual(['1 gold 06-09..'])
    })
  })

  describe('H4 a change is a typed difference', () => {
    const types = { id: 'integer', price: 'decimal(10,2)', ratio: 'float', big: 'bigint', seen_at: 'timestamp', born: 'date', tags: 'json', note: 'text', is_on: 'boolean' }

    it('knows values by what they are, not by how they are spelled', async () => {
      const dimension = typed(context.engine, types)
      await dimension.partial('01-01', { id: 1, price: '10.50', ratio: 1, big: '12', seen_at: '2025-01-01T00:00:00Z', born: '2025-01-01', tags: { a: 1, b: [1, 2] }, is_on: true })
      const again = await dimension.partial('02-01', { id: '1', price: 10.5, ratio: '1.0', big: 12n, seen_at: '2025-01-01T02:00+02:00', born: '2025-01-01', tags: { b: [1.0, 2], a: 1 }, is_on: 'true' })
      expect(again.counts).toMatchObject({ unchanged: 1, changed: 0 })
      expect(await dimension.show('price')).toEqual(['1 10.50 01-01..'])
      for (const [month, change] of [{ price: '10.51' }, { big: 13 }, { tags: { a: 1, b: [2, 1] } }, { is_on: false }].entries()) {
        expect((await dimension.partial(`0${month + 3}-01`, { id: 1, price: '10.50', ratio: 1, big: 12, seen_at: '2025-01-01', born: '2025-01-01', tags: { a: 1, b: [1, 2] }, is_on: true, ...change })).counts).toMatchObject({ changed: 1 })
      }
    })

    it('tells NULL from the empty string, and takes a missing property for NULL', async () => {
      const dimension = typed(context.engine, { id: 'integer', note: 'text', tags: 'json' })
      await dimension.partial('01-01', { id: 1, note: null, tags: null })
      expect((await dimension.partial('02-01', { id: 1 })).counts.unchanged).toBe(1)
      expect((await dimension.partial('03-01', { id: 1, note: '' })).counts.changed).toBe(1)
      expect((await dimension.partial('04-01', { id: 1, note: '', tags: {} })).counts.changed).toBe(1)
      expect((await dimension.partial('05-01', { id: 1, note: undefined, tags: {} })).counts.changed).toBe(1)
      expect(await dimension.show('note', 'tags')).toEqual(['1 NULL NULL 01-01..03-01', '1  NULL 03-01..04-01', '1  {} 04-01..05-01', '1 NULL {} 05-01..'])
    })

    it('compares compound keys column by column, whatever stands in them', async () => {
      const dimension = typed(context.engine, { a: 'text', b: 'text', note: 'text' }, { key: ['a', 'b'] })
      const keys = [['x|y', 'z'], ['x', 'y|z'], ['x","y', 'z'], ['x', '","y'], ['', 'xyz'], ['xyz', ''], ['\\N', '\t'], ['\n', '\\']]
      expect((await dimension.partial('01-01', ...keys.map(([a, b]) => ({ a, b, note: 'n' })))).counts).toMatchObject({ new: keys.length })
      expect((await dimension.complete('02-01', ...keys.map(([a, b]) => ({ a, b, note: 'n' })))).counts).toMatchObject({ unchanged: keys.length, closed: 0 })
      expect((await dimension.partial('03-01', { a: 'x', b: 'y|z', note: 'other' })).counts).toMatchObject({ changed: 1 })
      expect((await dimension.show('note')).filter((line) => line.includes('other'))).toEqual(['x y|z other 03-01..'])
    })
  })
})
