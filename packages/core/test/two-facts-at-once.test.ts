import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createDatabase, type TestDatabase } from '../../../test-support/engines.ts'
import { etlBatch, openEngine, partitionedFact, type Engine } from '../src/index.ts'
import { employeeShape, freshFact, makeEmployees, shifts } from './shift-facts.ts'

describe('a member that two facts infer at once', () => {
  let database: TestDatabase
  let engine: Engine
  beforeAll(async () => {
    database = await createDatabase('postgres')
    engine = await openEngine(database.url)
  })
  afterAll(async () => {
    await engine?.close()
    await database?.drop()
  })

  it('gets one placeholder: the second load is tried again', async () => {
    await makeEmployees(engine, [])
    const over = (name: string) => partitionedFact({ spec: { ...shifts.spec, name }, columns: shifts.columns }, { identity: ['shiftId'], eventTime: 'startsAt', dimensions: { employeeKey: { dimension: employeeShape, by: ['employeeId'], missing: 'infer' } } })
    const [one, two] = [await freshFact(engine, over('fact_one'), ['2025_01']), await freshFact(engine, over('fact_two'), ['2025_01'])]
    let release = (): void => undefined
    const held = new Promise<void>((resolve) => (release = resolve))
    const load = (fact: typeof one, written: () => Promise<void> | void) => {
      let inferred = 0
      const run = etlBatch({
        pipeline: fact.definition.table.name,
        extract: (context) => fact.stage(context, [{ periodId: '2025_01', shiftId: 1, employeeId: 8, startsAt: '2025-01-10', modifiedOn: '2025-01-11' }]),
        load: async (context, staged) => {
          inferred = (await fact.load(context, staged)).counts.inferred
          await written()
        },
      }).run(engine, { retry: { firstDelayMs: 1 } })
      return run.then(({ attempts }) => ({ attempts, inferred }))
    }
    let begun = (): void => undefined
    const isBegun = new Promise<void>((resolve) => (begun = resolve))
    const first = load(one, () => (begun(), held))
    await isBegun
    const second = load(two, () => undefined)
    const waiting = async () => (await engine.query(sql`select 1 from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`)).rows.length > 0
    while (!(await waiting()));
    release()
    expect(await first).toEqual({ attempts: 1, inferred: 1 })
    expect(await second).toEqual({ attempts: 2, inferred: 0 })
    expect((await engine.query(sql`select employee_id, (select count(*) from facts.fact_one f where f.employee_key = d.surrogate_key) as one, (select count(*) from facts.fact_two f where f.employee_key = d.surrogate_key) as two from facts.dim_employee d`)).rows).toEqual([{ employee_id: 8, one: 1n, two: 1n }])
  })
})
