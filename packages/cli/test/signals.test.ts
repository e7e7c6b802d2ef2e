import { existsSync } from 'node:fs'
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openEngine } from '@varve/core'
import { createDatabase, engineNames, type TestDatabase } from '../../../test-support/engines.ts'
import { crmConfig } from './crm-config.ts'
import { directoryWith, startVarve, varve } from './varve.ts'

const endless = crmConfig({ rows: `(async function* () { for (let id = 1; ; id++) { yield { id, name: 'one of many' }; await new Promise(setImmediate) } })()` })
const deaf = crmConfig().replace(`step('report', () => ({ note: 'sent' }), { after: ['people'] })`, `step('deaf', () => new Promise(() => setInterval(() => undefined, 1000)))`)

beforeAll(() => {
  if (!existsSync(new URL('../dist/bin.js', import.meta.url))) throw new Error('These tests run the built command. Run "npm run build" first.')
})

describe.each(engineNames)('the built command (%s)', (engineName) => {
  let database: TestDatabase
  beforeAll(async () => void (database = await createDatabase(engineName)))
  afterAll(() => database.drop())

  it.each(['SIGINT', 'SIGTERM'] as const)('ends with exit code 130 at %s, and leaves a failed batch and nothing else', async (signal) => {
    const running = startVarve(['run', 'crm', '--json', '--db', database.url], { directory: directoryWith({ 'varve.config.ts': endless }) })
    await running.said('batch opened')
    running.process.kill(signal)
    const told = await running.ended
    expect(told.exitCode).toBe(130)
    expect(told.stderr).toContain('Stopping: what is under way is undone and recorded.')
    expect(told.json).toMatchObject({ error: { code: 'V5001', exitCode: 130 }, status: 'interrupted', steps: [{ name: 'people', status: 'failed' }, { name: 'report', status: 'not started' }] })
    {
      await using engine = await openEngine(database.url)
      const { rows } = await engine.query(sql`select status, error_code from varve.etl_batches order by started_at desc`)
      expect(rows[0]).toEqual({ status: 'failed', error_code: 'V5001' })
      expect((await engine.tableNames('varve')).filter((name) => name.startsWith('stage_'))).toEqual([])
      expect(await engine.introspect('crm', 'people')).toBeUndefined()
    }
  })

  it('hears Ctrl-C also while it pours rows from memory into an engine that runs in its own thread', async () => {
    const rows = `(function* () { for (let id = 1; ; id++) yield { id, name: 'one of many' } })()`
    const running = startVarve(['run', 'crm', '--db', database.url], { directory: directoryWith({ 'varve.config.ts': crmConfig({ rows }) }) })
    await running.said('batch opened')
    running.process.kill('SIGINT')
    expect((await running.ended).exitCode).toBe(130)
  })

  it('ends at once at a second Ctrl-C, also when a step does not listen', async () => {
    const running = startVarve(['run', 'crm', '--only', 'deaf', '--db', database.url], { directory: directoryWith({ 'varve.config.ts': deaf }) })
    await running.said('run started')
    running.process.kill('SIGINT')
    await running.said('Once more ends at once.')
    running.process.kill('SIGINT')
    expect(await running.ended).toMatchObject({ exitCode: 130, signal: null })
  })

  it('when killed leaves a batch that doctor finds abandoned, and that the next run takes over', async () => {
    const running = startVarve(['run', 'crm', '--db', database.url], { directory: directoryWith({ 'varve.config.ts': endless }) })
    await running.said('batch opened')
    running.process.kill('SIGKILL')
    expect(await running.ended).toMatchObject({ signal: 'SIGKILL' })
    const { exitCode, stdout } = await varve(['doctor', '--db', database.url])
    expect(exitCode).toBe(0)
    const id = /warn {2}batches: batch ([0-9a-f-]{36}) of pipeline "crm" is abandoned: process \d+ on /.exec(stdout)?.[1]
    const next = await varve(['run', 'crm', '--db', database.url], { directory: directoryWith({ 'varve.config.ts': crmConfig() }) })
    expect(next.exitCode).toBe(0)
    expect(next.stdout).toContain(`! batch ${id} was found abandoned; its data had been rolled back`)
    expect((await varve(['runs', '--status', 'abandoned', '--json', '--db', database.url])).json).toMatchObject([{ status: 'abandoned', batches: 1 }])
    expect((await varve(['doctor', '--db', database.url])).stdout).toContain('ok    batches: none is open')
  })
})

describe('the built command', () => {
  it('says nothing when whoever reads its output has gone', async () => {
    const running = startVarve(['--help'])
    running.process.stdout?.destroy()
    expect(await running.ended).toMatchObject({ exitCode: 0, stderr: '' })
  })

  it('gives the exit code of an error, and its message on standard error only', async () => {
    expect(await startVarve(['rn']).ended).toMatchObject({ exitCode: 1, stdout: '', stderr: `Error V1006 Unknown command 'rn'. Did you mean run?\n` })
  })
})
