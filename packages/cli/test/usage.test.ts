import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createDatabase, type TestDatabase } from '../../../test-support/engines.ts'
import { crmConfig } from './crm-config.ts'
import { directoryWith, varve } from './varve.ts'

// The quickest to make: what is looked at here is the same on every engine.
let database: TestDatabase
beforeAll(async () => void (database = await createDatabase('postgres')))
afterAll(() => database.drop())

const commands = ['init', 'migrate', 'run', 'backfill', 'runs', 'load', 'import', 'history', 'diff', 'verify', 'replay', 'revert', 'schema', 'validate', 'doctor', 'check', 'simulate', 'demo', 'completion']

describe('help and version', () => {
  it('prints the version of the package', async () => {
    const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version: string }
    expect(await varve(['--version'])).toMatchObject({ exitCode: 0, stdout: `${version}\n`, stderr: '' })
  })

  it('lists every command', async () => {
    const { exitCode, stdout, stderr } = await varve(['--help'])
    expect([exitCode, stderr]).toEqual([0, ''])
    for (const command of commands) expect(stdout).toMatch(new RegExp(`^ {2}${command} `, 'm'))
  })

  it.each(commands)('explains %s, with the options of every command and with examples', async (command) => {
    const { exitCode, stdout } = await varve([command, '--help'])
    expect(exitCode).toBe(0)
    expect(stdout).toMatch(new RegExp(`^Usage: varve ${command} `))
    expect(stdout).toContain('Global Options:')
    expect(stdout).toMatch(/\nExamples:\n {2}\$ [^]*varve/)
    expect((await varve(['help', command])).stdout).toBe(stdout)
  })

  it('adds what a pipeline can be told, where it is asked about one', async () => {
    const general = (await varve(['run', '--help'])).stdout
    for (const argv of [['run', 'tracktik', '--help'], ['run', 'tracktik', '--only', 'load', '--help']]) {
      const { exitCode, stdout } = await varve(argv)
      expect([exitCode, stdout.startsWith(general)]).toEqual([0, true])
      expect(stdout.slice(general.length)).toMatch(/^\ntracktik can be told this:\n {2}--\w[^\n]+\n/)
    }
    expect((await varve(['run', 'otc', '--help'])).stdout).toMatch(/\nWhat otc can be told is shown here once it has its settings: 6 environment variables are missing: OTC_URL, [^\n]+\n$/)
    expect(await varve(['run', 'nothing', '--help'])).toMatchObject({ exitCode: 1, stdout: general, stderr: expect.stringContaining('There is no pipeline "nothing".') as string })
  })

  it('without a command prints help, on standard error', async () => {
    const { exitCode, stdout, stderr } = await varve([])
    expect([exitCode, stdout]).toEqual([1, ''])
    expect(stderr).toMatch(/^Usage: varve /)
  })
})

describe('a wrong command line', () => {
  it.each([
    [['rn'], `Unknown command 'rn'. Did you mean run?`],
    [['run', 'tracktik', '--onyl', 'load'], `Unknown option '--onyl'. Did you mean --only?`],
    [['run', 'tracktik', '--perod', '2025_05'], `Unknown option '--perod'. Did you mean --period?`],
    [['run', 'connectwise', '--bogus'], `Unknown option '--bogus'. connectwise can be told this:\n  --tenant <names>        these tenants only, with commas between\n  --table <names>         these tables only, with commas between, such as tickets,companies\n  --since <instant>       what was changed from then on, in place of where the last run ended\n  --descriptions <calls>  ask for the descriptions of so many tickets, a call each\n  --reconcile             close the tickets that the source has no longer, by reading all ids\n  --allow-mass-close      let --reconcile close more than half of the tickets`],
    [['run', 'tracktik', '--period'], `Option '--period <period>' argument missing.`],
    [['run', 'tracktik', 'now'], `Too many arguments. Expected 0 arguments but got 1.`],
    [['run', '--full', 'tracktik'], `"--full" stands where the name of the pipeline belongs. Write the pipeline first, and what it is told behind it: varve run tracktik --full`],
    [['run'], `Missing required argument 'pipeline'.`],
    [['doctor', 'now'], `Too many arguments for 'doctor'. Expected 0 arguments but got 1.`],
    [['runs', '--limit', 'all'], `Option '--limit <number>' argument 'all' is invalid. Give a whole number from 1 to 100000.`],
    [['runs', '--status', 'good'], `Option '--status <status>' argument 'good' is invalid. Allowed choices are running, committed, succeeded, failed, abandoned.`],
    [['runs', '--log-level', 'loud'], `Option '--log-level <level>' argument 'loud' is invalid. Allowed choices are debug, info, warn, error, silent.`],
    [['completion', 'csh'], `Command-argument value 'csh' is invalid for argument 'shell'. Allowed choices are bash, zsh, fish.`],
    [['simulate', 'sap'], `Command-argument value 'sap' is invalid for argument 'source'. Allowed choices are tracktik, connectwise, otc.`],
    [['simulate', 'tracktik', '--tenants', 'northpier'], `--tenants is "northpier", and tracktik has no tenants. Leave it out.`],
    [['simulate', 'connectwise', '--tenants', 'northpier, northpier'], `--tenants is "northpier, northpier". Give different names of letters, digits, - and _, with commas between, such as sitetechnology,northpier.`],
    [['simulate', 'tracktik', '--speed', '0'], `Option '--speed <number>' argument '0' is invalid. Give a number from 1 to 1000000.`],
    [['simulate', 'tracktik', '--clock', 'noon'], `--clock is "noon", which is no instant. Write one such as 2025-03-10T00:00:00Z.`],
    [['--db'], `Option '--db <url>' argument missing.`],
  ])('%j ends with exit code 1 and says why', async (argv, message) => {
    expect(await varve(argv)).toMatchObject({ exitCode: 1, stdout: '', stderr: `Error V1006 ${message}\n` })
    const told = await varve([...argv.slice(0, -1), '--json', ...argv.slice(-1)].filter((word, at, all) => !(word === '--json' && all[at - 1]?.startsWith('--'))))
    if (told.stdout !== '') expect(told.json).toEqual({ error: { code: 'V1006', message, exitCode: 1, isRetryable: false, context: {} } })
  })
})

describe('a wrong configuration', () => {
  const files = { 'varve.config.ts': `export default { databse: 'x', log: { level: 'loud' } }` }
  it('has all its mistakes listed, with exit code 1', async () => {
    const directory = directoryWith(files)
    const { exitCode, stdout, stderr } = await varve(['doctor'], { directory, environment: { LOG_LEVEL: 'chatty' } })
    expect([exitCode, stdout]).toEqual([1, ''])
    expect(stderr).toMatch(/^Error V1002 The configuration has 3 mistakes:\n {2}- varve\.config\.ts: log\.level: [^\n]+\n {2}- varve\.config\.ts: "databse" is unknown[^\n]+\n {2}- LOG_LEVEL is "chatty"[^\n]+\n$/)
  })

  it('is told as JSON with the mistakes as a list', async () => {
    const { exitCode, json } = await varve(['runs', '--json'], { directory: directoryWith(files) })
    expect(exitCode).toBe(1)
    expect(json).toMatchObject({ error: { code: 'V1002', exitCode: 1, context: { problems: [expect.any(String), expect.any(String)] } } })
  })

  it('names all environment variables that a pipeline misses', async () => {
    const config = `import { defineConfig, requireEnvironment, secret } from '@varve/core'
      export default defineConfig({ pipelines: { crm: async () => { requireEnvironment({ url: 'CRM_URL', token: secret('CRM_TOKEN') }); return undefined } } })`
    const { exitCode, stderr } = await varve(['run', 'crm'], { directory: directoryWith({ 'varve.config.ts': config }) })
    expect(exitCode).toBe(1)
    expect(stderr).toContain('Error V1002 varve.config.ts: pipelines.crm: 2 environment variables are missing: CRM_URL, CRM_TOKEN.')
  })
})

describe('an error', () => {
  it('shows where it came from when the log level is debug', async () => {
    const plain = await varve(['run', 'sales'])
    expect(plain.stderr).toBe('Error V1006 There is no pipeline "sales". The configuration has none: declare it under "pipelines" in varve.config.ts. Built in: tracktik, connectwise, otc.\n')
    for (const told of [await varve(['run', 'sales', '--log-level', 'debug']), await varve(['run', 'sales'], { environment: { LOG_LEVEL: 'debug' } })]) expect(told.stderr).toMatch(/\n {4}at .+find-pipeline/)
    expect((await varve(['run', 'sales', '--json', '--log-level', 'debug'])).json).toMatchObject({ error: { trace: expect.stringMatching(/find-pipeline/) as string } })
  })

  it('that nobody foresaw asks for a report, with exit code 70', async () => {
    const config = `import { defineConfig } from '@varve/core'
      export default defineConfig({ checks: [{ name: 'odd', severity: 'error', table: undefined, run: () => { throw new TypeError('x is undefined') } }] })`
    const { exitCode, stderr } = await varve(['check', '--db', database.url], { directory: directoryWith({ 'varve.config.ts': config }) })
    expect(exitCode).toBe(70)
    expect(stderr).toMatch(/^Error V9001 Internal error: x is undefined\. Please report it/)
  })
})

describe('a terminal', () => {
  const escape = String.fromCodePoint(27)
  const config = { 'varve.config.ts': crmConfig() }
  const colored = `${escape}[31mError${escape}[39m`

  it('has colours, and none with --no-color, NO_COLOR, or TERM=dumb', async () => {
    expect((await varve(['run', 'sales'], { isTTY: true })).stderr.startsWith(colored)).toBe(true)
    expect((await varve(['run', 'sales', '--no-color'], { isTTY: true })).stderr).not.toContain(escape)
    expect((await varve(['run', 'sales'], { isTTY: true, environment: { NO_COLOR: '1' } })).stderr).not.toContain(escape)
    expect((await varve(['run', 'sales'], { isTTY: true, environment: { TERM: 'dumb' } })).stderr).not.toContain(escape)
    expect((await varve(['run', 'sales'])).stderr).not.toContain(escape)
  })

  it('shows a bar for each step instead of log lines', async () => {
    const { exitCode, stdout, stderr } = await varve(['run', 'crm', '--db', database.url], { isTTY: true, directory: directoryWith(config), environment: { NO_COLOR: '1' } })
    expect(exitCode).toBe(0)
    expect(stderr).toMatch(/ {2}✔ people {2}crm\.people {2}3 rows {2}[\d,]+\/s {2}[\d.]+ s/)
    expect(stderr).toMatch(/ {2}✔ report {2}[\d.]+ s/)
    expect(stderr).not.toContain('batch opened')
    expect(stdout).not.toContain(escape)
  })

  it('gets log lines that people can read when more is asked for, above the bars', async () => {
    const { stderr } = await varve(['run', 'crm', '--db', database.url, '--log-level', 'info'], { isTTY: true, directory: directoryWith(config), environment: { NO_COLOR: '1' } })
    expect(stderr).toMatch(/\[\d\d:\d\d:\d\d\] INFO: batch opened \{/)
    expect(stderr).toContain('✔ people')
  })

  it.each([['--json'], ['--quiet']])('shows no progress with %s', async (option) => {
    expect(await varve(['run', 'crm', '--db', database.url, option], { isTTY: true, directory: directoryWith(config) })).toMatchObject({ exitCode: 0, stderr: '' })
  })
})

describe('the completion of bash', () => {
  const complete = async (line: string): Promise<string[]> => {
    const { stdout } = await varve(['completion', 'bash'])
    const words = line.split(' ')
    const script = `${stdout}\nCOMP_WORDS=(${words.map((word) => `'${word}'`).join(' ')}); COMP_CWORD=${words.length - 1}; _varve; printf '%s\\n' "\${COMPREPLY[@]}"`
    const { status, stdout: answer, stderr } = spawnSync('bash', ['-c', script], { encoding: 'utf8' })
    expect([status, stderr]).toEqual([0, ''])
    return answer.split('\n').filter((word) => word !== '')
  }

  it.each([
    ['varve ', [...commands, '--version', '--db', '--config', '--json', '--log-level', '--quiet', '--no-color', '--help']],
    ['varve mi', ['migrate']],
    ['varve runs --s', ['--status']],
    ['varve runs --status fa', ['failed']],
    ['varve --log-level debug run --onl', ['--only']],
    ['varve --log-level ', ['debug', 'info', 'warn', 'error', 'silent']],
    ['varve completion ', ['bash', 'zsh', 'fish', '--help', '--version', '--db', '--config', '--json', '--log-level', '--quiet', '--no-color']],
    ['varve run --db ', []],
  ])('completes "%s"', async (line, words) => {
    expect((await complete(line)).toSorted()).toEqual([...words].toSorted())
  })
})

describe('the completion of other shells', () => {
  it('of zsh names every command, option and choice', async () => {
    const { stdout } = await varve(['completion', 'zsh'])
    expect(stdout).toMatch(/^#compdef varve\n/)
    for (const text of ["'runs:list what ran, or show one run'", "'--status[those that stand so]:value:(running committed succeeded failed abandoned)'", "'--config[", ":value:_files'", "'1:word:(bash zsh fish)'"]) expect(stdout).toContain(text)
  })

  it('of fish names every command, option and choice', async () => {
    const { stdout } = await varve(['completion', 'fish'])
    for (const command of commands) expect(stdout).toContain(`complete -c varve -n __fish_use_subcommand -a ${command} -d '`)
    for (const text of [`complete -c varve -n '__fish_seen_subcommand_from runs' -l status -x -a 'running committed succeeded failed abandoned' -d`, 'complete -c varve -l config -r -F -d', `complete -c varve -n '__fish_seen_subcommand_from completion' -a 'bash zsh fish'`]) expect(stdout).toContain(text)
  })
})
