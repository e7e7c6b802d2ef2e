import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { bundleProgram, type ChildProgram } from '../../../test-support/child-program.ts'
import { createDatabase, type TestDatabase } from '../../../test-support/engines.ts'
import type { CurrentCounts } from '../src/index.ts'

// The benchmark "memory" does the same with millions. On a server only: the embedded engine keeps the rows in this very process.
describe('staging', () => {
  let program: ChildProgram
  let database: TestDatabase
  beforeAll(async () => {
    program = await bundleProgram(fileURLToPath(new URL('./child/stream-events.ts', import.meta.url)))
    database = await createDatabase('postgres')
  })
  afterAll(async () => {
    program?.remove()
    await database?.drop()
  })

  const peakMiB = async (form: string, rows: number) => {
    const { code, output, errors } = await program.start(database.url, form, String(rows)).ended
    expect([code, errors]).toEqual([0, ''])
    const { staged, peakMiB: peak } = JSON.parse(output) as { readonly staged: number; readonly peakMiB: number }
    expect(staged).toBe(rows)
    return peak
  }

  // The other 900,000 rows are some 60 MiB of bytes alone, and several times that as rows.
  it.each(['objects', 'ndjson', 'csv'])('of %s needs for 1,000,000 rows what it needs for 100,000', async (form) => {
    const few = await peakMiB(form, 100_000)
    const many = await peakMiB(form, 1_000_000)
    expect(many - few).toBeLessThan(60)
  }, 120_000)
})

describe('an upsert', () => {
  let program: ChildProgram
  let database: TestDatabase
  beforeAll(async () => {
    program = await bundleProgram(fileURLToPath(new URL('./child/upsert-events.ts', import.meta.url)))
    database = await createDatabase('postgres')
  })
  afterAll(async () => {
    program?.remove()
    await database?.drop()
  })

  const upsert = async (rows: number, round: number) => {
    const { code, output, errors } = await program.start(database.url, String(rows), String(round)).ended
    expect([code, errors]).toEqual([0, ''])
    return JSON.parse(output) as { readonly counts: CurrentCounts; readonly peakMiB: number }
  }

  it('of 300,000 rows, new or mostly unchanged, needs what one of 30,000 needs', async () => {
    const nothing = { rejected: 0, duplicate: 0, late: 0 }
    const few = await upsert(30_000, 0)
    const many = await upsert(300_000, 0)
    const again = await upsert(300_000, 1)
    expect(few.counts).toEqual({ ...nothing, read: 30_000, new: 30_000, changed: 0, unchanged: 0 })
    expect(again.counts).toEqual({ ...nothing, read: 300_000, new: 0, changed: 3000, unchanged: 297_000 })
    expect(Math.max(many.peakMiB, again.peakMiB) - few.peakMiB).toBeLessThan(60)
  }, 120_000)
})
