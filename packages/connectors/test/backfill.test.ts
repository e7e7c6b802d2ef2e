import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { backfill } from '../src/http/backfill.js'
import { FileCheckpointStore } from '../src/http/checkpoint.js'
import { collect } from './collect.ts'
import { clientOf, startPortal } from './portal.ts'

const weeks = Array.from({ length: 8 }, (_, week) => ({
  from: new Date(Date.UTC(2025, 1, 17 + 7 * week)).toISOString(),
  to: new Date(Date.UTC(2025, 1, 24 + 7 * week)).toISOString(),
}))

describe('a long crawl', () => {
  let directory: string
  beforeEach(() => (directory = mkdtempSync(join(tmpdir(), 'varve-checkpoints-'))))
  afterEach(() => rmSync(directory, { recursive: true, force: true }))

  it('goes on behind the last part that was settled, and loses and repeats nothing', async () => {
    await using simulator = await startPortal()
    const client = clientOf(simulator)
    const loaded: number[] = []
    const read: string[] = []
    const run = async (crashIn: number | undefined) => {
      const parts = backfill(weeks, {
        store: new FileCheckpointStore(directory),
        key: 'tracktik shifts 2025-02-17 to 2025-04-14',
        markOf: ({ to }) => to,
        read: (week) => {
          read.push(week.from.slice(0, 10))
          return collect(client.shifts(week))
        },
      })
      for await (const { part, rows, done } of parts) {
        if (crashIn !== undefined && part === weeks[crashIn]) throw new Error('the plug was pulled')
        loaded.push(...rows.map(({ id }) => id))
        await done()
      }
    }
    await expect(run(2)).rejects.toThrow('the plug was pulled')
    await expect(run(5)).rejects.toThrow('the plug was pulled')
    await run(undefined)
    expect(loaded.toSorted((a, b) => a - b)).toEqual(simulator.truth().shifts.map(({ id }) => id).toSorted((a, b) => a - b))
    expect(read).toEqual([0, 1, 2, 2, 3, 4, 5, 5, 6, 7].map((week) => weeks[week]?.from.slice(0, 10)))
  })

  it('that is at its end begins anew the next time', async () => {
    const store = new FileCheckpointStore(directory)
    const run = async () => {
      const seen: number[] = []
      for await (const { part, done } of backfill([1, 2, 3], { store, key: 'k', markOf: String, read: () => Promise.resolve([]) })) {
        seen.push(part)
        await done()
      }
      return seen
    }
    expect([await run(), await run()]).toEqual([[1, 2, 3], [1, 2, 3]])
    expect(readdirSync(directory)).toEqual([])
  })

  it('does not take the checkpoint of another', async () => {
    const store = new FileCheckpointStore(directory)
    await store.write('one', '2025-01-01')
    expect([await store.read('one'), await store.read('other')]).toEqual(['2025-01-01', undefined])
    await store.clear('one')
    expect(await store.read('one')).toBeUndefined()
  })
})
