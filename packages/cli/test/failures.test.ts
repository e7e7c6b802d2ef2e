import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openEngine, type Engine } from '@varve/core'
import { createDatabase, engineNames, type TestDatabase } from '../../../test-support/engines.ts'
import { crmConfig } from './crm-config.ts'
import { directoryWith, varve, type Told } from './varve.ts'

const password = 'Tr0ub4dor&3/Zürich'
const forms = [password, encodeURIComponent(password)]
const role = `ada_${process.pid}`

let database: TestDatabase
let engine: Engine
const urlWith = (secret: string) => {
  const url = new URL(database.url)
  url.username = role
  url.password = encodeURIComponent(secret)
  return url.href
}
const unreachable = `postgres://ada:${encodeURIComponent(password)}@127.0.0.1:1/warehouse`

beforeAll(async () => {
  database = await createDatabase('postgres')
  engine = await openEngine(database.url)
  await engine.query(sql`create role ${sql.identifier(role)} login password ${sql.raw(`'${password}'`)}`)
})
afterAll(async () => {
  await engine.query(sql`drop role ${sql.identifier(role)}`)
  await engine.close()
  await database.drop()
})

describe('a server that does not let us in', () => {
  const commands = ['init', 'migrate', 'migrate --dry-run', 'run crm', 'runs', 'doctor', 'check', 'demo']
  const files = { 'varve.config.ts': crmConfig() }

  it.each(commands)('ends %s with exit code 3 when nobody answers', async (line) => {
    const told = await varve([...line.split(' '), '--json', '--db', unreachable], { directory: directoryWith(files) })
    expect(told.exitCode).toBe(3)
    if (line === 'doctor') expect(told.json).toMatchObject({ exitCode: 3, examinations: [{ subject: 'configuration', status: 'ok' }, { subject: 'engine', status: 'fail', message: expect.stringContaining('ECONNREFUSED') as string }] })
    else expect(told.json).toMatchObject({ error: { code: 'V3001', exitCode: 3, isRetryable: true, message: expect.stringContaining('127.0.0.1:1/warehouse: connect ECONNREFUSED') as string } })
  })

  it('ends with exit code 3 when the password is wrong', async () => {
    const { exitCode, stderr } = await varve(['runs'], { environment: { VARVE_DB: urlWith('wrong') } })
    expect(exitCode).toBe(3)
    expect(stderr).toMatch(/^Error V3002 .+password authentication failed for user "ada_\d+" \(28P01\)\. Check the user and the password/)
  })

  it('ends with exit code 3 when a permission is missing', async () => {
    const { exitCode, stderr } = await varve(['init'], { environment: { VARVE_DB: urlWith(password) } })
    expect(exitCode).toBe(3)
    expect(stderr).toMatch(/^Error V3003 .+permission denied for database .+ \(42501\)\. Grant the right to the user/m)
  })

  it('ends with exit code 3 when the database does not exist', async () => {
    const url = new URL(database.url)
    url.pathname = '/nowhere'
    expect(await varve(['runs'], { environment: { VARVE_DB: url.href } })).toMatchObject({ exitCode: 3, stderr: expect.stringMatching(/^Error V3001 .+database "nowhere" does not exist/) as string })
  })
})

describe.each(engineNames)('a pipeline that another process runs (%s)', (engineName) => {
  it('is left alone with exit code 4, or waited for', async () => {
    const own = await createDatabase(engineName)
    const directory = directoryWith({ 'varve.config.ts': crmConfig() })
    const run = (...options: string[]) => varve(['run', 'crm', '--db', own.url, '--json', ...options], { directory })
    const holder = await openEngine(own.url)
    const lock = await holder.lock('run crm')
    let hasEnded = false
    const waiting = run('--wait').then((told) => {
      hasEnded = true
      return told
    })
    for (const options of [[], ['--no-wait']]) {
      const told = await run(...options)
      expect(told.exitCode).toBe(4)
      // The embedded engine keeps other processes out of its directory altogether.
      expect(told.json).toMatchObject({ error: { code: engineName === 'postgres' ? 'V4001' : 'V4002', exitCode: 4, isRetryable: true, context: { holder: expect.any(String) as string } } })
    }
    expect(hasEnded).toBe(false)
    await lock.release()
    await holder.close()
    expect(await waiting).toMatchObject({ exitCode: 0, json: { status: 'done' } })
    await own.drop()
  })
})

describe('a secret', () => {
  const leak = (told: Told) => forms.flatMap((form) => [told.stdout, told.stderr].filter((text) => text.includes(form)))
  const failing = (message: string) => crmConfig({ rows: `(async function* () { yield { id: 1, name: 'Ada' }; throw new Error(${message}) })()` })

  it.each([
    ['nobody answers', ['doctor'], { VARVE_DB: unreachable }, {}],
    ['nobody answers, named by an argument', ['runs', '--db', unreachable], {}, {}],
    ['the password is wrong', ['run', 'crm'], { VARVE_DB: '<wrong>' }, { 'varve.config.ts': crmConfig() }],
    ['a permission is missing', ['init'], { VARVE_DB: '<right>' }, {}],
    ['a permission is missing in a run', ['run', 'crm'], { VARVE_DB: '<right>' }, { 'varve.config.ts': crmConfig() }],
    ['the url cannot be read', ['runs'], { VARVE_DB: `postgres://ada:${password}@[host/db` }, {}],
    ['the url is of no engine', ['runs'], { VARVE_DB: `oracle://ada:${encodeURIComponent(password)}@host/db` }, {}],
    ['the url is no url', ['runs'], { VARVE_DB: `ada:${password}@host/db` }, {}],
    ['the url stands in the configuration', ['runs'], {}, { 'varve.config.ts': `export default { database: 'postgres://ada:${password}@host/db' }` }],
    ['the configuration throws it', ['runs'], {}, { 'varve.config.ts': `throw new Error('cannot reach postgres://ada:${password}@host/db')` }],
    ['it stands in place of a name', ['run', `postgres://ada:${password}@host/db`], {}, {}],
    ['it stands in place of an id', ['runs', `postgres://ada:${password}@host/db`], { VARVE_DB: '<ours>' }, {}],
    ['it stands in place of a command', [`postgres://ada:${password}@host/db`], {}, {}],
    ['it stands behind an option that is none', ['runs', `--dbb=postgres://ada:${password}@host/db`], {}, {}],
    ['a source says it in a url', ['run', 'crm'], { VARVE_DB: '<ours>' }, { 'varve.config.ts': failing('`503 from https://ada:${process.env.IT}@host/`') }],
    ['a source says it as it is, and it was read as a secret', ['run', 'crm'], { VARVE_DB: '<ours>', CRM_TOKEN: password }, { 'varve.config.ts': failing('`refused: ${(await import("@varve/core")).secretFromEnv("CRM_TOKEN", { CRM_TOKEN: process.env.IT }).reveal()}`') }],
  ])('is not shown when %s', async (_title, argv, environment, files) => {
    const urls: Record<string, string> = { '<wrong>': urlWith(`${password}!`), '<right>': urlWith(password), '<ours>': database.url }
    const place = { environment: Object.fromEntries(Object.entries(environment).map(([name, value]) => [name, urls[value] ?? value])) }
    process.env['IT'] = password // read by the configuration
    for (const options of [[], ['--json'], ['--log-level', 'debug'], ['--json', '--log-level', 'debug']]) {
      const told = await varve([...argv, ...options], { environment: { ...place.environment }, directory: directoryWith(files) })
      expect(told.exitCode).toBeGreaterThan(0)
      expect(leak(told)).toEqual([])
    }
    delete process.env['IT']
  })

  it('is not in the ledger either', async () => {
    const { rows } = await engine.query<{ error_message: string }>(sql`select error_message from varve.etl_batches where status = 'failed'`)
    const messages = rows.map((row) => row.error_message).join('\n')
    for (const text of ['503 from https://ada:[secret]@host/', 'refused: [secret]']) expect(messages).toContain(text)
    for (const form of forms) expect(messages).not.toContain(form)
  })
})
