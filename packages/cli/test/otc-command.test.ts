import { sql } from 'drizzle-orm'
import { expect, it } from 'vitest'
import { openEngine } from '@varve/core'
import { createDatabase } from '../../../test-support/engines.ts'
import { startDesk } from './otc-desk.ts'
import { varve } from './varve.ts'

it('without its variables ends with exit code 1, names all of them at once, and opens no database', async () => {
  const { exitCode, stderr } = await varve(['run', 'otc', '--db', 'postgres://nobody@localhost:1/none'], { environment: { OTC_USERNAME: 'etl' } })
  expect([exitCode, stderr]).toEqual([1, expect.stringMatching(/Error V1002 .+OTC_URL, OTC_PASSWORD, OTC_TICKETS_VIEW, OTC_TIMESHEETS_VIEW, OTC_COMMENTS_VIEW/)])
})

it('runs one view that stands by itself on the command line, or all of them', async () => {
  await using desk = await startDesk()
  const database = await createDatabase('postgres')
  const run = (...argv: string[]) => varve(['run', 'otc', ...argv, '--db', database.url], { environment: desk.environment })
  const one = await run('comments', '--since', '2025-01-01')
  expect([one.exitCode, one.stderr]).toEqual([0, expect.anything()])
  expect(one.stdout).toMatch(/servicedesk\.comments +done +120 +0 +120/)
  expect(one.stdout).not.toMatch(/servicedesk\.tickets/)
  expect((await run()).stdout).toMatch(/servicedesk\.tickets[^]+servicedesk\.timesheets[^]+servicedesk\.comments +done +120 +0 +0 +120/)
  expect((await run('all')).stdout).toMatch(/servicedesk\.timesheets +done +300 +0 +12 +288/)
  {
    await using engine = await openEngine(database.url)
    const { rows } = await engine.query(sql`select view_name, count(*)::int as loads from servicedesk.etl_metadata group by view_name order by view_name`)
    expect(rows).toEqual([{ view_name: 'comments', loads: 3 }, { view_name: 'tickets', loads: 2 }, { view_name: 'timesheets', loads: 2 }])
  }
  await database.drop()
})

it('where the third view fails ends with exit code 3 and keeps the first two; where credentials are wrong, with 3 and nothing of them shown', async () => {
  await using desk = await startDesk({ faults: { faults: [{ fault: 'error', at: 3, status: 404 }] } })
  const database = await createDatabase('postgres')
  const failed = await varve(['run', 'otc', '--db', database.url], { environment: desk.environment })
  expect(failed.exitCode).toBe(3)
  expect(failed.stderr).toMatch(/1 of 3 steps failed\. Failed: \\?"comments\\?".+Done, and kept: \\?"tickets\\?" \(batch .+\), \\?"timesheets\\?" \(batch/s)
  const refused = await varve(['run', 'otc', 'tickets', '--db', database.url], { environment: { ...desk.environment, OTC_PASSWORD: 'swordfish-and-chips' } })
  expect(refused.exitCode).toBe(3)
  expect(refused.stdout + refused.stderr).not.toContain('swordfish')
  await database.drop()
})

it.each([
  [['mails'], 'there is no view "mails": write tickets, timesheets, comments, or all'],
  [['tickets', '--since', '5/1/2026'], '--since is "5/1/2026", which is no date'],
  [['tickets', 'comments'], 'Error V1006 Too many arguments. Expected 1 argument but got 2.'],
])('%j ends with exit code 1 before the source is asked', async (argv, message) => {
  await using desk = await startDesk()
  const { exitCode, stderr } = await varve(['run', 'otc', ...argv, '--db', 'pglite://memory'], { environment: desk.environment })
  expect([exitCode, stderr]).toEqual([1, expect.stringContaining(message)])
  expect(desk.simulator.requests.entries).toEqual([])
})
