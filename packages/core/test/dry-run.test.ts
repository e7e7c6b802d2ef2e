import { sql } from 'drizzle-orm'
import { expect, it } from 'vitest'
import { describeEngines } from '../../../test-support/engines.ts'
import { alignTable, etlBatch, failureOf, ledgerTables, migrateLedger, notNull, pipeline, runPipeline, step, t, table, upsertRows, VarveError, type StagedRows, type StepContext } from '../src/index.ts'

const people = table('crm.people', { id: t.integer().notNull(), name: t.text(5) }, { primaryKey: ['id'] })

const loadPeople = (rows: readonly object[], fail?: VarveError) => etlBatch<StagedRows>({
  pipeline: 'people',
  checks: [notNull(people, 'name')],
  extract: (context) => context.stage(people, rows),
  load: async (context, staged) => {
    await alignTable(context.transaction, people.spec)
    await context.step('people', 'crm.people', async () => ({ read: staged.read, rejected: staged.rejected, ...(await upsertRows(context.engine, context.transaction, people, staged, ['id'])) }))
    await context.setWatermark('api', '2025-03-31')
    context.find({ check: 'mine', severity: 'info', message: 'seen' })
    if (fail) throw fail
  },
})

describeEngines('a dry run', (context) => {
  /** Everything that is in the warehouse and its ledger. */
  const everything = async () => {
    const held: Record<string, unknown> = { stages: (await context.engine.tableNames('varve')).filter((name) => name.startsWith('stage_')), people: await context.engine.tableNames('crm') }
    for (const { spec, pg } of ledgerTables) held[spec.name] = (await context.engine.query(sql`select * from ${pg}`)).rows
    if ((await context.engine.tableNames('crm')).length > 0) held['rows'] = (await context.engine.query(sql`select id, name, xmin::text from ${people.pg} order by id`)).rows
    return held
  }
  const rows = [{ id: 1, name: 'Ada' }, { id: 2, name: 'Grace' }, { id: 3, name: 'Dorothy' }]

  it('tells exactly what a batch would do, and nothing of it stays', async () => {
    await migrateLedger(context.engine)
    const before = await everything()
    const outcome = await loadPeople(rows).run(context.engine, { dryRun: true })
    expect(outcome.steps).toMatchObject([{ table: 'crm.people', counts: { read: 3, rejected: 1, new: 2, changed: 0, unchanged: 0 } }])
    expect(outcome.checks).toMatchObject([{ passed: true }])
    expect(outcome.dryRun?.findings).toMatchObject([{ check: 'quarantine', rowNumber: 3, column: 'name', reason: 'length' }, { check: 'mine', message: 'seen' }])
    expect(await everything()).toEqual(before)

    await loadPeople(rows).run(context.engine)
    const loaded = await everything()
    const again = await loadPeople([{ id: 1, name: 'Alma' }, { id: 4, name: 'Mary' }]).run(context.engine, { dryRun: true })
    expect(again.steps).toMatchObject([{ counts: { read: 2, new: 1, changed: 1, unchanged: 0 } }])
    expect(await everything()).toEqual(loaded)
  })

  it('ends as the batch would where it would be refused, and the ledger keeps nothing of that either', async () => {
    const before = await everything()
    await expect(loadPeople([{ id: 9, name: null }]).run(context.engine, { dryRun: true })).rejects.toMatchObject({ code: 'V2002', message: expect.not.stringContaining('are in the ledger') as string })
    await expect(loadPeople(rows, new VarveError('V2006', 'No.')).run(context.engine, { dryRun: true })).rejects.toMatchObject({ code: 'V2006' })
    expect(await everything()).toEqual(before)
  })

  it('of a pipeline tries every step, but runs a function only where it heeds it', async () => {
    const before = await everything()
    const seen: boolean[] = []
    const look = ({ dryRun }: StepContext) => void seen.push(dryRun)
    const whole = pipeline('whole', { steps: [step('people', loadPeople([{ id: 7, name: 'Joan' }])), step('careless', look, { after: ['people'] }), step('careful', look, { after: ['careless'], heedsDryRun: true })] })
    const result = await runPipeline(whole, context.engine, { dryRun: true })
    expect(result).toMatchObject({ dryRun: true, status: 'done', steps: [{ status: 'done', outcome: { steps: [{ counts: { new: 1 } }] } }, { status: 'done', outcome: { note: 'not run: what a function does cannot be taken back' } }, { status: 'done' }] })
    expect(seen).toEqual([true])
    expect(await everything()).toEqual(before)
  })

  it('that fails says that nothing was kept', async () => {
    const result = await runPipeline(pipeline('whole', { steps: [step('people', loadPeople([{ id: 9, name: null }]))] }), context.engine, { dryRun: true })
    expect(failureOf(result)?.message).toMatch(/This was a dry run: nothing was kept\..*without what the steps before it would have written\.$/)
  })

  it('that waits for another batch is refused as a real one is', async () => {
    await using _held = await context.engine.lock('pipeline people')
    await expect(loadPeople(rows).run(context.engine, { dryRun: true, wait: 'refuse' })).rejects.toMatchObject({ code: 'V4001' })
  })
})
