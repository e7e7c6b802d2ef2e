import { sql } from 'drizzle-orm'
import { describe, expect, it } from 'vitest'
import { describeEngines } from '../../../test-support/engines.ts'
import { gone, seen, timed, typed, untimed } from './ruled-dimension.ts'

describeEngines('rules of events', (context) => {
  describe('H5 one instant has one row of values', () => {
    it('keeps one version while values are equal, at whatever later instants', async () => {
      const dimension = timed(context.engine)
      await dimension.partial('06-01', seen(1, '01-01', 'gold'), seen(1, '02-01', 'gold'))
      expect((await dimension.partial('06-02', seen(1, '03-01', 'gold'))).counts).toMatchObject({ unchanged: 1, changed: 0 })
      expect(await dimension.show()).toEqual(['1 gold 01-01..'])
    })

    it('keeps the first values of an instant when a later load has others, with a finding that the ledger keeps', async () => {
      const dimension = timed(context.engine)
      await dimension.partial('06-01', seen(1, '01-01', 'gold'))
      const { findings, counts, batchId } = await dimension.complete('06-02', seen(1, '01-01', 'silver'))
      expect(await dimension.show()).toEqual(['1 gold 01-01..'])
      expect(counts).toMatchObject({ read: 1, unchanged: 1 })
      expect(findings).toMatchObject([{ kind: 'conflict', key: { id: 1 }, message: expect.stringContaining('tier') as string }])
      const { rows } = await context.engine.query(sql`select check_name, severity, table_name, raw from varve.data_quality_issues where batch_id = ${batchId}`)
      expect(rows).toEqual([{ check_name: 'history conflict', severity: 'warn', table_name: dimension.definition.table.name, raw: '{"id":1}' }])
    })

    it('keeps them also where a version in between hides that instant', async () => {
      const dimension = timed(context.engine)
      await dimension.partial('06-01', seen(1, '01-01', 'gold'), seen(1, '02-01', 'gold'), seen(1, '03-01', 'silver')) // nothing begins on 02-01
      expect((await dimension.partial('06-02', seen(1, '02-01', 'bronze'))).findings).toMatchObject([{ kind: 'conflict' }])
      expect(await dimension.show()).toEqual(['1 gold 01-01..03-01', '1 silver 03-01..'])
    })

    it('lets later values replace the first where the definition asks for it', async () => {
      const dimension = timed(context.engine, { conflict: 'replace' })
      await dimension.complete('06-01', seen(1, '01-01', 'gold'))
      expect((await dimension.complete('06-02', seen(1, '01-01', 'silver'))).counts).toMatchObject({ changed: 1 })
      expect(await dimension.show()).toEqual(['1 silver 01-01..'])
    })
  })

  describe('H6 deletes', () => {
    it('come from absence where the definition says so, and from delete events in any case', async () => {
      for (const [deletes, end] of [['close', '02-01'], ['ignore', '']] as const) {
        const dimension = untimed(context.engine, { deletes })
        await dimension.complete('01-01', { id: 1, tier: 'gold' }, { id: 2, tier: 'gold' }, { id: 3, tier: 'gold' })
        await dimension.complete('02-01', { id: 1, tier: 'gold' }, { id: 3, tier: 'gold' })
        await dimension.partial('03-01', gone(3))
        expect(await dimension.show()).toEqual(['1 gold 01-01..', `2 gold 01-01..${end}`, '3 gold 01-01..03-01'])
      }
    })

    it('do not come from absence in a partial load', async () => {
      const dimension = untimed(context.engine)
      await dimension.complete('01-01', { id: 1, tier: 'gold' }, { id: 2, tier: 'gold' })
      expect((await dimension.partial('02-01', { id: 1, tier: 'gold' })).counts.closed).toBe(0)
      expect(await dimension.show()).toEqual(['1 gold 01-01..', '2 gold 01-01..'])
    })

    it('win over an upsert of the same instant, whichever comes first', async () => {
      const [upsert, deleted] = [seen(1, '02-01', 'silver'), gone(1, '02-01')]
      for (const loads of [[[upsert, deleted]], [[deleted, upsert]], [[upsert], [deleted]], [[deleted], [upsert]]]) {
        const dimension = timed(context.engine)
        await dimension.partial('06-01', seen(1, '01-01', 'gold'))
        for (const [index, rows] of loads.entries()) await dimension.partial(`06-0${index + 2}`, ...rows)
        expect(await dimension.show()).toEqual(['1 gold 01-01..02-01'])
      }
    })

    it('do not close what is closed, nor anyone unknown', async () => {
      const dimension = untimed(context.engine)
      await dimension.complete('01-01', { id: 1, tier: 'gold' }, { id: 2, tier: 'x' })
      await dimension.complete('02-01', { id: 2, tier: 'x' })
      expect((await dimension.complete('03-01', { id: 2, tier: 'x' })).counts).toMatchObject({ closed: 0, unchanged: 1 })
      expect((await dimension.partial('04-01', gone(1), gone(9))).counts).toMatchObject({ read: 2, unchanged: 2, closed: 0 })
      expect(await dimension.show()).toEqual(['1 gold 01-01..02-01', '2 x 01-01..'])
    })

    it('do not come from a row that cannot be read: its member is there', async () => {
      const dimension = typed(context.engine, { id: 'integer', size: 'integer' }, { deletes: 'close' })
      await dimension.complete('01-01', { id: 1, size: 1 }, { id: 2, size: 2 })
      expect((await dimension.complete('02-01', { id: 1, size: 1 }, { id: 2, size: 'large' })).counts).toMatchObject({ unchanged: 1, rejected: 1, closed: 0 })
      expect(await dimension.show('size')).toEqual(['1 1 01-01..', '2 2 01-01..'])
    })
  })

  describe('H7 return', () => {
    it('opens a version at the sequence where that lies after the close', async () => {
      const dimension = timed(context.engine)
      await dimension.partial('06-01', seen(1, '01-01', 'gold'), gone(1, '02-01'))
      expect((await dimension.partial('06-02', seen(1, '03-01', 'gold'))).counts).toMatchObject({ reopened: 1, changed: 0, new: 0 })
      expect(await dimension.show()).toEqual(['1 gold 01-01..02-01', '1 gold 03-01..'])
    })

    it('opens a version at the load where a complete load holds a closed member with an old sequence', async () => {
      const dimension = timed(context.engine)
      await dimension.complete('02-01', seen(1, '01-01', 'gold'), seen(2, '01-01', 'x'))
      await dimension.complete('03-01', seen(2, '01-01', 'x'))
      expect((await dimension.complete('04-01', seen(1, '01-01', 'gold'), seen(2, '01-01', 'x'))).counts).toMatchObject({ reopened: 1, unchanged: 1, late: 0 })
      expect(await dimension.show('tier', 'at')).toEqual(['1 gold 2025-01-01T00:00:00Z 01-01..03-01', '1 gold 2025-01-01T00:00:00Z 04-01..', '2 x 2025-01-01T00:00:00Z 01-01..'])
    })

    it('does not happen in a partial load that has but an old row: it falls into its place', async () => {
      const dimension = timed(context.engine)
      await dimension.complete('02-01', seen(1, '01-01', 'gold'), seen(2, '01-01', 'x'))
      await dimension.complete('03-01', seen(2, '01-01', 'x'))
      expect((await dimension.partial('04-01', seen(1, '01-01', 'gold'))).counts).toMatchObject({ unchanged: 1 })
      expect((await dimension.partial('04-02', seen(1, '02-15', 'silver'))).counts).toMatchObject({ changed: 1, late: 1 })
      expect(await dimension.show()).toEqual(['1 gold 01-01..02-15', '1 silver 02-15..03-01', '2 x 01-01..'])
    })

    it('reads as of a complete load what that load held, whatever came later or late', async () => {
      const dimension = timed(context.engine)
      await dimension.complete('02-01', seen(1, '01-01', 'gold'), seen(3, '01-05', 'x'))
      await dimension.complete('03-01', seen(1, '01-01', 'gold'))
      const { findings } = await dimension.partial('06-01', seen(1, '01-15', 'silver'), seen(2, '01-20', 'y'))
      expect(findings).toMatchObject([{ kind: 'absent-later', key: { id: 2 } }])
      expect(await dimension.show()).toEqual(['1 gold 01-01..01-15', '1 silver 01-15..02-01', '1 gold 02-01..', '2 y 01-20..02-01', '3 x 01-05..03-01'])
      const asOf = async (at: string) => (await dimension.dimension.asOf(at)).map((version) => Object.values(version).slice(1, 4).map(String))
      expect((await asOf('2025-02-01')).map((values) => values.join(' '))).toEqual(['1 null gold', '3 null x'])
      expect((await asOf('2025-03-01')).map((values) => values.join(' '))).toEqual(['1 null gold'])
      expect((await asOf('2025-01-31T23:59:59.999999Z')).map((values) => values.join(' '))).toEqual(['1 null silver', '2 null y', '3 null x'])
    })

    it('takes a second complete load for an instant as the correction of the first', async () => {
      const dimension = timed(context.engine)
      await dimension.complete('02-01', seen(1, '01-01', 'gold'), seen(2, '01-01', 'x'))
      await dimension.complete('03-01', seen(2, '01-01', 'x'))
      await dimension.complete('03-01', seen(1, '01-01', 'gold'), seen(3, '02-15', 'y'))
      expect(await dimension.show()).toEqual(['1 gold 01-01..', '2 x 01-01..03-01', '3 y 02-15..'])
    })
  })

  describe('H8 duplicates in one load', () => {
    it('collapse where they are the same, also spelled otherwise or with other ignored values, and are counted', async () => {
      const dimension = timed(context.engine)
      const { counts } = await dimension.partial('06-01', seen(1, '01-01', 'gold'), seen(1, '01-01T00:00:00+00:00', 'gold', { note: 'n' }), gone(2), gone(2))
      expect(counts).toMatchObject({ read: 4, duplicate: 2, new: 1, unchanged: 1 })
      expect(await dimension.show()).toEqual(['1 gold 01-01..'])
    })

    it('refuse the whole load where they differ, also in an overwrite column, and name the keys', async () => {
      const dimension = timed(context.engine)
      await dimension.partial('05-01', seen(9, '01-01', 'x'))
      const rows = [seen(1, '01-01', 'gold'), seen(2, '01-01', 'gold'), seen(1, '01-01', 'silver'), seen(3, '01-01', 'x', { mail: 'a' }), seen(3, '01-01', 'x', { mail: 'b' })]
      const refused = await dimension.refusal('06-01', rows)
      expect(refused).toMatchObject({ code: 'V2008', exitCode: 2 })
      expect(refused.message).toMatch(/id 1.*id 3/)
      expect(refused.message).not.toMatch(/id 2/)
      expect((await dimension.refusal('06-01', [], { complete: true })).code).toBe('V2006')
      expect(await dimension.show()).toEqual(['9 x 01-01..'])
    })

    it('are several events where their instants differ', async () => {
      const dimension = timed(context.engine)
      await dimension.partial('06-01', seen(1, '01-01', 'gold'), seen(1, '01-01T00:00:00.000001Z', 'silver'))
      expect(await dimension.show()).toEqual(['1 gold 01-01..01-01T00:00:00.000001Z', '1 silver 01-01T00:00:00.000001Z..'])
    })
  })
})
