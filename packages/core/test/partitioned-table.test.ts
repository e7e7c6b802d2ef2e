import { sql } from 'drizzle-orm'
import { expect, it } from 'vitest'
import { describeEngines } from '../../../test-support/engines.ts'
import { alignTable, explainAlignment, t, table } from '../src/index.ts'

const nothing = { changes: [], refusals: [], undeclared: [] }

const shifts = table('facts.shifts', {
  periodId: t.integer().notNull(), shiftId: t.bigint().notNull(), site: t.text(20), hours: t.decimal(6, 2),
}, {
  primaryKey: ['periodId', 'shiftId'],
  unique: [{ columns: ['periodId', 'site'], where: (c) => sql`${c.hours} > ${0}` }],
  indexes: [{ columns: ['site'] }],
  checks: { hours_known: (c) => sql`${c.hours} is not null` },
  partitionBy: { list: 'periodId' },
})

const readings = table('facts.readings', { day: t.date().notNull(), meter: t.text(10).notNull(), value: t.float() }, { primaryKey: ['day', 'meter'], partitionBy: { range: 'day' } })

describeEngines('a table in partitions', (context) => {
  it('is made by list, holds its keys over every partition, and needs no change afterwards', async () => {
    const { engine } = context
    expect(await explainAlignment(engine, shifts.spec)).toContain(`create table "facts"."shifts" (
  "period_id" integer not null,
  "shift_id" bigint not null,
  "site" varchar(20),
  "hours" numeric(6, 2),
  constraint "shifts_pkey" primary key ("period_id", "shift_id"),
  constraint "shifts_hours_known" check ("hours" is not null)
) partition by list ("period_id")`)
    await alignTable(engine, shifts.spec)
    expect(await engine.introspect('facts', 'shifts')).toMatchObject({ kind: 'table', partitionedBy: { by: 'list', columns: ['period_id'] }, primaryKey: ['period_id', 'shift_id'], hasRows: false })
    await expect(engine.query(sql`insert into facts.shifts values (1, 1, 'depot', 8)`)).rejects.toMatchObject({ code: 'V3006' })
    await engine.query(sql`create table facts.shifts_1 partition of facts.shifts for values in (1)`)
    await engine.query(sql`insert into facts.shifts values (1, 1, 'depot', 8)`)
    await expect(engine.query(sql`insert into facts.shifts values (1, 1, 'other', 4)`)).rejects.toMatchObject({ code: 'V3006' })
    await expect(engine.query(sql`insert into facts.shifts values (1, 2, 'depot', 4)`)).rejects.toMatchObject({ code: 'V3006' })
    await expect(engine.query(sql`insert into facts.shifts (period_id, shift_id) values (1, 2)`)).rejects.toMatchObject({ code: 'V3006' })
    expect(await alignTable(engine, shifts.spec)).toEqual(nothing)
    expect((await engine.introspect('facts', 'shifts'))?.hasRows).toBe(true)
    expect(await engine.introspect('facts', 'shifts_1')).toMatchObject({ kind: 'table', partitionedBy: undefined })
    expect((await engine.query(sql`select * from ${shifts.pg}`)).rows).toEqual([{ period_id: 1, shift_id: 1n, site: 'depot', hours: '8.00' }])
  })

  it('is made by range', async () => {
    const { engine } = context
    await alignTable(engine, readings.spec)
    expect((await engine.introspect('facts', 'readings'))?.partitionedBy).toEqual({ by: 'range', columns: ['day'] })
    await engine.query(sql`create table facts.readings_2025 partition of facts.readings for values from ('2025-01-01') to ('2026-01-01')`)
    await engine.query(sql`insert into facts.readings values ('2025-03-31', 'm1', 1.5)`)
    expect(await alignTable(engine, readings.spec)).toEqual(nothing)
  })

  it('grows with its partitions, and widens what it is not cut by', async () => {
    const { engine } = context
    const grown = table('facts.shifts', {
      periodId: t.integer().notNull(), shiftId: t.bigint().notNull(), site: t.text(), hours: t.decimal(8, 2), note: t.text().default('none'),
    }, { primaryKey: ['periodId', 'shiftId'], unique: [{ columns: ['periodId', 'note'] }], partitionBy: { list: 'periodId' } })
    await alignTable(engine, grown.spec)
    expect((await engine.query(sql`select * from facts.shifts_1`)).rows).toEqual([{ period_id: 1, shift_id: 1n, site: 'depot', hours: '8.00', note: 'none' }])
    expect(await alignTable(engine, grown.spec)).toEqual(nothing)
  })

  it('is neither cut otherwise, nor along a column of another type', async () => {
    const columns = { day: t.date().notNull(), meter: t.text(10).notNull(), value: t.float() }
    const key = { primaryKey: ['day', 'meter'] } as const
    await expect(alignTable(context.engine, table('facts.readings', columns, { ...key, partitionBy: { list: 'day' } }).spec)).rejects.toMatchObject({
      code: 'V2001',
      context: { refusals: ['the table is partitioned by range (day) and would become partitioned by list (day)'] },
    })
    await expect(alignTable(context.engine, table('facts.readings', columns, key).spec)).rejects.toMatchObject({
      context: { refusals: ['the table is partitioned by range (day) and would become not partitioned'] },
    })
    const widened = { ...shifts.columns, site: t.text(), hours: t.decimal(8, 2), note: t.text(), periodId: t.bigint().notNull() }
    await expect(alignTable(context.engine, table('facts.shifts', widened, { primaryKey: ['periodId', 'shiftId'], partitionBy: { list: 'periodId' } }).spec)).rejects.toMatchObject({
      context: { refusals: ['column "period_id" is integer and would become bigint, but the table is partitioned by it'] },
    })
  })
})
