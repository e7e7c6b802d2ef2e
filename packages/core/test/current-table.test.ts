import { sql } from 'drizzle-orm'
import { expect, it } from 'vitest'
import { describeEngines } from '../../../test-support/engines.ts'
import { currentTable, etlBatch, t, table, type CurrentCounts, type StagedRows } from '../src/index.ts'

let made = 0

/** Timesheets: all that identifies them may be NULL. */
function declare(sequence?: 'changedAt') {
  const entries = table(`desk.entries_${(made += 1)}`, {
    login: t.text().named('TS-User Username'),
    day: t.date().named('TS-Date'),
    ticket: t.integer().named('TS-Crm ID'),
    hours: t.decimal(9, 2).named('TS-Hours'),
    note: t.text(),
    changedAt: t.timestamp(),
    createdAt: t.timestamp(),
    updatedAt: t.timestamp(),
    batch: t.uuid(),
  })
  return class extends currentTable(entries, { key: ['login', 'day', 'ticket'], ...(sequence && { sequence }), createdAt: 'createdAt', updatedAt: 'updatedAt', batchId: 'batch' }) {}
}

type Declared = ReturnType<typeof declare>

describeEngines('a table of current rows', (context) => {
  const load = async (declared: Declared, rows: Iterable<object>, options: { readonly dryRun?: boolean } = {}): Promise<CurrentCounts> => {
    const current = new declared(context.engine)
    let counts: CurrentCounts | undefined
    await etlBatch<StagedRows>({
      pipeline: `desk ${declared.definition.table.name}`,
      extract: (extract) => current.stage(extract, rows),
      load: async (loading, staged) => void (counts = await current.load(loading, staged)),
    }).run(context.engine, options)
    return counts as CurrentCounts
  }
  const stored = async ({ definition: { table: { schema = '', name } } }: Declared) =>
    (await context.engine.query<{ row: string }>(sql`select concat_ws(' ', coalesce("TS-User Username", '-'), coalesce("TS-Date"::text, '-'), coalesce("TS-Crm ID"::text, '-'), coalesce("TS-Hours"::text, '-'), coalesce(note, '-')) as row from ${sql.identifier(schema)}.${sql.identifier(name)} order by 1`)).rows.map(({ row }) => row)
  const traces = async ({ definition: { table: { schema = '', name } } }: Declared) => (await context.engine.query(sql`select ctid::text as place, xmin::text as writer from ${sql.identifier(schema)}.${sql.identifier(name)} order by 1`)).rows

  it('inserts what is new, updates every column that changed, and does not write what is the same', async () => {
    const declared = declare()
    expect(await load(declared, [{ login: 'ann', day: '2026-01-05', ticket: 1, hours: '1.5' }, { login: 'bob', day: '2026-01-05', ticket: null, hours: '2' }, { login: 'bob', day: '2026-01-06', ticket: 2 }])).toEqual({ read: 3, rejected: 0, duplicate: 0, new: 3, changed: 0, unchanged: 0, late: 0 })
    const before = await traces(declared)
    const same = [{ login: 'ann', day: '2026-01-05', ticket: 1, hours: 1.50 }, { login: 'bob', day: '2026-01-05', hours: '2.00' }]
    expect(await load(declared, same)).toEqual({ read: 2, rejected: 0, duplicate: 0, new: 0, changed: 0, unchanged: 2, late: 0 })
    expect(await traces(declared)).toEqual(before)
    expect(await load(declared, [...same, { login: 'bob', day: '2026-01-06', ticket: 2, hours: '3', note: 'late' }, { login: 'cid', hours: '0' }])).toEqual({ read: 4, rejected: 0, duplicate: 0, new: 1, changed: 1, unchanged: 2, late: 0 })
    expect(await stored(declared)).toEqual(['ann 2026-01-05 1 1.50 -', 'bob 2026-01-05 - 2.00 -', 'bob 2026-01-06 2 3.00 late', 'cid - - 0.00 -'])
    expect(await load(declared, [])).toEqual({ read: 0, rejected: 0, duplicate: 0, new: 0, changed: 0, unchanged: 0, late: 0 })
    const { schema = '', name } = declared.definition.table
    const { rows } = await context.engine.query<{ stamps: number; batches: number; seen: number }>(sql`select count(*) filter (where created_at = updated_at)::int as stamps, count(distinct batch)::int as batches, count(*)::int as seen from ${sql.identifier(schema)}.${sql.identifier(name)}`)
    expect(rows).toEqual([{ stamps: 3, batches: 2, seen: 4 }])
  })

  it('takes two NULLs of a key for the same, and NULL and an empty text or zero for two', async () => {
    const declared = declare()
    await load(declared, [{ login: null, day: null, ticket: null, hours: '1' }, { login: '', day: null, ticket: null, hours: '2' }, { login: null, day: null, ticket: 0, hours: '3' }, { login: null, day: '1970-01-01', ticket: null, hours: '4' }])
    expect(await load(declared, [{ hours: '5' }])).toMatchObject({ new: 0, changed: 1 })
    expect(await stored(declared)).toEqual([' - - 2.00 -', '- - - 5.00 -', '- - 0 3.00 -', '- 1970-01-01 - 4.00 -'].toSorted())
    const { schema = '', name } = declared.definition.table
    await expect(context.engine.query(sql`insert into ${sql.identifier(schema)}.${sql.identifier(name)} ("TS-User Username") values (null)`)).rejects.toMatchObject({ code: 'V3006' })
  })

  it('takes of two rows of a key in one delivery the last, and counts the others', async () => {
    const declared = declare()
    expect(await load(declared, [{ login: 'ann', hours: '1' }, { login: 'bob', hours: '1' }, { login: 'ann', hours: '2' }, { login: 'ann', hours: '3' }])).toMatchObject({ read: 4, duplicate: 2, new: 2 })
    expect(await load(declared, [{ login: 'ann', hours: '4' }, { login: 'ann', hours: '3' }])).toMatchObject({ read: 2, duplicate: 1, unchanged: 1, changed: 0 })
    expect(await stored(declared)).toEqual(['ann - - 3.00 -', 'bob - - 1.00 -'])
  })

  it('takes of several the latest by the sequence, and nothing that is older than what is there', async () => {
    const declared = declare('changedAt')
    await load(declared, [{ login: 'ann', hours: '2', changedAt: '2026-01-02' }, { login: 'ann', hours: '1', changedAt: '2026-01-01' }, { login: 'ann', hours: '0' }])
    expect(await stored(declared)).toEqual(['ann - - 2.00 -'])
    expect(await load(declared, [{ login: 'ann', hours: '9', changedAt: '2026-01-01' }])).toMatchObject({ late: 1, changed: 0 })
    expect(await load(declared, [{ login: 'ann', hours: '9' }])).toMatchObject({ late: 1, changed: 0 })
    expect(await load(declared, [{ login: 'ann', hours: '9', changedAt: '2026-01-02' }])).toMatchObject({ late: 0, changed: 1 })
    expect(await stored(declared)).toEqual(['ann - - 9.00 -'])
  })

  it('loses one row to a row that the database refuses, and says which', async () => {
    const declared = declare()
    await load(declared, [{ login: 'ann', hours: '1' }])
    const { schema = '', name } = declared.definition.table
    await context.engine.query(sql`alter table ${sql.identifier(schema)}.${sql.identifier(name)} add constraint at_most_24 check ("TS-Hours" <= 24)`)
    const rows = Array.from({ length: 100 }, (_, at) => ({ login: `user ${at}`, hours: at === 37 || at === 80 ? '25' : '8' }))
    expect(await load(declared, [...rows, { login: 'ann', hours: '99' }])).toEqual({ read: 101, rejected: 3, duplicate: 0, new: 98, changed: 0, unchanged: 0, late: 0 })
    expect(await load(declared, rows)).toMatchObject({ rejected: 2, unchanged: 98, new: 0 })
    const { rows: issues } = await context.engine.query(sql`select row_number, reason, raw from varve.data_quality_issues where table_name = ${`${schema}.${name}`} and message like '%at_most_24%' order by row_number, raw`)
    expect(issues).toHaveLength(5)
    expect(issues.map((issue) => Number((issue as { row_number: unknown }).row_number))).toEqual([38, 38, 81, 81, 101])
    expect(issues[0]).toMatchObject({ reason: 'refused', raw: expect.stringContaining('user 37') as string })
  })

  it('leaves nothing of a load that fails, or that is only tried', async () => {
    const declared = declare()
    expect(await load(declared, [{ login: 'ann' }], { dryRun: true })).toMatchObject({ new: 1 })
    const { schema = '', name } = declared.definition.table
    expect(await context.engine.introspect(schema, name)).toBeUndefined()
    const failing = function* () {
      yield { login: 'ann' }
      throw new Error('the source broke off')
    }
    await expect(load(declared, failing())).rejects.toMatchObject({ code: 'V3010' })
    expect(await context.engine.introspect(schema, name)).toBeUndefined()
  })
})
