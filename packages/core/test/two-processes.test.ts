import { fileURLToPath } from 'node:url'
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { bundleProgram, type ChildProgram, type ChildRun } from '../../../test-support/child-program.ts'
import { createDatabase, engineNames, type TestDatabase } from '../../../test-support/engines.ts'
import { openEngine } from '../src/index.ts'
import { people, sourceRows } from './child/people-batch.ts'

const rounds = 10

describe.each(engineNames)('two processes that start one pipeline at once (%s)', (engineName) => {
  let program: ChildProgram
  let database: TestDatabase
  beforeAll(async () => {
    program = await bundleProgram(fileURLToPath(new URL('./child/load-people.ts', import.meta.url)))
    database = await createDatabase(engineName)
    // The ledger is there before: that two make it at once is tried elsewhere.
    const { code, errors } = await program.start(database.url, '1', 'wait').ended
    if (code !== 0) throw new Error(errors)
  })
  afterAll(async () => {
    program?.remove()
    await database?.drop()
  })

  it(`${rounds} times over: one loads, and the other leaves with exit code 4 and says who holds it`, async () => {
    for (let round = 0; round < rounds; round++) {
      const runs = [program.start(database.url, '2', 'refuse', '-'), program.start(database.url, '2', 'refuse', '-')] as const
      const refused = await Promise.race(runs.map((run) => run.ended))
      const [inside] = runs.filter((run) => run.child.exitCode === null) as [ChildRun]
      expect(refused).toMatchObject({ code: 4, signal: null, output: '' })
      expect(refused.errors).toMatch(engineName === 'pglite' ? /\[V4002\].* in use by process \d+/ : /\[V4001\].* held by "varve/)
      expect(refused.errors).toContain(String(inside.child.pid))
      await inside.says('inside')
      inside.child.stdin.end('go on\n')
      expect((await inside.ended).code).toBe(0)
    }
  }, 240_000)

  it(`${rounds} times over: one loads, the other waits and loads after it, never both at once`, async () => {
    for (let round = 0; round < rounds; round++) {
      const runs = [program.start(database.url, '2', 'wait', '-'), program.start(database.url, '2', 'wait', '-')] as const
      const [first, second] = await Promise.race(runs.map((run, at) => run.says('inside').then(() => [run, runs[1 - at] as ChildRun] as const)))
      first.child.stdin.end('go on\n')
      expect((await first.ended).code).toBe(0)
      await second.says('inside')
      second.child.stdin.end('go on\n')
      expect((await second.ended).code).toBe(0)
    }
    await using engine = await openEngine(database.url)
    const { rows } = await engine.query<{ status: string; started_at: string; finished_at: string }>(sql`select status, started_at, finished_at from varve.etl_batches order by started_at`)
    expect(rows.map((row) => row.status)).toEqual(rows.map(() => 'succeeded'))
    expect(rows).toHaveLength(1 + rounds + 2 * rounds)
    for (const [at, row] of rows.slice(1).entries()) expect(Date.parse(row.started_at)).toBeGreaterThanOrEqual(Date.parse(rows[at]?.finished_at ?? ''))
    expect((await engine.query(sql`select * from ${people.pg} order by id`)).rows).toEqual(sourceRows(2))
  }, 240_000)

  it('one that is killed while it holds the lock lets the waiting one in', async () => {
    const holder = program.start(database.url, '2', 'wait', '-')
    await holder.says('inside')
    const waiting = program.start(database.url, '2', 'wait')
    holder.child.kill('SIGKILL')
    expect((await holder.ended).signal).toBe('SIGKILL')
    const { code, output } = await waiting.ended
    expect(code).toBe(0)
    expect((JSON.parse(output) as { takenOver: { abandoned: string[] } }).takenOver.abandoned).toHaveLength(1)
  })
})
