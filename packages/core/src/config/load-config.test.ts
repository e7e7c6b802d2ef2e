import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { VarveError } from '../error/varve-error.js'
import { notNull } from '../quality/not-null.js'
import { pipeline } from '../pipeline/pipeline.js'
import { step } from '../pipeline/step.js'
import { t } from '../table/column.js'
import { table } from '../table/table.js'
import { loadConfig, type ConfigRequest } from './load-config.js'
import { defineConfig } from './varve-config.js'

const home = mkdtempSync(join(tmpdir(), 'varve-config-'))
afterAll(() => rmSync(home, { recursive: true }))

const people = table('crm.people', { id: t.integer().notNull(), name: t.text() })
const modules = { ours: { defineConfig, notNull, people, pipeline, step, table, t } }

/** Loads the configuration of a directory of its own that holds these files. */
function load(files: Record<string, string>, request: Omit<ConfigRequest, 'directory'> = {}) {
  const directory = mkdtempSync(join(home, 'one-'))
  for (const [name, text] of Object.entries(files)) writeFileSync(join(directory, name), text)
  return loadConfig({ environment: {}, modules, ...request, directory })
}

async function mistakes(...given: Parameters<typeof load>): Promise<string[]> {
  const error: unknown = await load(...given).catch((thrown: unknown) => thrown)
  if (!(error instanceof VarveError)) throw new Error(`no mistake was found, but ${JSON.stringify(error)}`)
  expect([error.code, error.exitCode]).toEqual(['V1002', 1])
  return error.message.split('\n').map((line) => line.replace(/^ {2}- |^\[V1002\] /, ''))
}

describe('a configuration without a file', () => {
  it('has an embedded database and nothing else', async () => {
    const { database, ...rest } = await load({})
    expect([database.url.reveal(), database.from]).toEqual(['pglite://.varve/db', 'nothing else named one'])
    expect(rest).toEqual({ file: undefined, pipelines: new Map(), tables: [], checks: [], log: { level: undefined, format: 'auto' } })
  })
})

describe('the database', () => {
  const config = { 'varve.config.json': '{ "database": "postgres://file/db" }' }
  it.each([
    ['the request', { database: 'postgres://asked/db', environment: { VARVE_DB: 'postgres://varve/db' } }, 'postgres://asked/db', '--db'],
    ['VARVE_DB', { environment: { VARVE_DB: 'postgres://varve/db', WAREHOUSE_DB: 'postgres://warehouse/db' } }, 'postgres://varve/db', 'VARVE_DB'],
    ['WAREHOUSE_DB', { environment: { VARVE_DB: '', WAREHOUSE_DB: 'postgres://warehouse/db' } }, 'postgres://warehouse/db', 'WAREHOUSE_DB'],
    ['the file', {}, 'postgres://file/db', 'varve.config.json'],
  ])('is named by %s before all that comes after it', async (_title, request, url, from) => {
    const { database } = await load(config, request)
    expect([database.url.reveal(), database.from]).toEqual([url, from])
  })

  it('is named by .env, unless the environment names one', async () => {
    const files = { '.env': 'VARVE_DB=postgres://dotenv/db' }
    expect((await load(files)).database.url.reveal()).toBe('postgres://dotenv/db')
    expect((await load(files, { environment: { VARVE_DB: 'postgres://shell/db' } })).database.url.reveal()).toBe('postgres://shell/db')
  })

  it('is taken from the variable that the file names, or from the file which that names', async () => {
    const files = { 'varve.config.json': '{ "database": { "env": "CRM_DB" } }', url: 'postgres://ada:lovelace@mounted/db\n' }
    const { database } = await load(files, { environment: { CRM_DB: 'postgres://crm/db' } })
    expect([database.url.reveal(), database.from]).toEqual(['postgres://crm/db', 'CRM_DB, as varve.config.json says'])
    const place = mkdtempSync(join(home, 'secret-'))
    writeFileSync(join(place, 'url'), 'postgres://ada:lovelace@mounted/db\n')
    const mounted = await load(files, { environment: { CRM_DB_FILE: join(place, 'url') } })
    expect(mounted.database.url.reveal()).toBe('postgres://ada:lovelace@mounted/db')
    expect(JSON.stringify(mounted)).not.toContain('lovelace')
  })

  it('is not missed where the variable of the file is not set but another one names it', async () => {
    const files = { 'varve.config.json': '{ "database": { "env": "CRM_DB" } }' }
    expect(await mistakes(files)).toEqual(['varve.config.json: database: The environment variable CRM_DB is missing: set it to the url of the warehouse, or name the database with --db.'])
    expect((await load(files, { database: 'postgres://asked/db' })).database.from).toBe('--db')
  })

  it('is refused with a password in the file, which the message does not show', async () => {
    const found = await mistakes({ 'varve.config.json': '{ "database": "postgres://ada:lovelace@host/db" }' })
    expect(found).toEqual([expect.stringContaining('varve.config.json: database: the url holds a credential')])
    expect(found.join()).not.toContain('lovelace')
  })
})

describe('a file', () => {
  it.each(['varve.config.ts', 'varve.config.mts', 'varve.config.js', 'varve.config.mjs'])('can be %s', async (name) => {
    const type = name.endsWith('ts') ? ': string' : ''
    const { file, pipelines, tables, checks, log } = await load({
      [name]: `import { defineConfig, notNull, people, pipeline, step } from 'ours'
        const url${type} = 'postgres://host/db'
        export default defineConfig({
          database: url,
          pipelines: [pipeline('crm', { steps: [step('all', () => undefined)] })],
          tables: [people], checks: [notNull(people, 'name')], log: { level: 'debug', format: 'json' },
        })`,
    })
    expect(file?.endsWith(name)).toBe(true)
    expect([...pipelines.keys()]).toEqual(['crm'])
    expect((await pipelines.get('crm')?.())?.steps.map((one) => one.name)).toEqual(['all'])
    expect(tables).toEqual([people])
    expect(checks.map((check) => check.name)).toEqual([notNull(people, 'name').name])
    expect(log).toEqual({ level: 'debug', format: 'json' })
  })

  it('can be chosen, with a path that starts at the directory', async () => {
    expect((await load({ 'other.json': '{ "log": { "level": "error" } }' }, { file: 'other.json' })).log.level).toBe('error')
    expect(await mistakes({}, { file: 'none.ts' })).toEqual([expect.stringMatching(/^The configuration file "none.ts" does not exist/)])
  })

  it('imports a pipeline only when that is asked for', async () => {
    const { pipelines } = await load({
      'crm.ts': `import { pipeline, step } from 'ours'
        export default pipeline('crm', { steps: [step('all', () => undefined)] })`,
      'desk.ts': `throw new Error('desk was imported')`,
      'varve.config.ts': `import { pipeline, step } from 'ours'
        export default { pipelines: { crm: () => import('./crm.ts'), desk: () => import('./desk.js'), sales: async () => (await import('./crm.js')).default, none: async () => 1, made: () => pipeline('made', { steps: [step('all', () => undefined)] }), broken: () => { throw new Error('it was made wrong') } } }`,
    })
    expect((await pipelines.get('crm')?.())?.name).toBe('crm')
    await expect(pipelines.get('desk')?.()).rejects.toThrow('[V1002] varve.config.ts: pipelines.desk cannot be loaded: desk was imported. Correct it and try again.')
    await expect(pipelines.get('sales')?.()).rejects.toThrow('the pipeline that it imports is called "crm"')
    expect((await pipelines.get('made')?.())?.name).toBe('made')
    await expect(pipelines.get('broken')?.()).rejects.toThrow('[V1002] varve.config.ts: pipelines.broken cannot be loaded: it was made wrong. Correct it and try again.')
    await expect(pipelines.get('none')?.()).rejects.toThrow('what it imports is no pipeline')
  })

  it('has every mistake listed, with its path, beside those of the environment', async () => {
    const config = `import { notNull, people, pipeline, step } from 'ours'
      const crm = pipeline('crm', { steps: [step('all', () => undefined)] })
      export default {
        databse: 'x', database: 7, pipelines: [crm, crm, 'crm', () => import('./crm.js')], tables: [people, {}, people], checks: [notNull(people, 'name'), notNull(people, 'name')],
        log: { level: 'loud', format: 'xml', colour: true },
      }`
    const found = await mistakes({ 'varve.config.ts': config }, { environment: { LOG_LEVEL: 'chatty', VARVE_DB_FILE: '/nowhere' } })
    const at = (text: string) => expect.stringContaining(text) as string
    expect(found).toEqual([
      'The configuration has 13 mistakes:',
      at('varve.config.ts: database: 7 is neither a url nor'),
      at('varve.config.ts: pipelines[1]: "crm" is the name of another pipeline too'),
      at('varve.config.ts: pipelines[2]: "crm" is no pipeline: make it with pipeline(…)'),
      at('varve.config.ts: pipelines[3]: a function is no pipeline'),
      at('varve.config.ts: tables[1]: an object is no table'),
      at('varve.config.ts: tables[2]: "crm.people" is declared twice'),
      at('varve.config.ts: checks: The checks cannot be told apart'),
      at('varve.config.ts: log.level: "loud" is none of debug, info, warn, error, silent'),
      at('varve.config.ts: log.format: "xml" is none of auto, json, pretty'),
      at('varve.config.ts: log: "colour" is unknown; log can have level, format'),
      at('varve.config.ts: "databse" is unknown; the configuration can have database, pipelines, tables, checks, log'),
      at('the file "/nowhere" that VARVE_DB_FILE names cannot be read'),
      at('LOG_LEVEL is "chatty", which is none of debug, info, warn, error, silent'),
    ])
  })

  it.each([
    ['a list', 'export default []', 'varve.config.ts: a list is no object; the configuration can have database,'],
    ['a name that is not its own', `import { pipeline, step } from 'ours'\nexport default { pipelines: { desk: pipeline('crm', { steps: [step('a', () => undefined)] }) } }`, 'varve.config.ts: pipelines.desk: is called "crm"'],
    ['what cannot be read', 'export default (', 'varve.config.ts cannot be loaded: '],
    ['an import that is not there', `import './none.js'\nexport default {}`, `varve.config.ts cannot be loaded: Cannot find module './none.js'.`],
  ])('is refused that has %s', async (_title, text, message) => {
    expect(await mistakes({ 'varve.config.ts': text })).toEqual(expect.arrayContaining([expect.stringContaining(message)]))
  })

  it('keeps the code of a mistake in a declaration', async () => {
    await expect(load({ 'varve.config.ts': `import { pipeline } from 'ours'\nexport default { pipelines: [pipeline('crm', { steps: [] })] }` })).rejects.toThrow('[V1005] varve.config.ts: Pipeline "crm" cannot be run as it is declared: it has no steps.')
  })

  it('is refused where there are two', async () => {
    expect(await mistakes({ 'varve.config.ts': 'export default {}', 'varve.config.json': '{}' })).toEqual([expect.stringMatching(/two configuration files, varve.config.ts and varve.config.json/)])
  })

  it('may say nothing', async () => expect((await load({ 'varve.config.ts': 'export default {}' })).database.from).toBe('nothing else named one'))
})

describe('the log level', () => {
  const file = { 'varve.config.json': '{ "log": { "level": "error" } }' }
  it('is the one that is asked for, then LOG_LEVEL, then that of the file', async () => {
    expect((await load(file, { logLevel: 'debug', environment: { LOG_LEVEL: 'warn' } })).log.level).toBe('debug')
    expect((await load(file, { environment: { LOG_LEVEL: 'WARN' } })).log.level).toBe('warn')
    expect((await load(file)).log.level).toBe('error')
  })
})
