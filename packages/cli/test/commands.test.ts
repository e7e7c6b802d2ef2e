import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { openEngine, type Engine } from '@varve/core'
import { createDatabase, engineNames, type TestDatabase } from '../../../test-support/engines.ts'
import { crmConfig } from './crm-config.ts'
import { directoryWith, varve, type Place, type Told } from './varve.ts'

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}$/
const aUuid = expect.stringMatching(uuid) as string
const aNumber = expect.any(Number) as number
const anInstant = expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/) as string
const containing = (text: string) => expect.stringContaining(text) as string

describe.each(engineNames)('the commands (%s)', (engineName) => {
  let database: TestDatabase
  const on = (argv: string[], place: Place = {}): Promise<Told> => varve([...argv, '--db', database.url], place)
  const query = async (work: (engine: Engine) => Promise<unknown>): Promise<unknown> => {
    await using engine = await openEngine(database.url)
    return await work(engine)
  }

  describe('one after the other', () => {
    beforeAll(async () => void (database = await createDatabase(engineName)))
    afterAll(() => database.drop())

    it('doctor warns of a database without a ledger, and says what to do', async () => {
      const { exitCode, stdout } = await on(['doctor'], { directory: directoryWith({ 'varve.config.ts': crmConfig() }) })
      expect(exitCode).toBe(0)
      expect(stdout).toMatch(/^ok {4}configuration: .+varve\.config\.ts; the database is named by --db\nok {4}engine: /)
      expect(stdout).toContain('warn  ledger: there is none yet\n      → Create it with "varve init"')
      expect(stdout).toContain('warn  table crm.people: it is declared, but not there yet\n      → Create it with "varve migrate".')
      expect(stdout).toMatch(/\n2 warnings\.\n$/)
    })

    it('runs and checks tell of nothing where nothing ran', async () => {
      expect((await on(['runs', '--json'])).json).toEqual([])
      expect(await on(['runs'])).toMatchObject({ exitCode: 0, stdout: 'The ledger holds no such run.\n' })
      expect(await on(['check'])).toMatchObject({ exitCode: 0, stdout: 'No checks are declared.\n' })
    })

    it('migrate --dry-run prints the SQL of ledger and tables, and runs none of it', async () => {
      const place = { directory: directoryWith({ 'varve.config.ts': crmConfig() }) }
      const { exitCode, stdout } = await on(['migrate', '--dry-run'], place)
      expect(exitCode).toBe(0)
      expect(stdout).toContain('-- ledger migration 1: control tables')
      expect(stdout).toMatch(/-- create table crm\.people with 2 columns\ncreate schema if not exists "crm";\ncreate table "crm"\."people" \(/)
      expect(stdout).toMatch(/;\n$/)
      expect(await query(async (engine) => [await engine.introspect('crm', 'people'), await engine.tableNames('varve')])).toEqual([undefined, []])
    })

    it('init makes the ledger and the tables, and writes a configuration only where there is none', async () => {
      const directory = directoryWith()
      const first = await on(['init'], { directory })
      expect(first.exitCode).toBe(0)
      expect(first.stdout).toMatch(/ledger: brought to migration \d+ \(there was none\)/)
      expect(first.stdout).toContain('configuration: written to varve.config.ts')
      const path = join(directory, 'varve.config.ts')
      const own = `${readFileSync(path, 'utf8')}// mine\n`
      writeFileSync(path, own)
      expect((await on(['init', '--json'], { directory })).json).toEqual({ database: expect.any(String) as string, config: path, configWritten: false, ledger: { from: aNumber, to: aNumber }, tables: [], statements: [] })
      expect(readFileSync(path, 'utf8')).toBe(own)
    })

    it('migrate makes the declared tables, widens them, and then has nothing to do', async () => {
      const migrate = async (columns: string) => (await on(['migrate', '--json'], { directory: directoryWith({ 'varve.config.ts': crmConfig({ columns }) }) })).json
      expect(await migrate('{ id: t.integer().notNull(), name: t.text(20) }')).toMatchObject({ tables: [{ table: 'crm.people', changes: ['create table crm.people with 2 columns'] }] })
      expect(await migrate('{ id: t.integer().notNull(), name: t.text(30), born: t.date() }')).toMatchObject({ tables: [{ changes: ['widen column name of crm.people from text(20) to text(30)', 'add column born date to crm.people'] }] })
      expect(await migrate('{ id: t.integer().notNull(), name: t.text(30) }')).toMatchObject({ dryRun: false, tables: [], statements: [] })
    })

    it.each(['migrate', 'migrate --dry-run', 'init'])('%s refuses what would lose something with exit code 2, and changes nothing', async (line) => {
      const before = await query((engine) => engine.introspect('crm', 'people'))
      const told = await on(line.split(' '), { directory: directoryWith({ 'varve.config.ts': crmConfig({ columns: '{ id: t.integer().notNull(), name: t.text(10).notNull(), more: t.text() }' }) }) })
      expect(told).toMatchObject({ exitCode: 2, stdout: '' })
      expect(told.stderr).toMatch(/^Error V2001 The tables cannot be brought to their declarations without losing something:\n {2}- crm\.people: column "name" is text\(30\) and would become text\(10\), which can lose values\n {2}- crm\.people: column "name" allows NULL and would become not null\nNothing was changed\./)
      expect(await query((engine) => engine.introspect('crm', 'people'))).toEqual(before)
    })

    it('run --dry-run tells what it would do, and keeps nothing', async () => {
      const place = { directory: directoryWith({ 'varve.config.ts': crmConfig() }) }
      expect((await on(['run', 'crm', '--dry-run'], place)).stdout).toMatch(/^crm: dry run, done in [\d.]+ s\n\n {2}step +table +status +read +rejected +new +time\n {2}people +crm\.people +done +3 +1 +2 +[\d.]+ s\n {2}report +not run: what a function does cannot be taken back +done +[\d.]+ s\n\n {2}! crm\.people, row 3, id: "id" is NULL, but the column is not null\n {2}Nothing was kept\./)
      expect((await on(['run', 'crm', '--dry-run', '--only', 'people', '--json'], place)).json).toMatchObject({ pipeline: 'crm', dryRun: true, status: 'done', steps: [{ name: 'people', outcome: { steps: [{ counts: { new: 2 } }] } }] })
      expect((await on(['runs', '--json'])).json).toEqual([])
    })

    it('run loads, and tells what became of the rows', async () => {
      const { exitCode, stdout, stderr } = await on(['run', 'crm'], { directory: directoryWith({ 'varve.config.ts': crmConfig() }) })
      expect(exitCode).toBe(0)
      expect(stdout).toMatch(/^crm: done in [\d.]+ s\n\n {2}step +table +status +read +rejected +new +time\n {2}people +crm\.people +done +3 +1 +2 +[\d.]+ s\n {2}report +sent +done +[\d.]+ s\n\n {2}Rejected rows are in quarantine: varve runs ([0-9a-f-]{36})\n {2}run \1\n$/)
      // Not a terminal: each line of the log is JSON.
      const lines = stderr.trim().split('\n').map((line) => JSON.parse(line) as { msg: string })
      expect(lines.map((line) => line.msg)).toEqual(expect.arrayContaining(['run started', 'batch opened', 'rows staged', 'step done', 'batch succeeded', 'run ended']))
    })

    it('run --json prints one object, and nothing else when the log is silent', async () => {
      const told = await on(['run', 'crm', '--json', '--log-level', 'silent'], { directory: directoryWith({ 'varve.config.ts': crmConfig() }) })
      expect(told).toMatchObject({ exitCode: 0, stderr: '' })
      expect(told.json).toMatchObject({
        runId: aUuid,
        pipeline: 'crm',
        status: 'done',
        durationMs: expect.any(Number) as number,
        steps: [
          { name: 'people', status: 'done', durationMs: expect.any(Number) as number, outcome: { batchId: aUuid, pipeline: 'crm', attempts: 1, takenOver: { abandoned: [], completed: [] }, steps: [{ step: 'people', table: 'crm.people', counts: { read: 3, rejected: 1, unchanged: 2, changed: 0, new: 0 } }] } },
          { name: 'report', status: 'done', outcome: { note: 'sent' } },
        ],
      })
    })

    it('run --quiet says nothing when all went well', async () => {
      expect(await on(['run', 'crm', '--quiet'], { directory: directoryWith({ 'varve.config.ts': crmConfig() }) })).toMatchObject({ exitCode: 0, stdout: '', stderr: '' })
    })

    it('run leaves with the exit code of what refused it, and says what was not started', async () => {
      const place = { directory: directoryWith({ 'varve.config.ts': crmConfig({ rows: `[{ id: 7, name: null }]` }) }) }
      const people = await on(['run', 'crm'], place)
      expect(people.exitCode).toBe(2)
      expect(people.stdout).toMatch(/^crm: failed in .+\n\n[^]+people +failed[^]+report +not started/)
      expect(people.stderr).toContain('Error V2002 Pipeline "crm": 1 of 2 steps failed. Failed: "people": The quality gate refused the batch')
      const { exitCode, json } = await on(['run', 'crm', '--json'], place)
      expect(exitCode).toBe(2)
      expect(json).toMatchObject({
        error: { code: 'V2002', exitCode: 2, message: containing('crm.people.name not null: 1 row has no value in "name"'), context: { pipeline: 'crm', notStarted: [{ step: 'report' }] } },
        status: 'failed',
        steps: [{ name: 'people', status: 'failed', error: { code: 'V2002' } }, { name: 'report', status: 'not started', because: containing('people') }],
      })
      expect(await query(async (engine) => (await engine.query(sql`select id from crm.people order by id`)).rows)).toEqual([{ id: 1 }, { id: 2 }])
    })

    it('run leaves with exit code 3 when a source fails', async () => {
      const rows = `(async function* () { yield { id: 8, name: 'Alan' }; throw new VarveError('V3010', 'The source answered 503.') })()`
      const told = await on(['run', 'crm', '--json'], { directory: directoryWith({ 'varve.config.ts': crmConfig({ rows }) }) })
      expect(told.exitCode).toBe(3)
      expect(told.json).toMatchObject({ error: { code: 'V3010', exitCode: 3, message: containing('The source answered 503.') } })
    })

    it.each([
      ['a pipeline that is not configured', ['run', 'sales'], 'V1006', 'There is no pipeline "sales". The configuration has crm.'],
      ['a step that is none', ['run', 'crm', '--only', 'peple'], 'V1009', '"peple" is no step of pipeline "crm". Choose from people, report.'],
      ['a pipeline of checks that is not configured', ['check', '--pipeline', 'sales'], 'V1006', 'There is no pipeline "sales".'],
      ['an id that is none', ['runs', 'latest'], 'V1009', '"latest" is no id of a run or a batch.'],
      ['an id that the ledger does not hold', ['runs', '0195e7c2-5f3a-7c41-9d0e-2b8f6a1c4d7e'], 'V1009', 'No run and no batch in'],
    ])('refuses %s with exit code 1', async (_title, argv, code, message) => {
      const { exitCode, json } = await on([...argv, '--json'], { directory: directoryWith({ 'varve.config.ts': crmConfig() }) })
      expect(exitCode).toBe(1)
      expect(json).toMatchObject({ error: { code, exitCode: 1, message: containing(message) } })
    })

    it('runs lists what ran, the newest first, by pipeline, status and number', async () => {
      const all = (await on(['runs', '--json'])).json as { runId: string; status: string }[]
      expect(all.map((run) => run.status)).toEqual(['failed', 'failed', 'failed', 'succeeded', 'succeeded', 'succeeded'])
      expect(all.at(-1)).toEqual({
        runId: aUuid, pipelines: ['crm'], status: 'succeeded', batches: 1, startedAt: anInstant, finishedAt: anInstant,
        counts: { read: 3, rejected: 1, duplicate: 0, unchanged: 0, new: 2, changed: 0, overwritten: 0, closed: 0, reopened: 0, late: 0, deleted: 0 },
      })
      const of = async (...options: string[]) => ((await on(['runs', '--json', ...options])).json as { runId: string }[]).map((run) => run.runId)
      expect(await of('--status', 'succeeded')).toEqual(all.slice(3).map((run) => run.runId))
      expect(await of('--limit', '2')).toEqual(all.slice(0, 2).map((run) => run.runId))
      expect(await of('--pipeline', 'crm', '--status', 'failed', '--limit', '1')).toEqual([all[0]?.runId])
      expect(await of('--pipeline', 'sales')).toEqual([])
      const { stdout } = await on(['runs', '--limit', '6'])
      expect(stdout).toMatch(/^ {2}started +pipeline +status +time +read +rejected +unchanged +new +run\n {2}\d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ +crm +failed /)
    })

    it('runs shows one with its counts, watermarks, checks and findings, by its id or that of its batch', async () => {
      const [first] = ((await on(['runs', '--status', 'succeeded', '--json'])).json as { runId: string }[]).slice(-1)
      const { json } = await on(['runs', first?.runId ?? '', '--json'])
      expect(json).toMatchObject({
        runId: first?.runId,
        status: 'succeeded',
        counts: { read: 3, rejected: 1, new: 2 },
        batches: [{
          batchId: aUuid, runId: first?.runId, pipeline: 'crm', type: 'load', status: 'succeeded', attempts: 1, startedAt: anInstant, committedAt: anInstant, finishedAt: anInstant,
          steps: [{ step: 'people', table: 'crm.people', counts: { read: 3, rejected: 1, new: 2 }, watermarkAfter: '2025-03-31' }],
          checks: [{ check: 'crm.people.name not null', severity: 'error', passed: true, offending: 0 }],
          findings: { total: 1, first: [{ check: 'quarantine', severity: 'error', table: 'crm.people', column: 'id', rowNumber: 3, message: '"id" is NULL, but the column is not null', raw: '{"id":null,"name":"Nobody"}' }] },
        }],
      })
      const batchId = (json as { batches: { batchId: string }[] }).batches[0]?.batchId ?? ''
      expect((await on(['runs', batchId, '--json'])).json).toMatchObject({ runId: batchId, batches: [{ batchId }] })
      const { stdout } = await on(['runs', batchId])
      for (const text of ['none → 2025-03-31', 'pass   crm.people.name not null: every row has a value in "name"', '1 finding:\n    error quarantine crm.people row 3: "id" is NULL, but the column is not null\n          {"id":null,"name":"Nobody"}']) expect(stdout).toContain(text)
    })

    it('runs shows a failed one with its error', async () => {
      const [last] = (await on(['runs', '--status', 'failed', '--limit', '1', '--json'])).json as { runId: string }[]
      expect((await on(['runs', last?.runId ?? ''])).stdout).toContain('error [V3010] The source answered 503.')
    })

    it('check runs the checks of the configuration and of the pipelines, and fails only by those of severity error', async () => {
      const place = { directory: directoryWith({ 'varve.config.ts': crmConfig() }) }
      expect(await on(['check'], place)).toMatchObject({ exitCode: 0, stdout: containing('2 of 2 checks passed.\n') })
      await query((engine) => engine.query(sql`insert into crm.people (id, name) values (0, 'Zero')`))
      const warned = await on(['check', '--json'], place)
      expect(warned.exitCode).toBe(0)
      expect(warned.json).toEqual({
        exitCode: 0,
        checks: [
          { source: 'config', check: 'crm.people.id range', table: 'crm.people', severity: 'warn', passed: false, offending: 1, message: 'no "id" may lie below 1: 1 row has a "id" below 1', samples: [{ column: 'id', raw: '{"id":0,"name":"Zero"}' }] },
          { source: 'crm/people', check: 'crm.people.name not null', table: 'crm.people', severity: 'error', passed: true, offending: 0, message: 'every row has a value in "name"', samples: [] },
        ].map((check) => ({ ...check, message: expect.any(String) as string })),
      })
      await query((engine) => engine.query(sql`update crm.people set name = null where id = 0`))
      const failed = await on(['check', '--pipeline', 'crm'], place)
      expect(failed).toMatchObject({ exitCode: 2, stderr: '' })
      expect(failed.stdout).toBe('error  crm.people.name not null: 1 row has no value in "name"\n         {"id":0,"name":null}\n\n0 of 1 check passed.\n')
    })

    it('check leaves with exit code 3 when a table is not there', async () => {
      const told = await on(['check', '--json'], { directory: directoryWith({ 'varve.config.ts': crmConfig().replace('crm.people', 'crm.nobody') }) })
      expect(told.exitCode).toBe(3)
      expect(told.json).toMatchObject({ error: { code: 'V3013' } })
    })

    it('doctor finds all well, then what dead processes left, and then damage', async () => {
      const place = { directory: directoryWith({ 'varve.config.ts': crmConfig() }) }
      expect(await on(['doctor'], place)).toMatchObject({ exitCode: 0, stdout: containing('\nAll is well.\n') })
      const [abandoned, closed] = ['0195e7c2-5f3a-7c41-9d0e-2b8f6a1c4d7e', '0195e7c2-5f3a-7c41-9d0e-2b8f6a1c4d7f']
      await query(async (engine) => {
        await engine.query(sql`insert into varve.etl_batches (batch_id, pipeline, batch_type, status, host, process_id, attempts, started_at) values (${abandoned}, 'crm', 'load', 'running', 'elsewhere', 4711, 0, '2025-01-01Z')`)
        for (const id of [abandoned, closed]) await engine.query(sql`create table varve.${sql.identifier(`stage_${id.replaceAll('-', '')}_1`)} (id integer)`)
      })
      const warned = await on(['doctor', '--json'], place)
      expect(warned.exitCode).toBe(0)
      const { examinations } = warned.json as { examinations: { subject: string; status: string; message: string; advice?: string }[] }
      expect(examinations.filter(({ status }) => status !== 'ok')).toEqual([
        { subject: 'batches', status: 'warn', message: `batch ${abandoned} of pipeline "crm" is abandoned: process 4711 on elsewhere since 2025-01-01T00:00:00Z ended without closing it`, advice: containing('Run it again') },
        { subject: 'staging', status: 'warn', message: `table varve.stage_${closed.replaceAll('-', '')}_1 is left over from a batch that is closed`, advice: containing('drop table if exists "varve"."stage_') },
      ])
      await query(async (engine) => {
        await engine.query(sql`alter table varve.etl_sync_status drop column watermark`)
        await engine.query(sql`alter table crm.people alter column name type varchar(40)`)
      })
      const failed = await on(['doctor'], place)
      expect(failed.exitCode).toBe(2)
      expect(failed.stdout).toContain('fail  ledger: missing: add column watermark text to varve.etl_sync_status\n      → Undo what was changed by hand')
      expect(failed.stdout).toContain('fail  table crm.people: column "name" is text(40) and would become text(30), which can lose values\n      → ')
      expect(failed.stdout).toMatch(/\n2 lines failed\.\n$/)
    })

    it('refuses a ledger that is newer than the program with exit code 2', async () => {
      await query((engine) => engine.query(sql`insert into varve.ledger_migrations (number, name, applied_at) values (99, 'from the future', now())`))
      expect((await on(['migrate', '--json'])).json).toMatchObject({ error: { code: 'V2005', exitCode: 2 } })
      const { exitCode, stdout } = await on(['doctor'])
      expect(exitCode).toBe(2)
      expect(stdout).toContain('fail  ledger: it is newer than this program')
    })
  })

  describe('the demo', () => {
    beforeEach(async () => void (database = await createDatabase(engineName)))

    it('shows two runs, what they made, and what the ledger holds', async () => {
      const { exitCode, stdout } = await on(['demo'])
      expect(exitCode).toBe(0)
      for (const text of ['Run 1, when it was 2025-03-10 00:00:00Z in the portal', 'Run 2, when it was 2025-03-24 00:00', 'tracktik.dim_employees', 'every version is kept', '2025_06  2025-03-07', '█', 'BILL_TOTAL_MISMATCH', 'What the ledger holds', 'varve runs ']) expect(stdout).toContain(text)
      expect(stdout).toMatch(/The portal counts ([\d,]+) shifts in 8 periods, and \1 are stored\./)
      await database.drop()
    }, 180_000)
  })
})
