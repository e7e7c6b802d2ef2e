import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { sql } from 'drizzle-orm'
import { expect, it } from 'vitest'
import { openEngine } from '@varve/core'
import { createDatabase } from '../../../test-support/engines.ts'
import { startPortal } from './tracktik-portal.ts'
import { directoryWith, startVarve, varve } from './varve.ts'

it('without its variables ends with exit code 1, names all of them at once, and opens no batch', async () => {
  const database = await createDatabase('postgres')
  const { exitCode, stderr } = await varve(['run', 'tracktik', '--db', database.url], { environment: { TRACKTIK_USERNAME: 'etl' } })
  expect(exitCode).toBe(1)
  {
    await using engine = await openEngine(database.url)
    expect(await engine.tableNames('varve')).toEqual([])
  }
  await database.drop()
  expect(stderr).toMatch(/Error V1002 .+4 environment variables are missing: TRACKTIK_URL, TRACKTIK_CLIENT_ID, TRACKTIK_CLIENT_SECRET, TRACKTIK_PASSWORD\./)
})

it('runs on what varve simulate prints into a .env file, with no configuration', async () => {
  const directory = directoryWith()
  const simulator = startVarve(['simulate', 'tracktik', '--scale', '0.2', '--seed', 'shell'])
  let lines = ''
  simulator.process.stdout?.on('data', (text: string) => (lines += text))
  await simulator.said('Ctrl-C ends it.')
  writeFileSync(join(directory, '.env'), `${lines}TRACKTIK_REQUESTS_PER_MINUTE=100000\nTRACKTIK_BURST=1000\nTRACKTIK_HISTORY_FROM=2025-02-21\n`)
  const database = await createDatabase('postgres')
  const { exitCode, stdout } = await varve(['run', 'tracktik', '--period', '2025_05', '--db', database.url], { directory })
  simulator.process.kill('SIGINT')
  expect((await simulator.ended).exitCode).toBe(0)
  expect(exitCode).toBe(0)
  expect(stdout).toMatch(/^tracktik: done in /)
  expect(stdout).toMatch(/tracktik\.fact_shifts by the period +done +\d+ +0 +\d+/)
  await database.drop()
})

it('with wrong credentials ends with exit code 3 after one attempt, says so, and shows none of them', async () => {
  await using portal = await startPortal()
  const database = await createDatabase('postgres')
  const { exitCode, stdout, stderr } = await varve(['run', 'tracktik', '--db', database.url], { environment: { ...portal.environment, TRACKTIK_PASSWORD: 'swordfish-and-chips' } })
  expect(exitCode).toBe(3)
  expect(stderr).toMatch(/Error V3002 Pipeline \\?"tracktik\\?": 1 of 1 step failed\. Failed: \\?"load\\?": Credentials .+Check TRACKTIK_CLIENT_ID, TRACKTIK_CLIENT_SECRET, TRACKTIK_USERNAME and TRACKTIK_PASSWORD, then start again\./)
  expect(stdout + stderr).not.toContain('swordfish')
  expect(portal.simulator.requests.tokenRequests).toHaveLength(1)
  expect(portal.simulator.failedLogins).toBe(1)
  {
    await using engine = await openEngine(database.url)
    const { rows } = await engine.query(sql`select status, error_code, error_message not like '%swordfish%' as is_silent from varve.etl_batches`)
    expect(rows).toEqual([{ status: 'failed', error_code: 'V3002', is_silent: true }])
  }
  await database.drop()
})

it.each([
  [['--period', '2025_99'], '--period is "2025_99", which is no billing period'],
  [['--customer-region', ' '], '--customer-region is empty'],
])('%j ends with exit code 1 before the source is asked', async (argv, message) => {
  await using portal = await startPortal()
  const { exitCode, stderr } = await varve(['run', 'tracktik', ...argv, '--db', 'pglite://memory'], { environment: portal.environment })
  expect([exitCode, stderr]).toEqual([1, expect.stringContaining(`Error V1006 ${message}`)])
  expect(portal.simulator.requests.entries).toEqual([])
})
