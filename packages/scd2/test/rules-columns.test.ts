import { sql } from 'drizzle-orm'
import { describe, expect, it } from 'vitest'
import { csv } from '@varve/core'
import { describeEngines } from '../../../test-support/engines.ts'
import { gone, seen, timed, typed, untimed } from './ruled-dimension.ts'

describeEngines('rules of rows and columns', (context) => {
  describe('H9 bad rows', () => {
    it('go to quarantine with their reason and raw form, and the rest loads', async () => {
      const dimension = timed(context.engine)
      const { counts, batchId } = await dimension.partial('06-01', seen(1, '01-01', 'gold'), { id: null, at: '2025-01-01' }, { id: 2, at: null }, { id: 'x', at: '2025-01-01' }, { id: 3, at: 'soon' }, { id: 99_999_999_999, at: '2025-01-01' }, gone(null as unknown as number))
      expect(counts).toMatchObject({ read: 7, rejected: 6, new: 1 })
      const { rows } = await context.engine.query<{ row_number: bigint; reason: string; column_name: string; raw: string }>(sql`select row_number, reason, column_name from varve.data_quality_issues where batch_id = ${batchId} order by row_number`)
      expect(rows.map((row) => [Number(row.row_number), row.reason, row.column_name])).toEqual([[2, 'null', 'id'], [3, 'null', 'at'], [4, 'type', 'id'], [5, 'type', 'at'], [6, 'range', 'id'], [7, 'null', 'id']])
      expect(await dimension.show()).toEqual(['1 gold 01-01..'])
    })

    it('do not close their members, nor change them', async () => {
      const dimension = typed(context.engine, { id: 'integer', price: 'decimal(4,2)' }, { deletes: 'close' })
      await dimension.load('01-01', [], { complete: true, allow: ['empty'] })
      await dimension.dimension.load(csv('id,price\n1,1.00\n2,2.00\n'), { at: '2025-01-01', complete: true })
      const { counts } = await dimension.dimension.load(csv('id,price\n1,100.00\n2,2.005\n,3.00\n'), { at: '2025-02-01', complete: true })
      expect(counts).toMatchObject({ read: 3, rejected: 3, closed: 0 })
      expect(await dimension.show('price')).toEqual(['1 1.00 01-01..', '2 2.00 01-01..'])
    })

    it('that name nobody are told where a complete load closes members, and their mended load puts it right', async () => {
      const dimension = typed(context.engine, { id: 'integer', name: 'text' }, { deletes: 'close' })
      const load = (day: string, rows: string, complete = true) => dimension.dimension.load(csv(`id,name\n${rows}`), { at: `2025-${day}`, complete })
      await load('01-01', '1,a\n2,b\n3,c\n')
      expect((await load('02-01', '1,a\n2\n3,c\n,d\n')).findings).toMatchObject([{ kind: 'nameless', message: expect.stringContaining('2 rows of the complete load have keys that cannot be read, and 1 member was closed') as string }])
      expect(await dimension.show('name')).toEqual(['1 a 01-01..', '2 b 01-01..02-01', '3 c 01-01..'])
      expect((await load('02-01', '1,a\n2,b\n3,c\n')).findings).toEqual([])
      expect(await dimension.show('name')).toEqual(['1 a 01-01..', '2 b 01-01..', '3 c 01-01..'])
      expect((await load('02-02', '1,a\n2\n', false)).findings).toEqual([])
      expect((await load('02-03', '1,a\n2,b\n3,c\n,d\n')).findings).toEqual([])
    })

    it('refuse the load where the definition wants that, in any case or from a share on', async () => {
      const [good, bad] = [{ id: 1, tier: 'a' }, { id: null }]
      const strict = untimed(context.engine, { rejects: 'refuse' })
      expect((await strict.refusal('01-01', [good, bad])).code).toBe('V2003')
      const share = untimed(context.engine, { rejects: { maxShare: 0.5 } })
      await share.partial('01-01', good, bad)
      expect((await share.refusal('02-01', [{ id: 1, tier: 'b' }, bad, bad])).code).toBe('V2003')
      expect(await share.show()).toEqual(['1 a 01-01..'])
    })
  })

  describe('H10 overwrite columns', () => {
    const base = [seen(1, '01-01', 'gold', { mail: 'a' }), seen(1, '03-01', 'silver', { mail: 'c' })]

    it('are corrected in a closed version, also where the open one shows the same event with the same value', async () => {
      const dimension = typed(context.engine, { id: 'integer', tier: 'text', mail: 'text', at: 'timestamp' }, { sequence: 'at', overwrite: ['mail'], deletes: 'close' })
      const event = (day: string, mail: string) => ({ id: 1, at: `2025-${day}`, tier: 'x', mail })
      await dimension.load('03-01', [], { complete: true, allow: ['empty'] })
      await dimension.complete('05-01', event('02-01', 'q'))
      await dimension.complete('09-01', event('03-01', 'r'))
      expect(await dimension.show('tier', 'mail')).toEqual(['1 x q 02-01..03-01', '1 x r 05-01..'])
      expect((await dimension.partial('07-01', event('02-01', 'r'))).counts).toMatchObject({ overwritten: 1 })
      expect(await dimension.show('tier', 'mail')).toEqual(['1 x r 02-01..03-01', '1 x r 05-01..'])
    })

    it('change the version that the event falls in, and open none', async () => {
      const dimension = timed(context.engine)
      await dimension.partial('06-01', seen(1, '01-01', 'gold', { mail: 'a' }))
      expect((await dimension.partial('06-02', seen(1, '02-01', 'gold', { mail: 'b' }))).counts).toMatchObject({ overwritten: 1, changed: 0 })
      expect(await dimension.show('tier', 'mail')).toEqual(['1 gold b 01-01..'])
      await dimension.partial('06-03', seen(1, '03-01', 'gold', { mail: null }))
      expect(await dimension.show('tier', 'mail')).toEqual(['1 gold NULL 01-01..'])
    })

    it('leave the last value of its interval in a closed version, and later versions alone', async () => {
      const dimension = timed(context.engine)
      await dimension.partial('06-01', ...base)
      await dimension.partial('06-02', seen(1, '02-01', 'gold', { mail: 'b' }))
      expect(await dimension.show('mail')).toEqual(['1 b 01-01..03-01', '1 c 03-01..'])
      await dimension.partial('06-03', seen(1, '04-01', 'silver', { mail: 'd' }))
      expect(await dimension.show('mail')).toEqual(['1 b 01-01..03-01', '1 d 03-01..'])
    })

    it('are not set back by an older event, and fall back to what was known where a late event cuts', async () => {
      const dimension = timed(context.engine)
      await dimension.partial('06-01', seen(1, '01-01', 'gold', { mail: 'a' }), seen(1, '03-01', 'gold', { mail: 'c' }))
      expect((await dimension.partial('06-02', seen(1, '02-01', 'gold', { mail: 'b' }))).counts).toMatchObject({ unchanged: 1 })
      expect(await dimension.show('mail')).toEqual(['1 c 01-01..'])
      await dimension.partial('06-03', seen(1, '02-15', 'silver', { mail: 'x' }))
      expect(await dimension.show('tier', 'mail')).toEqual(['1 gold b 01-01..02-15', '1 silver x 02-15..03-01', '1 gold c 03-01..'])
    })

    it('that went and came back are remembered no more than they must be', async () => {
      const dimension = timed(context.engine)
      for (const [month, mail] of ['p', 'q', 'p'].entries()) await dimension.partial('06-01', seen(1, `0${month + 1}-01`, 'gold', { mail }))
      const { rows } = await context.engine.query(sql`select cast(varve_at as date) as at, mail from varve.${sql.identifier(`memory_${dimension.definition.table.name}`)} order by 1`)
      expect(rows).toEqual([{ at: '2025-02-01', mail: 'q' }, { at: '2025-03-01', mail: 'p' }])
      await dimension.partial('06-02', seen(1, '02-15', 'silver', { mail: 'x' }))
      expect(await dimension.show('tier', 'mail')).toEqual(['1 gold q 01-01..02-15', '1 silver x 02-15..03-01', '1 gold p 03-01..'])
    })

    it('reach all versions of the member where the definition asks for it', async () => {
      const dimension = timed(context.engine, { overwriteScope: 'member' })
      await dimension.partial('06-01', ...base, seen(2, '01-01', 'gold', { mail: 'z' }))
      await dimension.partial('06-02', seen(1, '02-01', 'gold', { mail: 'b' }))
      expect(await dimension.show('mail')).toEqual(['1 c 01-01..03-01', '1 c 03-01..', '2 z 01-01..'])
      await dimension.partial('06-03', seen(1, '04-01', 'silver', { mail: 'd' }))
      expect(await dimension.show('mail')).toEqual(['1 d 01-01..03-01', '1 d 03-01..', '2 z 01-01..'])
    })

    it('stand beside fixed columns, which keep the first value there was', async () => {
      const dimension = timed(context.engine)
      await dimension.partial('06-01', seen(1, '02-01', 'gold'), seen(1, '03-01', 'gold', { born: 'b' }))
      expect((await dimension.partial('06-02', seen(1, '04-01', 'gold', { born: 'c' }))).counts).toMatchObject({ unchanged: 1 })
      expect(await dimension.show('born')).toEqual(['1 b 02-01..'])
      await dimension.partial('06-03', seen(1, '01-01', 'silver', { born: 'a' }))
      expect(await dimension.show('born')).toEqual(['1 a 01-01..02-01', '1 a 02-01..'])
    })
  })

  describe('fixed columns', () => {
    it('are filled in the version of their own event, though a later one shows the value already', async () => {
      const dimension = timed(context.engine)
      await dimension.partial('02-01', seen(1, '02-01', 'silver', { born: 'x' }))
      await dimension.complete('03-01', seen(1, '01-01', 'gold')) // an old row that stands from this load on
      expect(await dimension.show('tier', 'born')).toEqual(['1 gold NULL 01-01..02-01', '1 silver x 02-01..03-01', '1 gold x 03-01..'])
      await dimension.partial('04-01', seen(1, '01-01', 'gold', { born: 'x' }))
      expect(await dimension.show('tier', 'born')).toEqual(['1 gold x 01-01..02-01', '1 silver x 02-01..03-01', '1 gold x 03-01..'])
    })
  })

  describe('H11 guards refuse a complete load', () => {
    const members = (count: number) => Array.from({ length: count }, (_, index) => ({ id: index + 1, tier: 'gold' }))

    it('that is empty while members live, unless that is allowed by name', async () => {
      const dimension = untimed(context.engine)
      expect((await dimension.complete('01-01')).counts.read).toBe(0)
      await dimension.complete('01-01', ...members(2))
      const refused = await dimension.refusal('02-01', [], { complete: true })
      expect(refused).toMatchObject({ code: 'V2006', context: { guard: 'empty', living: 2 } })
      expect(refused.message).toMatch(/2/)
      expect((await dimension.refusal('02-01', [{ id: null }], { complete: true, allow: ['mass-close'] })).code).toBe('V2006')
      expect((await dimension.load('02-01', [], { complete: true, allow: ['empty'] })).counts).toMatchObject({ closed: 2, absent: 2 })
    })

    it('that would close more than half and more than a handful, with the figures', async () => {
      const dimension = untimed(context.engine)
      await dimension.complete('01-01', ...members(20))
      expect(await dimension.refusal('02-01', members(9), { complete: true })).toMatchObject({ code: 'V2006', context: { guard: 'mass-close', closing: 11, living: 20 } })
      expect((await dimension.plan('02-01', members(10), { complete: true })).counts.closed).toBe(10)
      expect((await dimension.complete('02-01', ...members(10))).counts.closed).toBe(10)
      expect((await dimension.complete('03-01', ...members(5))).counts.closed).toBe(5) // half, and a handful
      expect((await dimension.complete('04-01', ...members(1))).counts.closed).toBe(4) // more than half, and not a handful
    })

    it('that is older than the last, and no partial load that is late', async () => {
      const dimension = timed(context.engine)
      await dimension.complete('02-01', seen(1, '01-01', 'gold'))
      expect(await dimension.refusal('01-15', [seen(1, '01-01', 'gold')], { complete: true })).toMatchObject({ code: 'V2006', context: { guard: 'older', last: '2025-02-01T00:00:00Z' } })
      await dimension.partial('01-15', seen(1, '01-10', 'silver'))
      await dimension.load('01-20', [seen(2, '01-02', 'x')], { complete: true, allow: ['older'] })
      expect(await dimension.show()).toEqual(['1 gold 01-01..01-10', '1 silver 01-10..01-20', '1 gold 02-01..', '2 x 01-02..02-01'])
    })
  })

  describe('H12 schema', () => {
    const name = (what: string) => `dim_schema_${what}_${context.engineName}`

    it('adds a new column by itself, and re-versions only members that have a value in it', async () => {
      await typed(context.engine, { id: 'integer', tier: 'text' }, {}, name('new')).partial('01-01', { id: 1, tier: 'a' }, { id: 2, tier: 'a' })
      const wider = typed(context.engine, { id: 'integer', tier: 'text', size: 'integer' }, {}, name('new'))
      expect((await wider.partial('02-01', { id: 1, tier: 'a', size: null }, { id: 2, tier: 'a', size: 5 })).counts).toMatchObject({ unchanged: 1, changed: 1 })
      expect(await wider.show('tier', 'size')).toEqual(['1 a NULL 01-01..', '2 a NULL 01-01..02-01', '2 a 5 02-01..'])
    })

    it('adds it to what is remembered too', async () => {
      const before = typed(context.engine, { id: 'integer', tier: 'text', at: 'timestamp' }, { sequence: 'at' }, name('remembered'))
      await before.partial('06-01', seen(1, '01-01', 'a'), seen(1, '03-01', 'a'))
      const after = typed(context.engine, { id: 'integer', size: 'integer', tier: 'text', at: 'timestamp' }, { sequence: 'at' }, name('remembered'))
      await after.partial('06-02', seen(1, '02-01', 'a', { size: 5 }))
      expect(await after.show('tier', 'size')).toEqual(['1 a NULL 01-01..02-01', '1 a 5 02-01..03-01', '1 a NULL 03-01..'])
    })

    it('widens without loss by itself, and re-versions nobody', async () => {
      await typed(context.engine, { id: 'integer', price: 'decimal(4,1)', tier: 'text(5)' }, {}, name('wide')).partial('01-01', { id: 1, price: '10.5', tier: 'a' })
      const wider = typed(context.engine, { id: 'bigint', price: 'decimal(8,3)', tier: 'text' }, {}, name('wide'))
      expect((await wider.partial('02-01', { id: 1, price: '10.500', tier: 'a' }, { id: '9000000000', price: 1, tier: 'longer than five' })).counts).toMatchObject({ unchanged: 1, new: 1 })
      expect(await wider.show('price')).toEqual(['1 10.500 01-01..', '9000000000 1.000 02-01..'])
    })

    it('refuses what would lose something before a row is written', async () => {
      const before = typed(context.engine, { id: 'integer', price: 'decimal(8,3)' }, {}, name('lossy'))
      await before.partial('01-01', { id: 1, price: '10.555' })
      for (const price of ['decimal(8,2)', 'integer', 'date']) {
        const refused = await typed(context.engine, { id: 'integer', price }, {}, name('lossy')).refusal('02-01', [{ id: 2, price: null }])
        expect(refused).toMatchObject({ code: 'V2001', exitCode: 2 })
        expect(refused.message).toMatch(/price/)
      }
      expect(await before.show('price')).toEqual(['1 10.555 01-01..'])
    })

    it('refuses another open end than the stored one, by which the living would look closed', async () => {
      const [bare, types] = [{ housekeeping: {} }, { id: 'integer', tier: 'text' }]
      const shown = (end: string | null) => `an open end is ${end === null ? 'NULL' : `${end}T00:00:00Z`} in "valid_to"`
      for (const [from, to] of [['9999-12-31', null], ['9999-12-30', '9999-12-31'], [null, '9999-12-31']] as const) {
        const table = name(`end_${from}_${to}`)
        const before = typed(context.engine, types, { ...bare, openEnd: from }, table)
        await before.partial('01-01', { id: 1, tier: 'a' })
        const after = typed(context.engine, types, { ...bare, openEnd: to }, table)
        const refused = await after.refusal('02-01', [{ id: 1, tier: 'b' }, { id: 2, tier: 'b' }])
        expect(refused).toMatchObject({ code: 'V2001', exitCode: 2, message: expect.stringContaining(`${shown(from)}, by the definition ${shown(to)}`) as string })
        await expect(after.plan('02-01', [{ id: 1, tier: 'b' }])).rejects.toMatchObject({ code: 'V2001' })
        await before.partial('03-01', { id: 1, tier: 'c' })
        expect(await before.show()).toEqual(['1 a 01-01..03-01', '1 c 03-01..'])
      }
    })

    it('refuses other roles of columns that have history, which late events would fold away', async () => {
      const types = { id: 'integer', tier: 'text', nick: 'text', at: 'timestamp' }
      const base = { sequence: 'at', fixed: ['tier'] }
      const others: [title: string, options: object, message: string][] = [
        ['overwrite', { ...base, overwrite: ['nick'] }, 'column "nick" was tracked and is overwrite'],
        ['two', { ...base, fixed: [], ignore: ['nick'] }, 'column "nick" was tracked and is ignored. Leave it as it was; a column of another name can have the new role; column "tier" was fixed and is tracked'],
        ['key', { ...base, key: ['id', 'nick'] }, 'the key was (id) and is (id, nick)'],
        ['sequence', { ...base, sequence: null }, 'the sequence was at and is none'],
      ]
      for (const [title, options, message] of others) {
        const table = name(`roles_${title}`)
        const before = typed(context.engine, types, base, table)
        const rows = [{ id: 1, at: '2025-01-01', tier: 'a', nick: 'x' }, { id: 1, at: '2025-02-01', tier: 'a', nick: 'y' }]
        await before.partial('03-01', ...rows)
        const after = typed(context.engine, types, options, table)
        const late = { id: 1, at: '2025-01-15', tier: 'a', nick: 'x' }
        expect(await after.refusal('03-02', [late])).toMatchObject({ code: 'V2001', exitCode: 2, message: expect.stringContaining(message) as string })
        await expect(after.plan('03-02', [late])).rejects.toMatchObject({ code: 'V2001' })
        expect((await before.partial('03-03', ...rows)).counts).toMatchObject({ unchanged: 2 })
        expect(await before.show('nick')).toEqual(['1 x 01-01..02-01', '1 y 02-01..'])
      }
    })

    it('takes other roles where no version is, or where the column was dropped and is another one', async () => {
      const types = { id: 'integer', tier: 'text', nick: 'text' }
      await typed(context.engine, types, { deletes: 'close' }, name('roles_free')).load('01-01', [], { complete: true, allow: ['empty'] })
      const after = typed(context.engine, types, { overwrite: ['nick'] }, name('roles_free'))
      await after.partial('02-01', { id: 1, tier: 'a', nick: 'x' })
      expect(await after.show('nick')).toEqual(['1 x 02-01..'])
      await context.engine.query(sql`alter table ${sql.identifier(name('roles_free'))} drop column nick`)
      const tracked = typed(context.engine, types, {}, name('roles_free'))
      await tracked.partial('03-01', { id: 1, tier: 'a', nick: 'y' })
      expect(await tracked.show('nick')).toEqual(['1 NULL 02-01..03-01', '1 y 03-01..'])
    })

    it('takes another open end where none of the old ones is left, and refuses another column for it', async () => {
      const types = { id: 'integer', tier: 'text' }
      const table = name('mended')
      await typed(context.engine, types, { housekeeping: {}, openEnd: '9999-12-31' }, table).partial('01-01', { id: 1, tier: 'a' })
      await context.engine.query(sql`alter table ${sql.identifier(table)} alter column valid_to drop not null`)
      await context.engine.query(sql`update ${sql.identifier(table)} set valid_to = null`)
      const after = typed(context.engine, types, { housekeeping: {} }, table)
      expect((await after.partial('02-01', { id: 1, tier: 'b' })).counts).toMatchObject({ changed: 1, late: 0 })
      expect((await typed(context.engine, types, { housekeeping: { validTo: 'ended' } }, table).refusal('03-01', [{ id: 1, tier: 'b' }])).message).toContain('an open end is NULL in "valid_to", by the definition an open end is NULL in "ended"')
    })

    it('refuses a table of another program whose ends are never NULL, where open ones should be', async () => {
      const table = name('foreign')
      await context.engine.query(sql`create table ${sql.identifier(table)} (id int not null, tier text, valid_from timestamptz not null, valid_to timestamptz not null, primary key (id, valid_from))`)
      await context.engine.query(sql`insert into ${sql.identifier(table)} values (1, 'a', '2025-01-01', '9999-12-31')`)
      const types = { id: 'integer', tier: 'text' }
      expect((await typed(context.engine, types, { housekeeping: {} }, table).refusal('02-01', [{ id: 1, tier: 'b' }])).message).toContain('"valid_to" is never NULL')
      const fitting = typed(context.engine, types, { housekeeping: {}, openEnd: '9999-12-31' }, table)
      await fitting.partial('02-01', { id: 1, tier: 'b' })
      expect(await fitting.show()).toEqual(['1 a 01-01..02-01', '1 b 02-01..'])
    })

    it('keeps a column that is no longer sent, NULL in new versions, with a finding', async () => {
      const dimension = untimed(context.engine)
      await dimension.partial('01-01', { id: 1, tier: 'gold', born: 'x' })
      expect((await dimension.partial('02-01', { id: 1 })).findings).toMatchObject([{ kind: 'missing-column', column: 'tier' }, { kind: 'missing-column', column: 'born' }])
      expect(await dimension.show()).toEqual(['1 gold 01-01..02-01', '1 NULL 02-01..'])
    })

    describe('a column that the definition no longer has', () => {
      const narrow = { id: 'integer', tier: 'text' }
      const wide = { ...narrow, size: 'integer' }
      const stored = async (table: string) => (await context.engine.query<{ line: string }>(sql`select concat_ws(' ', tier, coalesce(cast(size as text), 'NULL'), to_char(valid_from at time zone 'UTC', 'MM-DD')) as line from ${sql.identifier(table)} order by id, valid_from`)).rows.map(({ line }) => line)

      it('stays as it is, and is NULL in new versions', async () => {
        const table = name('narrow')
        await typed(context.engine, wide, {}, table).partial('01-01', { id: 1, tier: 'a', size: 5 })
        const after = typed(context.engine, narrow, {}, table)
        expect((await after.partial('02-01', { id: 1, tier: 'a' })).counts).toMatchObject({ unchanged: 1 })
        await after.partial('03-01', { id: 1, tier: 'b' })
        expect(await stored(table)).toEqual(['a 5 01-01', 'b NULL 03-01'])
      })

      describe.each([{ sequence: null, at: {} }, { sequence: 'at', at: { at: 'timestamp' } }])('with sequence: $sequence', ({ sequence, at }) => {
        const row = (day: string, tier: string, rest: object = {}) => ({ id: 1, tier, ...(sequence === null ? {} : { at: `2025-${day}` }), ...rest })
        const made = async (table: string, ...tiers: string[]) => {
          const before = typed(context.engine, { ...wide, ...at }, { sequence }, table)
          for (const [index, tier] of tiers.entries()) await before.partial(`0${index + 1}-01`, row(`0${index + 1}-01`, tier, { size: index + 1 }))
          return { before, after: typed(context.engine, { ...narrow, ...at }, { sequence }, table) }
        }

        it('keeps versions apart that differ in nothing else, and refuses the late event that would fold them', async () => {
          const table = name(`narrow_late_${sequence}`)
          const { before, after } = await made(table, 'a', 'a', 'a')
          expect((await after.dimension.verify()).findings).toEqual([])
          await after.partial('04-01', row('04-01', 'b'))
          const late = [row('02-15', 'c')]
          const told = { code: 'V2001', exitCode: 2, message: expect.stringContaining('the version of id 1 from 2025-02-01T00:00:00Z would become one with its neighbour, but it has values in "size"') as string }
          expect(await after.refusal('02-15', late)).toMatchObject(told)
          await expect(after.plan('02-15', late)).rejects.toMatchObject(told)
          await before.partial('02-15', row('02-15', 'c', { size: null }))
          expect(await stored(table)).toEqual(['a 1 01-01', 'a 2 02-01', 'c NULL 02-15', 'a 3 03-01', 'b NULL 04-01'])
          expect((await after.dimension.verify()).findings).toEqual([])
        })

        it('has its values again when a batch without it is reverted', async () => {
          const table = name(`narrow_reverted_${sequence}`)
          const { after } = await made(table, 'a', 'b', 'a')
          const { batchId } = await after.partial('02-15', row('02-15', 'c'))
          expect((await stored(table)).slice(0, 3)).toEqual(['a 1 01-01', 'b 2 02-01', 'c NULL 02-15'])
          await after.dimension.revert(batchId)
          expect(await stored(table)).toEqual(['a 1 01-01', 'b 2 02-01', 'a 3 03-01'])
        })
      })

      it('can be dropped from the table, also before a batch is reverted', async () => {
        const table = name('narrow_dropped')
        const before = typed(context.engine, wide, {}, table)
        await before.partial('01-01', { id: 1, tier: 'a', size: 5 })
        const { batchId } = await before.partial('02-01', { id: 1, tier: 'b', size: 5 })
        await context.engine.query(sql`alter table ${sql.identifier(table)} drop column size`)
        const after = typed(context.engine, narrow, {}, table)
        await after.dimension.revert(batchId)
        expect(await after.show()).toEqual(['1 a 01-01..'])
        await after.partial('03-01', { id: 1, tier: 'c' })
        expect(await after.show()).toEqual(['1 a 01-01..03-01', '1 c 03-01..'])
      })
    })
  })
})
