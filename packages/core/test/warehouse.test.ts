import { sql } from 'drizzle-orm'
import { expect, it } from 'vitest'
import { describeEngines } from '../../../test-support/engines.ts'
import { etlBatch, examineWarehouse, listRuns, migrateWarehouse, pipeline, planMigration, readRun, runPipeline, step, t, table, type Examination } from '../src/index.ts'

const people = table('crm.people', { id: t.integer().notNull(), name: t.text(20) }, { primaryKey: ['id'] })
const sites = table('crm.sites', { id: t.integer().notNull(), city: t.text(20) }, { primaryKey: ['id'], indexes: [{ columns: ['city'] }] })
const empty = (name: string, work: () => Promise<void> = () => Promise.resolve()) => etlBatch({ pipeline: name, load: async (context) => { await work(); await context.step('all', undefined, () => Promise.resolve({ read: 3, new: 2 })) } })

describeEngines('a warehouse', (context) => {
  const examine = async (...tables: Parameters<typeof examineWarehouse>[1] & object[]) => {
    const found: Examination[] = []
    for await (const examination of examineWarehouse(context.engine, tables)) found.push(examination)
    return found
  }
  const troubles = async (...tables: Parameters<typeof examine>) => (await examine(...tables)).filter(({ status }) => status !== 'ok').map(({ subject, status, message }) => [subject, status, message])

  it('without a ledger and its tables lacks just these', async () => {
    expect(await troubles(people)).toEqual([['ledger', 'warn', 'there is none yet'], ['table crm.people', 'warn', 'it is declared, but not there yet']])
    expect(await listRuns(context.engine)).toEqual([])
  })

  it('has its migration planned without a change, then carried out, and then nothing left to do', async () => {
    const plan = await planMigration(context.engine, [people, sites])
    expect(plan.ledger.from).toBe(0)
    expect(plan.tables).toEqual([
      { table: 'crm.people', changes: ['create table crm.people with 2 columns'] },
      { table: 'crm.sites', changes: ['create table crm.sites with 2 columns', expect.stringMatching(/^add index \S+ to crm\.sites$/) as string] },
    ])
    expect(plan.statements.filter((statement) => statement.startsWith('create table')).map((statement) => /"(\w+)" \(/.exec(statement)?.[1])).toEqual(['etl_batches', 'etl_batch_steps', 'etl_sync_status', 'data_quality_results', 'data_quality_issues', 'ledger_migrations', 'people', 'sites'])
    expect(await context.engine.tableNames('crm')).toEqual([])
    expect(await migrateWarehouse(context.engine, [people, sites])).toEqual(plan)
    expect(await planMigration(context.engine, [people, sites])).toMatchObject({ tables: [], statements: [] })
    expect(await troubles(people, sites)).toEqual([])
  })

  it('is left alone when one of its tables would lose something, and every such thing is named', async () => {
    const smaller = table('crm.people', { id: t.integer().notNull(), name: t.text(10) }, { primaryKey: ['id'] })
    const stricter = table('crm.sites', { id: t.integer().notNull(), city: t.text(20).notNull() }, { primaryKey: ['id'] })
    const fresh = table('crm.fresh', { id: t.integer().notNull() })
    await expect(migrateWarehouse(context.engine, [fresh, smaller, stricter])).rejects.toMatchObject({
      code: 'V2001',
      context: { refusals: ['crm.people: column "name" is text(20) and would become text(10), which can lose values', 'crm.sites: column "city" allows NULL and would become not null'] },
    })
    expect(await context.engine.tableNames('crm')).toEqual(['people', 'sites'])
  })

  it('shows a batch that runs as running, and one whose lock nobody holds as abandoned', async () => {
    let seen: Examination[] = []
    await empty('desk', async () => {
      // The embedded engine has one session, and it is taken.
      if (context.engine.capabilities.concurrentSessions) seen = await examine()
    }).run(context.engine)
    if (context.engine.capabilities.concurrentSessions) {
      expect(seen.filter(({ subject }) => subject === 'batches')).toEqual([{ subject: 'batches', status: 'ok', message: expect.stringMatching(/^running: [0-9a-f-]{36} of pipeline "desk" \(process \d+ on .+ since .+\)$/) as string }])
    }
    await context.engine.query(sql`update varve.etl_batches set status = 'running', host = 'elsewhere', process_id = 4711`)
    expect(await troubles()).toEqual([['batches', 'warn', expect.stringMatching(/^batch [0-9a-f-]{36} of pipeline "desk" is abandoned: process 4711 on elsewhere since /)]])
    await empty('desk').run(context.engine)
    expect(await troubles()).toEqual([])
  })

  it('tells of runs, each with its batches, and finds them by a pipeline and its parts', async () => {
    const crm = pipeline('crm', { steps: [step('people', empty('crm.people')), step('sites', empty('crm.sites'), { after: ['people'] })] })
    const { runId } = await runPipeline(crm, context.engine)
    await empty('crm_people').run(context.engine)
    expect(await listRuns(context.engine, { pipeline: 'crm' })).toMatchObject([{ runId, pipelines: ['crm.people', 'crm.sites'], status: 'succeeded', batches: 2, counts: { read: 6, new: 4, changed: 0 } }])
    expect((await listRuns(context.engine)).map((run) => run.status)).toEqual(['succeeded', 'succeeded', 'succeeded', 'abandoned'])
    expect((await readRun(context.engine, runId)).batches.map((batch) => [batch.pipeline, batch.status, batch.steps.map((one) => one.counts.read)])).toEqual([['crm.people', 'succeeded', [3]], ['crm.sites', 'succeeded', [3]]])
  })

  it('has a failed run stand as failed, with its error, though other batches of it succeeded', async () => {
    const desk = pipeline('desk', { steps: [step('good', empty('desk.good')), step('bad', empty('desk.bad', () => Promise.reject(new Error('token=abcdefgh'))))] })
    const { runId } = await runPipeline(desk, context.engine)
    expect(await listRuns(context.engine, { status: 'failed' })).toMatchObject([{ runId, status: 'failed', batches: 2 }])
    expect((await readRun(context.engine, runId)).batches.map((batch) => batch.error?.message).filter((message) => message !== undefined)).toEqual([expect.stringContaining('token=[secret]')])
  })
})
