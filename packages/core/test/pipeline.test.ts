import { sql } from 'drizzle-orm'
import { expect, it } from 'vitest'
import { createDatabase, describeEngines } from '../../../test-support/engines.ts'
import { alignTable, etlBatch, failureOf, migrateLedger, notNull, openEngine, pipeline, runPipeline, step, t, table, VarveError, type Logger, type LoadContext, type PipelineEvent, type StagedRows } from '../src/index.ts'

const people = table('crm.people', { id: t.integer().notNull(), name: t.text() }, { primaryKey: ['id'] })
const companies = table('crm.companies', { id: t.integer().notNull(), name: t.text() }, { primaryKey: ['id'] })

/** A promise, and the function that keeps it. */
function event(): { readonly happened: Promise<void>; readonly happen: () => void } {
  let happen = () => {}
  return { happened: new Promise((resolve) => (happen = resolve)), happen: () => happen() }
}

function loading(name: string, like: typeof people | typeof companies, options: { rows?: object[]; extracting?: () => Promise<void>; during?: (context: LoadContext) => Promise<void> } = {}) {
  return etlBatch<StagedRows>({
    pipeline: name,
    checks: [notNull(like, 'name')],
    extract: async (context) => {
      await options.extracting?.()
      return context.stage(like, options.rows ?? [{ id: 1, name: 'Ada' }])
    },
    load: async (context, staged) => {
      await alignTable(context.transaction, like.spec)
      await context.step('rows', undefined, async () => {
        const { table: named } = context.engine.phrases
        const { rowCount } = await context.transaction.query(sql`insert into ${named(like.spec)} select * from ${named(staged.table)} s where not exists (select 1 from ${named(like.spec)} p where p.id = s.id)`)
        return { read: staged.read, new: rowCount, unchanged: staged.staged - rowCount }
      })
      await options.during?.(context)
    },
  })
}

describeEngines('a pipeline', (context) => {
  const rows = async (like: typeof people | typeof companies) => (await context.engine.query(sql`select id from ${like.pg} order by id`)).rows
  const batchesOf = async (runId: string) => (await context.engine.query(sql`select pipeline, status from varve.etl_batches where run_id = ${runId} order by started_at, pipeline`)).rows

  it('runs batches and functions, each after those it waits for, and groups the batches by the run', async () => {
    const order: string[] = []
    const crm = pipeline('crm', {
      steps: [
        step('report', ({ step: name, pipeline: of, runId }) => {
          order.push('report')
          return { counts: { read: 2 }, note: `${name} of ${of} in ${runId}` }
        }, { after: ['people', 'companies'] }),
        step('people', loading('crm.people', people, { extracting: () => Promise.resolve(void order.push('people')) })),
        step('companies', async (given) => {
          order.push('companies')
          return loading('crm.companies', companies).run(given.engine, given)
        }, { after: ['people'] }),
      ],
    })
    const result = await runPipeline(crm, context.engine)
    expect(order).toEqual(['people', 'companies', 'report'])
    expect(result).toMatchObject({ pipeline: 'crm', status: 'done' })
    expect(result.steps.map(({ name, status }) => [name, status])).toEqual([['report', 'done'], ['people', 'done'], ['companies', 'done']])
    const outcomes = result.steps.map((one) => (one.status === 'done' ? one.outcome : undefined))
    expect(outcomes).toMatchObject([
      { counts: { read: 2 }, note: `report of crm in ${result.runId}` },
      { pipeline: 'crm.people', steps: [{ counts: { read: 1, new: 1 } }] },
      { pipeline: 'crm.companies', steps: [{ counts: { read: 1, new: 1 } }] },
    ])
    expect(failureOf(result)).toBeUndefined()
    expect(await batchesOf(result.runId)).toEqual([{ pipeline: 'crm.people', status: 'succeeded' }, { pipeline: 'crm.companies', status: 'succeeded' }])
    expect(await rows(people)).toEqual([{ id: 1 }])
  })

  it('goes on with independent steps when one fails, and does not start those after it', async () => {
    const crm = pipeline('crm', {
      steps: [
        step('people', loading('crm.people', people, { rows: [{ id: 2, name: null }] })),
        step('contacts', () => undefined, { after: ['people'] }),
        step('companies', loading('crm.companies', companies, { rows: [{ id: 2, name: 'B' }] })),
        step('report', () => undefined, { after: ['contacts', 'companies'] }),
        step('note', () => ({ note: 'said' }), { after: ['companies'] }),
      ],
    })
    const result = await runPipeline(crm, context.engine)
    expect(result.status).toBe('failed')
    expect(result.steps).toMatchObject([
      { name: 'people', status: 'failed', error: { code: 'V2002' } },
      { name: 'contacts', status: 'not started', because: 'it comes after "people", which failed' },
      { name: 'companies', status: 'done' },
      { name: 'report', status: 'not started', because: 'it comes after "contacts", which was not started' },
      { name: 'note', status: 'done', outcome: { note: 'said' } },
    ])
    const companiesBatch = (await context.engine.query<{ batch_id: string }>(sql`select batch_id from varve.etl_batches where run_id = ${result.runId} and status = 'succeeded'`)).rows
    expect(companiesBatch).toHaveLength(1)
    expect(failureOf(result)).toMatchObject({ code: 'V2002', exitCode: 2, message: expect.stringMatching(new RegExp(`1 of 5 steps failed\\. Failed: "people": The quality gate .*Not started: "contacts", because .*Done, and kept: "companies" \\(batch ${companiesBatch[0]?.batch_id}\\), "note"\\..*varve run crm$`)) as string })
    expect(await rows(people)).toEqual([{ id: 1 }])
    expect(await rows(companies)).toEqual([{ id: 1 }, { id: 2 }])
  })

  it('makes an error of whatever a step throws, and of several failures one', async () => {
    const crm = pipeline('crm', {
      steps: [step('a', () => { throw new Error('no answer from https://ada:lovelace@crm.example') }), step('b', () => Promise.reject(new VarveError('V3010', 'The source failed.')))],
    })
    const result = await runPipeline(crm, context.engine)
    expect(result.steps).toMatchObject([
      { status: 'failed', error: { code: 'V3011', message: '[V3011] Step "a" failed: no answer from https://ada:[secret]@crm.example', cause: new Error('no answer from https://ada:lovelace@crm.example') } },
      { status: 'failed', error: { code: 'V3010' } },
    ])
    expect(failureOf(result)).toMatchObject({ code: 'V3011', exitCode: 3 })
  })

  it('runs as many steps side by side as it may, and no more', async () => {
    let running = 0
    let most = 0
    const all = event()
    const work = async () => {
      running += 1
      most = Math.max(most, running)
      if (running === 3) all.happen()
      await all.happened // never, if fewer than three ran at once
      await context.engine.query(sql`select 1`)
      running -= 1
    }
    const result = await runPipeline(pipeline('wide', { concurrency: 3, steps: ['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((name) => step(name, work)) }), context.engine)
    expect(result.status).toBe('done')
    expect(most).toBe(3)
  })

  it('runs batches side by side to their ends, also where the statements of one wait for the transaction of another', async () => {
    const [peopleReads, companiesRead, insideLoad, statementSent] = [event(), event(), event(), event()]
    const crm = pipeline('crm', {
      steps: [
        step('people', loading('crm.people', people, {
          rows: [{ id: 3, name: 'C' }],
          extracting: () => {
            peopleReads.happen()
            return companiesRead.happened
          },
          during: () => {
            insideLoad.happen()
            return statementSent.happened
          },
        })),
        step('companies', loading('crm.companies', companies, {
          rows: [{ id: 3, name: 'C' }],
          extracting: async () => {
            companiesRead.happen()
            await peopleReads.happened
            await insideLoad.happened
            const answer = context.engine.query(sql`select 1`)
            statementSent.happen()
            await answer
          },
        })),
      ],
    })
    const result = await runPipeline(crm, context.engine)
    expect(result.steps).toMatchObject([{ status: 'done' }, { status: 'done' }])
    expect([await rows(people), await rows(companies)]).toEqual([[{ id: 1 }, { id: 3 }], [{ id: 1 }, { id: 2 }, { id: 3 }]])
  })

  it('lets batches of one name take turns, also when others are to be refused', async () => {
    const steps = ['a', 'b', 'c'].map((name) => step(name, loading('crm.people', people)))
    const result = await runPipeline(pipeline('crm', { steps }), context.engine, { wait: 'refuse' })
    expect(result.status).toBe('done')
    expect(await batchesOf(result.runId)).toEqual([1, 2, 3].map(() => ({ pipeline: 'crm.people', status: 'succeeded' })))
  })

  it('lets in one run at a time: a second one is refused before it does anything, or waits', async () => {
    const [started, goOn] = [event(), event()]
    const done: string[] = []
    const crm = pipeline('crm', {
      steps: [step('a', async ({ runId }) => {
        started.happen()
        await goOn.happened
        done.push(runId)
      })],
    })
    const first = runPipeline(crm, context.engine)
    await started.happened
    await expect(runPipeline(crm, context.engine, { wait: 'refuse' })).rejects.toMatchObject({ code: 'V4001', exitCode: 4 })
    const interrupting = new AbortController()
    const given = runPipeline(crm, context.engine, { signal: interrupting.signal })
    interrupting.abort()
    expect(await given).toMatchObject({ status: 'interrupted', steps: [{ status: 'not started', because: 'the run was interrupted' }] })
    const second = runPipeline(crm, context.engine)
    goOn.happen()
    expect(done).toEqual([(await first).runId, (await second).runId])
  })

  it('tells running steps that it is cancelled, and starts no others', async () => {
    const controller = new AbortController()
    const finished = event()
    const endless = (async function* () {
      await finished.happened
      for (let id = 100; ; id++) {
        yield await Promise.resolve({ id, name: 'x' })
        if (id === 5000) controller.abort()
      }
    })()
    const crm = pipeline('crm', {
      concurrency: 2,
      steps: [
        step('quick', () => finished.happen()),
        step('people', etlBatch({ pipeline: 'crm.people', extract: (extract) => extract.stage(people, endless), load: async () => {} })),
        step('own', async ({ signal }) => {
          await new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(new Error('stopped by itself'))))
        }),
        step('later', () => undefined),
        step('after', () => undefined, { after: ['people'] }),
      ],
    })
    const result = await runPipeline(crm, context.engine, { signal: controller.signal })
    expect(result.status).toBe('interrupted')
    expect(result.steps).toMatchObject([
      { name: 'quick', status: 'done' },
      { name: 'people', status: 'failed', error: { code: 'V5001' } },
      { name: 'own', status: 'failed', error: { code: 'V5001' } },
      { name: 'later', status: 'not started', because: 'the run was interrupted' },
      { name: 'after', status: 'not started', because: 'it comes after "people", which failed' },
    ])
    expect(failureOf(result)).toMatchObject({ code: 'V5001', exitCode: 130, message: expect.stringContaining('Stopped: "people". Stopped: "own".') as string })
    expect(await batchesOf(result.runId)).toEqual([{ pipeline: 'crm.people', status: 'failed' }])
    const none = await runPipeline(crm, context.engine, { signal: AbortSignal.abort() })
    expect(none).toMatchObject({ status: 'interrupted' })
    expect(none.steps.map(({ status }) => status)).toEqual(Array.from({ length: 5 }, () => 'not started'))
  })

  it('has failed, not been interrupted, when a step failed by itself before the end', async () => {
    const controller = new AbortController()
    const crm = pipeline('crm', { concurrency: 1, steps: [step('a', () => { throw new VarveError('V3010', 'The source failed.') }), step('b', () => undefined), step('c', () => controller.abort())] })
    expect(await runPipeline(crm, context.engine, { signal: controller.signal })).toMatchObject({ status: 'failed', steps: [{ status: 'failed', error: { code: 'V3010' } }, { status: 'done' }, { status: 'done' }] })
  })

  it('tells of everything that happens, in its order', async () => {
    const events: PipelineEvent[] = []
    const failing = new VarveError('V3010', 'The source failed.')
    const crm = pipeline('crm', {
      concurrency: 1,
      steps: [
        step('people', loading('crm.people', people)),
        step('bad', (given) => { given.progress('tickets', 7); throw failing }, { after: ['people'] }),
        step('never', () => undefined, { after: ['bad'] }),
      ],
    })
    const result = await runPipeline(crm, context.engine, { progress: (one) => events.push(one) })
    const [first] = result.steps
    expect(events.map((one) => ('durationMs' in one ? { ...one, durationMs: 0 } : one))).toEqual([
      { kind: 'step-started', step: 'people' },
      { kind: 'rows', step: 'people', label: 'crm.people', rowsRead: 1, total: 1 },
      { kind: 'step-done', step: 'people', outcome: first?.status === 'done' ? first.outcome : undefined, durationMs: 0 },
      { kind: 'step-started', step: 'bad' },
      { kind: 'rows', step: 'bad', label: 'tickets', rowsRead: 7 },
      { kind: 'step-failed', step: 'bad', error: failing, durationMs: 0 },
      { kind: 'step-skipped', step: 'never', because: 'it comes after "bad", which failed' },
    ])
  })

  it('is not broken by whoever watches it, and complains once', async () => {
    const warnings: unknown[] = []
    const log: Logger = { debug: () => {}, info: () => {}, warn: (fields, message) => warnings.push({ ...fields, message }), error: () => {} }
    const crm = pipeline('crm', { steps: [step('people', loading('crm.people', people))] })
    const thrown = await runPipeline(crm, context.engine, { log, progress: () => { throw new Error('no terminal') } })
    expect(thrown.status).toBe('done')
    expect(warnings).toEqual([{ run: thrown.runId, message: 'whoever watches the run failed, and the run goes on: no terminal' }])
    const refused = await runPipeline(crm, context.engine, { log, progress: async () => Promise.reject(new Error('no network')) })
    expect(refused.status).toBe('done')
    expect(warnings.slice(1)).toEqual([{ run: refused.runId, message: 'whoever watches the run failed, and the run goes on: no network' }])
  })

  it('runs only what it is asked for, and takes the rest to be done', async () => {
    const order: string[] = []
    const crm = pipeline('crm', {
      steps: [
        step('a', () => void order.push('a')),
        step('b', () => void order.push('b'), { after: ['a'] }),
        step('c', () => void order.push('c'), { after: ['b'] }),
        step('d', () => { throw new VarveError('V3010', 'The source failed.') }),
      ],
    })
    const result = await runPipeline(crm, context.engine, { only: ['c', 'a'] })
    expect(order).toEqual(['a', 'c'])
    expect(result).toMatchObject({ status: 'done', steps: [{ name: 'a' }, { name: 'c' }] })
    await expect(runPipeline(crm, context.engine, { only: ['e'] })).rejects.toMatchObject({ code: 'V1009' })
  })
})

it('stops when the lock of the run is lost, since another run may hold it', async () => {
  const database = await createDatabase('postgres')
  const engine = await openEngine(database.url)
  await migrateLedger(engine)
  const crm = pipeline('crm', {
    concurrency: 1,
    steps: [
      step('a', async ({ signal }) => {
        const told = new Promise((resolve) => signal.addEventListener('abort', resolve))
        await engine.query(sql`select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' and granted and database = (select oid from pg_database where datname = current_database())`)
        await told
        signal.throwIfAborted()
      }),
      step('b', () => undefined),
    ],
  })
  const result = await runPipeline(crm, engine)
  expect(result).toMatchObject({ status: 'failed', steps: [{ status: 'failed', error: { code: 'V3012' } }, { status: 'not started', because: 'the lock of the run was lost' }] })
  expect(failureOf(result)).toMatchObject({ code: 'V3012', isRetryable: true })
  await engine.close()
  await database.drop()
})
