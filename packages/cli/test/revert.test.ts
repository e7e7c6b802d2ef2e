import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openEngine } from '@varve/core'
import { parseDefinition, Scd2Dimension } from '@varve/scd2'
import { createDatabase, type TestDatabase } from '../../../test-support/engines.ts'
import { varve } from './varve.ts'

const definition = parseDefinition({ table: 'dim_plan', columns: { id: 'integer', tier: 'text' }, key: ['id'], deletes: 'close' })

describe('varve revert', () => {
  let database: TestDatabase
  const batches: string[] = []
  const on = (...argv: string[]) => varve(['revert', ...argv, '--db', database.url])
  const tiers = async () => {
    await using engine = await openEngine(database.url)
    return (await engine.query<{ line: string }>(sql`select concat_ws(' ', id, tier, is_current) as line from dim_plan order by id, valid_from`)).rows.map((row) => row.line)
  }

  beforeAll(async () => {
    database = await createDatabase('postgres')
    await using engine = await openEngine(database.url)
    for (const [at, tier] of [['2025-01-01', 'gold'], ['2025-02-01', 'silver'], ['2025-03-01', 'iron']]) {
      batches.push((await new Scd2Dimension(engine, definition).load([{ id: 1, tier }], { at, complete: true })).batchId)
    }
  })
  afterAll(() => database.drop())

  it('refuses a batch that others built on with exit code 2, and names them', async () => {
    const told = await on(batches[1] as string)
    expect(told).toMatchObject({ exitCode: 2, stdout: '' })
    expect(told.stderr).toContain(`Error V2009 Batch ${batches[1]} cannot be reverted alone: a later batch built on it (${batches[2]}). Revert that one too with cascade (--cascade), and load anew what should stay.`)
  })

  it('--dry-run tells what it would do, and does nothing', async () => {
    expect((await on(batches[1] as string, '--cascade', '--dry-run', '--json')).json).toMatchObject({ dryRun: true, reverted: [batches[1], batches[2]], dimensions: [{ dimension: 'dim_plan', deleted: 2, reopened: 1, restored: 0 }] })
    expect((await on(batches[2] as string, '--dry-run')).stdout).toBe(`batch ${batches[2]} would be reverted:\n\n  dimension  deleted  reopened  restored\n  dim_plan         1         1         0\n\n  Versions. Nothing was changed.\n`)
    expect(await tiers()).toEqual(['1 gold f', '1 silver f', '1 iron t'])
  })

  it('takes the batch back, which runs then says', async () => {
    const { exitCode, stdout } = await on(batches[2] as string)
    expect(exitCode).toBe(0)
    const [, by] = /The revert is batch ([0-9a-f-]{36})\.\n$/.exec(stdout) ?? []
    expect(await tiers()).toEqual(['1 gold f', '1 silver t'])
    expect((await varve(['runs', batches[2] as string, '--db', database.url])).stdout).toContain(`reverted by batch ${by}`)
    expect((await on(batches[2] as string)).stderr).toContain(`was reverted already, by batch ${by}`)
  })

  it('does not take anything for a batch', async () => {
    expect(await on('last')).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('Error V1009 "last" is not the id of a batch') as string })
  })
})
