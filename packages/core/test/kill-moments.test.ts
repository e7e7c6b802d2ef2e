import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { bundleProgram, type ChildProgram } from '../../../test-support/child-program.ts'
import { copiesOf, type Copies } from '../../../test-support/database-copies.ts'
import { engineNames } from '../../../test-support/engines.ts'
import { openEngine, type Point } from '../src/index.ts'
import { dayRows, days, parcelRows, parcels } from './child/parcel-batch.ts'

describe.each(engineNames)('a process that is killed at any moment (%s)', (engineName) => {
  let program: ChildProgram
  let loaded: Copies
  beforeAll(async () => {
    program = await bundleProgram(fileURLToPath(new URL('./child/load-parcels.ts', import.meta.url)))
    loaded = await copiesOf(engineName, async (url) => void (await next(url, 1)))
  })
  afterAll(async () => {
    program?.remove()
    await loaded?.remove()
  })

  const killedAt = async (url: string, point: Point, times = 1, when: 'now' | 'later' = 'now') => {
    const { signal, errors } = await program.start(url, '2', point, String(times), when).ended
    expect([signal, errors]).toEqual(['SIGKILL', ''])
  }
  const next = async (url: string, epoch: 1 | 2 = 2) => {
    const { code, errors, output } = await program.start(url, String(epoch)).ended
    expect([code, errors]).toEqual([0, ''])
    return JSON.parse(output) as { readonly abandoned: number; readonly completed: number }
  }

  it('with half of the rows sent: they are gone, and the next run loads all of them', async () => {
    const url = await loaded.copy()
    await killedAt(url, 'stage.chunk', 40)
    expect(await next(url)).toEqual({ abandoned: 1, completed: 0 })
    await expectUndisturbed(url, ['succeeded', 'abandoned', 'succeeded'])
  })

  it('after its COMMIT was sent and before the answer came: the ledger knows which it was', async () => {
    const url = await loaded.copy()
    await killedAt(url, 'batch.committing', 1, 'later')
    const { abandoned, completed } = await next(url)
    expect(abandoned + completed).toBe(1)
    await expectUndisturbed(url, ['succeeded', completed === 1 ? 'succeeded' : 'abandoned', 'succeeded'])
  })

  it('with one of its staging tables dropped: the next run drops the other', async () => {
    const url = await loaded.copy()
    await killedAt(url, 'stage.dropping')
    expect(await next(url)).toEqual({ abandoned: 0, completed: 1 })
    await expectUndisturbed(url, ['succeeded', 'succeeded', 'succeeded'])
  })

  it('while it settles what one before it left, and again while it drops that: the run after these two completes it', async () => {
    const url = await loaded.copy()
    await killedAt(url, 'transaction.begun')
    await killedAt(url, 'leftovers.settled')
    await killedAt(url, 'stage.dropping')
    expect(await next(url)).toEqual({ abandoned: 0, completed: 0 })
    await expectUndisturbed(url, ['succeeded', 'abandoned', 'succeeded'])
  })

  it('while it waits for another: it leaves nothing, and the other is not disturbed', async () => {
    const url = await loaded.copy()
    const holder = await openEngine(url)
    const lock = await holder.lock('pipeline parcels')
    const waiting = program.start(url, '2')
    await waiting.says('waiting')
    waiting.child.kill('SIGKILL')
    expect((await waiting.ended).signal).toBe('SIGKILL')
    expect(lock.lost.aborted).toBe(false)
    await lock.release()
    await holder.close()
    expect(await next(url)).toEqual({ abandoned: 0, completed: 0 })
    await expectUndisturbed(url, ['succeeded', 'succeeded'])
  })

  it('by chance, several times over: what is there is always what some undisturbed run would have left', async () => {
    const started = performance.now()
    await next(await loaded.copy())
    const undisturbedMs = performance.now() - started
    const url = await loaded.copy()
    const random = randomNumbers(20_250_331)
    let killed = 0
    for (let round = 0; round < 6; round++) {
      const run = program.start(url, '2')
      await Promise.race([run.ended, pause(undisturbedMs * (0.2 + random()))])
      run.child.kill('SIGKILL')
      if ((await run.ended).signal === 'SIGKILL') killed += 1
    }
    expect(killed).toBeGreaterThan(0)
    await next(url)
    await expectUndisturbed(url)
  }, 180_000)
})

async function expectUndisturbed(url: string, states?: readonly string[]): Promise<void> {
  await using engine = await openEngine(url)
  expect((await engine.query(sql`select * from ${parcels.pg} order by id`)).rows).toEqual([...parcelRows(2)])
  expect((await engine.query(sql`select * from ${days.pg} order by day`)).rows).toEqual(dayRows(2))
  expect((await engine.query(sql`select pipeline, source, watermark from varve.etl_sync_status`)).rows).toEqual([{ pipeline: 'parcels', source: 'epoch', watermark: '2' }])
  const found = (await engine.query<{ status: string }>(sql`select status from varve.etl_batches order by started_at`)).rows.map((row) => row.status)
  if (states) expect(found).toEqual(states)
  else for (const status of found) expect(['abandoned', 'succeeded']).toContain(status)
  expect((await engine.tableNames('varve')).filter((name) => name.startsWith('stage_'))).toEqual([])
}

/** Always the same numbers from 0 to 1 for the same seed. */
function randomNumbers(seed: number): () => number {
  let state = seed
  return () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647
}
