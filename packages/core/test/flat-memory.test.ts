import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { bundleProgram, type ChildProgram } from '../../../test-support/child-program.ts'
import { createDatabase, type TestDatabase } from '../../../test-support/engines.ts'

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
