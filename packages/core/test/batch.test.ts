import { sql } from 'drizzle-orm'
import { expect, it } from 'vitest'
import { describeEngines } from '../../../test-support/engines.ts'
import { alignTable, csv, EtlBatch, etlBatch, ledgerDrift, migrateLedger, ndjson, t, table, VarveError, type ExtractContext, type LoadContext, type RowSource, type StagedRows } from '../src/index.ts'

const people = table('crm.people', { id: t.integer().notNull(), name: t.text(10), born: t.date(), balance: t.decimal(8, 2) }, { primaryKey: ['id'] })

class PeopleBatch extends EtlBatch<StagedRows> {
  readonly pipeline = 'people'
  constructor(private readonly rows: RowSource<object>, private readonly during: (context: LoadContext) => Promise<void> | void = () => undefined) {
    super()
  }
  protected override extract(context: ExtractContext): Promise<StagedRows> {
    return context.stage(people, this.rows)
  }
  protected async load(context: LoadContext, staged: StagedRows): Promise<void> {
    await alignTable(context.transaction, people.spec)
    await context.step('people', 'crm.people', async () => {
      const { table: name } = context.engine.phrases
      const done = await context.transaction.query(sql`insert into ${name(people.spec)} (id, name, born, balance) select id, name, born, balance from ${name(staged.table)} s where not exists (select 1 from ${name(people.spec)} p where p.id = s.id)`)
      await context.setWatermark('api', '2025-01-01')
      return { read: staged.read, rejected: staged.rejected, new: done.rowCount, unchanged: staged.staged - done.rowCount }
    })
    await this.during(context)
  }
}

describeEngines('a batch', (context) => {
  const batches = async () => (await context.engine.query(sql`select status, error_code, attempts from varve.etl_batches order by started_at`)).rows
  const rows = async () => (await context.engine.query(sql`select id, name, born, balance from crm.people order by id`)).rows
  const stages = async () => (await context.engine.tableNames('varve')).filter((name) => name.startsWith('stage_'))

  it('migrates the ledger once, also when many ask at once', async () => {
    const applied = await Promise.all([1, 2, 3].map(() => migrateLedger(context.engine)))
    expect(applied.flat().map((migration) => migration.number)).toEqual([1, 2])
    expect(await ledgerDrift(context.engine)).toEqual([])
  })

  it('loads rows, records exact counts and the watermark, and sets bad rows aside', async () => {
    const outcome = await new PeopleBatch([
      { id: 1, name: 'Ada', born: '1815-12-10', balance: '10.5' },
      { id: null, name: 'Nobody' },
      { id: 2, name: 'A name far too long' },
      { id: 3, nickname: 'x' },
      { id: 4 },
    ]).run(context.engine)
    expect(outcome.steps).toMatchObject([{ step: 'people', table: 'crm.people', counts: { read: 5, rejected: 3, new: 2, unchanged: 0 }, watermarkAfter: '2025-01-01' }])
    expect(await rows()).toEqual([{ id: 1, name: 'Ada', born: '1815-12-10', balance: '10.50' }, { id: 4, name: null, born: null, balance: null }])
    expect(await batches()).toEqual([{ status: 'succeeded', error_code: null, attempts: 1 }])
    const issues = await context.engine.query(sql`select column_name, row_number, reason, message, raw from varve.data_quality_issues where batch_id = ${outcome.batchId} order by row_number`)
    expect(issues.rows).toEqual([
      { column_name: 'id', row_number: 2n, reason: 'null', message: '"id" is NULL, but the column is not null', raw: '{"id":null,"name":"Nobody"}' },
      { column_name: 'name', row_number: 3n, reason: 'length', message: '"name" "A name far too long" is longer than 10 characters', raw: '{"id":2,"name":"A name far too long"}' },
      { column_name: 'nickname', row_number: 4n, reason: 'unknown column', message: '"nickname" is no column of the table', raw: '{"id":3,"nickname":"x"}' },
    ])
    expect(await stages()).toEqual([])
  })

  it('leaves nothing but its reason when it fails', async () => {
    const before = await rows()
    await expect(new PeopleBatch([{ id: 9 }], () => { throw new VarveError('V2006', 'No.') }).run(context.engine)).rejects.toMatchObject({ code: 'V2006' })
    expect(await rows()).toEqual(before)
    expect((await batches()).at(-1)).toEqual({ status: 'failed', error_code: 'V2006', attempts: 0 })
    expect(await stages()).toEqual([])
  })

  it('tries the whole transaction again after a passing trouble, and counts once', async () => {
    let tries = 0
    const outcome = await new PeopleBatch([{ id: 5 }], () => {
      tries += 1
      if (tries < 3) throw new VarveError('V3005', 'Deadlock.', { isRetryable: true })
    }).run(context.engine, { retry: { firstDelayMs: 1 } })
    expect(outcome.attempts).toBe(3)
    expect(outcome.steps).toHaveLength(1)
    expect((await batches()).at(-1)).toEqual({ status: 'succeeded', error_code: null, attempts: 3 })
  })

  it('closes as failed when it is interrupted', async () => {
    const controller = new AbortController()
    const endless = (async function* () {
      for (let id = 100; ; id++) {
        yield await Promise.resolve({ id })
        if (id === 5000) controller.abort()
      }
    })()
    await expect(new PeopleBatch(endless).run(context.engine, { signal: controller.signal })).rejects.toMatchObject({ code: 'V5001', exitCode: 130 })
    expect((await batches()).at(-1)).toEqual({ status: 'failed', error_code: 'V5001', attempts: 0 })
    expect(await stages()).toEqual([])
  })

  it('keeps a second batch of the pipeline out, or lets it wait', async () => {
    let release = () => {}
    const gate = new Promise<void>((resolve) => (release = resolve))
    let entered = () => {}
    const inside = new Promise<void>((resolve) => (entered = resolve))
    const first = etlBatch({ pipeline: 'people', extract: async () => { entered(); await gate }, load: async () => {} }).run(context.engine)
    await inside
    await expect(new PeopleBatch([]).run(context.engine, { wait: 'refuse' })).rejects.toMatchObject({ code: 'V4001', exitCode: 4 })
    const second = new PeopleBatch([{ id: 6 }]).run(context.engine)
    release()
    await first
    expect((await second).steps[0]?.counts.new).toBe(1)
  })

  it('refuses too many rejects with a sample', async () => {
    const batch = etlBatch({ pipeline: 'people', extract: (extract) => extract.stage(people, [{ id: 'x' }, { id: 7 }], { rejects: 0.1 }), load: async () => {} })
    await expect(batch.run(context.engine)).rejects.toMatchObject({ code: 'V2003', exitCode: 2, message: expect.stringContaining('row 1: "id" "x" is not a whole number') as string })
  })

  it('reads CSV and NDJSON bytes, with every kind of bad line set aside', async () => {
    const text = 'id,name,born,balance\n11,"Quo""te, x",2000-01-01,1.5\n12,,2000-02-30,\nx,y,,\n13,only\n14,"",,\n15,a\\b,,-0.10\n\n16,"line\nbreak",,\n'
    const csvBatch = await new PeopleBatch(csv(text)).run(context.engine)
    expect(csvBatch.steps[0]?.counts).toMatchObject({ read: 7, rejected: 3, new: 4 })
    const lines = '{"id":21,"name":"N"}\nnot json\n[1]\n{"id":9007199254740993}\n{"id":22,"balance":12345678901234567890}\n{"id":23,"balance":1.10}\n'
    const ndjsonBatch = await new PeopleBatch(ndjson(lines)).run(context.engine)
    expect(ndjsonBatch.steps[0]?.counts).toMatchObject({ read: 6, rejected: 4, new: 2 })
    expect((await rows()).filter((row) => (row['id'] as number) > 10)).toEqual([
      { id: 11, name: 'Quo"te, x', born: '2000-01-01', balance: '1.50' },
      { id: 14, name: '', born: null, balance: null },
      { id: 15, name: 'a\\b', born: null, balance: '-0.10' },
      { id: 16, name: 'line\nbreak', born: null, balance: null },
      { id: 21, name: 'N', born: null, balance: null },
      { id: 23, name: null, born: null, balance: '1.10' },
    ])
  })
})
