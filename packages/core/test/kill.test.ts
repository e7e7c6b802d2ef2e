import { fileURLToPath } from 'node:url'
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { bundleProgram, type ChildProgram } from '../../../test-support/child-program.ts'
import { copiesOf, type Copies } from '../../../test-support/database-copies.ts'
import { createDatabase, engineNames } from '../../../test-support/engines.ts'
import { openEngine, type Point } from '../src/index.ts'
import { people, sourceRows } from './child/people-batch.ts'

/** Each point, how often it is passed before the process dies there, and how the batch then stands. */
const kills: readonly [point: Point, times: number, left: 'nothing' | 'abandoned' | 'completed'][] = [
  ['lock.taken', 1, 'nothing'],
  ['leftovers.settled', 1, 'nothing'],
  ['batch.opened', 1, 'abandoned'],
  ['stage.created', 1, 'abandoned'],
  ['stage.chunk', 1, 'abandoned'],
  ['stage.chunk', 3, 'abandoned'],
  ['stage.filled', 1, 'abandoned'],
  ['transaction.begun', 1, 'abandoned'],
  ['load.step', 1, 'abandoned'],
  ['watermarks.set', 1, 'abandoned'],
  ['load.step', 2, 'abandoned'],
  ['load.done', 1, 'abandoned'],
  ['gates.passed', 1, 'abandoned'],
  ['steps.recorded', 1, 'abandoned'],
  ['batch.committing', 1, 'abandoned'],
  ['transaction.committed', 1, 'completed'],
  ['stage.dropping', 1, 'completed'],
  ['stage.dropped', 1, 'completed'],
  ['batch.closed', 1, 'nothing'],
]

describe.each(engineNames)('a process that is killed (%s)', (engineName) => {
  let program: ChildProgram
  let loaded: Copies
  beforeAll(async () => {
    program = await bundleProgram(fileURLToPath(new URL('./child/load-people.ts', import.meta.url)))
    loaded = await copiesOf(engineName, async (url) => {
      const { code, errors } = await program.start(url, '1', 'wait').ended
      if (code !== 0) throw new Error(errors)
    })
  })
  afterAll(async () => {
    program?.remove()
    await loaded?.remove()
  })

  it.each(kills)('at %s (%i) leaves what the next run completes', async (point, times, left) => {
    const url = await loaded.copy()
    const killed = await program.start(url, '2', 'wait', point, String(times)).ended
    expect(killed.signal).toBe('SIGKILL')
    const next = await program.start(url, '2', 'wait').ended
    expect([next.code, next.errors]).toEqual([0, ''])
    const { takenOver, counts } = JSON.parse(next.output) as { takenOver: { abandoned: string[]; completed: string[] }; counts: { new: number; changed: number } }
    expect([takenOver.abandoned.length, takenOver.completed.length]).toEqual([left === 'abandoned' ? 1 : 0, left === 'completed' ? 1 : 0])
    const isDone = left === 'completed' || point === 'batch.closed'
    expect(counts).toMatchObject(isDone ? { new: 0, changed: 0, unchanged: 3000 } : { new: 1000, changed: 1000, unchanged: 1000 })
    await expectUndisturbed(url, point === 'lock.taken' || point === 'leftovers.settled' ? ['succeeded', 'succeeded'] : ['succeeded', left === 'abandoned' ? 'abandoned' : 'succeeded', 'succeeded'])
  })

  it('at ledger.migrating (1) leaves what the next run completes', async () => {
    const database = await createDatabase(engineName)
    const killed = await program.start(database.url, '2', 'wait', 'ledger.migrating').ended
    expect(killed.signal).toBe('SIGKILL')
    const next = await program.start(database.url, '2', 'wait').ended
    expect([next.code, next.errors]).toEqual([0, ''])
    await expectUndisturbed(database.url, ['succeeded'])
    await database.drop()
  })
})

async function expectUndisturbed(url: string, states: readonly string[]): Promise<void> {
  await using engine = await openEngine(url)
  expect((await engine.query(sql`select * from ${people.pg} order by id`)).rows).toEqual(sourceRows(2))
  expect((await engine.query(sql`select pipeline, source, watermark from varve.etl_sync_status`)).rows).toEqual([{ pipeline: 'people', source: 'source', watermark: '2' }])
  expect((await engine.query<{ status: string }>(sql`select status from varve.etl_batches order by started_at`)).rows.map((row) => row.status)).toEqual(states)
  expect((await engine.tableNames('varve')).filter((name) => name.startsWith('stage_'))).toEqual([])
}
