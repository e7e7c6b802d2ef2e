import { sql } from 'drizzle-orm'
import { expect, it } from 'vitest'
import { describeEngines } from '../../../test-support/engines.ts'
import { alignTable, openEngine, t, table, type EncodedRow } from '../src/index.ts'

async function* slices(rows: EncodedRow[]): AsyncGenerator<EncodedRow[]> {
  yield await Promise.resolve(rows)
}

const everything = table('zoo.everything', {
  id: t.integer().notNull(),
  big: t.bigint(),
  words: t.text(),
  short: t.text(5),
  flag: t.boolean(),
  money: t.decimal(10, 2),
  ratio: t.float(),
  day: t.date(),
  seenAt: t.timestamp(),
  clock: t.time(),
  tags: t.json(),
  ref: t.uuid(),
  bytes: t.binary(),
  TKT: t.text().named('TKT-Ticket "ID"'),
}, { primaryKey: ['id'], checks: { id_positive: (c) => sql`${c.id} > ${0}` }, unique: [{ columns: ['short'], where: (c) => sql`${c.flag} = ${true}` }] })

describeEngines('an engine', (context) => {
  it('makes a table, takes rows of every type by bulk, and gives them back as declared', async () => {
    const { engine } = context
    await alignTable(engine, everything.spec)
    const row = ['1', '9007199254740993', 'tab\t newline\n back\\slash \r', 'äöü', 'true', '10.50', '0.1', '2025-03-31', '2025-03-31T10:00:00.123456Z', '23:59:59.5', '{"a": [1, null]}', '0195e7c2-0000-7000-8000-000000000001', '\\x00ff', null]
    expect(await engine.bulkIn({ schema: 'zoo', name: 'everything', columns: everything.spec.columns }, slices([row]))).toBe(1)
    const { rows } = await engine.query(sql`select * from ${everything.pg}`)
    expect(rows).toEqual([{
      id: 1, big: 9007199254740993n, words: 'tab\t newline\n back\\slash \r', short: 'äöü', flag: true, money: '10.50', ratio: 0.1, day: '2025-03-31',
      seen_at: '2025-03-31T10:00:00.123456Z', clock: '23:59:59.5', tags: { a: [1, null] }, ref: '0195e7c2-0000-7000-8000-000000000001', bytes: Buffer.from([0, 255]), 'TKT-Ticket "ID"': null,
    }])
  })

  it('finds nothing to change in a table that is as declared', async () => {
    expect(await alignTable(context.engine, everything.spec)).toEqual({ changes: [], refusals: [], undeclared: [] })
  })

  it('takes parameters of every type', async () => {
    const { rows } = await context.engine.query(sql`select ${1}::int as i, ${2n}::bigint as b, ${'x'}::text as s, ${true}::boolean as f, ${null}::text as n, ${'2025-01-01'}::date as d, ${sql.param(['a', 'b,"c'])}::text[] as list, ${new Uint8Array([1])}::bytea as bin, ${1.5}::numeric as num`)
    expect(rows).toEqual([{ i: 1, b: 2n, s: 'x', f: true, n: null, d: '2025-01-01', list: ['a', 'b,"c'], bin: Buffer.from([1]), num: '1.5' }])
  })

  it('rolls back a failed transaction and a failed savepoint only', async () => {
    const { engine } = context
    const numbers = sql.identifier('numbers')
    await engine.query(sql`create table ${numbers} (n integer primary key)`)
    await engine.transaction(async (tx) => {
      await tx.query(sql`insert into ${numbers} values (1)`)
      await expect(tx.savepoint(async (inner) => {
        await inner.query(sql`insert into ${numbers} values (2)`)
        await inner.query(sql`insert into ${numbers} values (1)`)
      })).rejects.toMatchObject({ code: 'V3006' })
      await tx.query(sql`insert into ${numbers} values (3)`)
    })
    await expect(engine.transaction(async (tx) => {
      await tx.query(sql`insert into ${numbers} values (4)`)
      throw new Error('no')
    })).rejects.toThrow('no')
    expect((await engine.query(sql`select n from ${numbers} order by n`)).rows).toEqual([{ n: 1 }, { n: 3 }])
  })

  it('never waits for the end of a transaction from within it', async () => {
    const { engine } = context
    const answered = sql`select 1 as one`
    const asked = engine.transaction(() => engine.query<{ one: number }>(answered))
    const begun = engine.transaction(() => engine.transaction((inner) => inner.query<{ one: number }>(answered)))
    if (engine.capabilities.concurrentSessions) expect([(await asked).rows, (await begun).rows]).toEqual([[{ one: 1 }], [{ one: 1 }]])
    else for (const attempt of [asked, begun]) await expect(attempt).rejects.toMatchObject({ code: 'V1008', message: expect.stringContaining('Ask the transaction instead') as string })
    let later: Promise<unknown> = Promise.resolve()
    let over = () => {}
    const ended = new Promise<void>((resolve) => (over = resolve))
    await engine.transaction(() => Promise.resolve(void (later = ended.then(() => engine.query(answered)))))
    over()
    expect(await later).toMatchObject({ rows: [{ one: 1 }] }) // what a transaction has left behind is in none
    expect((await Promise.all([engine.transaction((transaction) => transaction.query(answered)), engine.query(answered)])).map(({ rows }) => rows)).toEqual([[{ one: 1 }], [{ one: 1 }]])
  })

  it('streams an answer in slices, and lets other statements run meanwhile', async () => {
    const seen: number[] = []
    for await (const rows of context.engine.stream<{ n: number }>(sql`select n from generate_series(1, 2500) n where n > ${0}`)) {
      seen.push(rows.length)
      await context.engine.query(sql`select 1`)
    }
    expect(seen).toEqual([1000, 1000, 500])
    for await (const rows of context.engine.stream(sql`select n from generate_series(1, 2500) n`)) {
      expect(rows).toHaveLength(1000)
      break
    }
  })

  it('is closed once, however often it is told to', async () => {
    const engine = await openEngine(context.url)
    await Promise.all([engine.close(), engine.close()])
    await engine.close()
    await expect(engine.query(sql`select 1`)).rejects.toBeInstanceOf(Error)
  })

  it('refuses a second holder of a lock, and says who holds it', async () => {
    const held = await context.engine.lock('pipeline crm')
    await expect(context.engine.lock('pipeline crm', { wait: 'refuse' })).rejects.toMatchObject({ code: 'V4001', exitCode: 4, message: expect.stringContaining(String(process.pid)) as string })
    await held.release()
    await (await context.engine.lock('pipeline crm', { wait: 'refuse' })).release()
  })
})
