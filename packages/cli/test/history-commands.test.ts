import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openEngine } from '@varve/core'
import { guards } from '@varve/scd2'
import { createDatabase, engineNames, type TestDatabase } from '../../../test-support/engines.ts'
import { guardNames } from '../src/command/guard-names.ts'
import { namedInstant } from '../src/dimension/named-instant.ts'
import { directoryWith, startVarve, varve, type Place } from './varve.ts'

const customer = { table: 'dim_customer', columns: { id: 'integer', name: 'text', price: 'decimal(10,2)', seen_at: 'timestamp', tags: 'json' }, key: ['id'], overwrite: ['tags'], deletes: 'close' }
const files = (more: Record<string, string> = {}) => ({ 'customers.json': JSON.stringify(customer), ...more })
const anId = expect.stringMatching(/^[0-9a-f-]{36}$/) as string
const none = { read: 0, rejected: 0, duplicate: 0, unchanged: 0, new: 0, changed: 0, overwritten: 0, closed: 0, absent: 0, reopened: 0, late: 0 }

describe.each(engineNames)('the commands of history (%s)', (engineName) => {
  let database: TestDatabase
  beforeAll(async () => void (database = await createDatabase(engineName)))
  afterAll(() => database.drop())
  const on = (argv: string[], place: Place = {}) => varve([...argv, '--db', database.url, '--log-level', 'silent'], { directory: directoryWith(files()), ...place })

  it('load creates what is missing, tells what became of the rows, and does nothing the second time', async () => {
    const directory = directoryWith(files({ 'first.csv': 'id,name,price,seen_at,tags\r\n1,Ada,10.5,2025-01-01T10:00:00.123456+02:00,"{""a"":1}"\r\n2,"Bo, B",20,,\r\nnone,,,,\r\n' }))
    const load = ['load', 'customers.json', 'first.csv', '--at', '2025-01-31', '--complete', '--json']
    expect((await on(load, { directory })).json).toEqual({
      batchId: anId, at: '2025-01-31', complete: true, counts: { ...none, read: 3, rejected: 1, new: 2 }, findings: [],
      timings: { stageMs: expect.any(Number) as number, mergeMs: expect.any(Number) as number, totalMs: expect.any(Number) as number },
    })
    expect((await on(load, { directory })).json).toMatchObject({ counts: { ...none, read: 3, rejected: 1, unchanged: 2 } })
  })

  it('load --dry-run tells what it would do, column by column, and changes nothing', async () => {
    const stdin = ['{"id":1,"name":"Ada","price":"11.00","tags":{"a":2}}\n', '{"id":2,"_op":"delete"}\n{"id":3,"name":null}\n']
    const argv = ['load', 'customers.json', '-', '--format', 'ndjson', '--at', '2025-02-28T00:00:00.000001Z']
    const { exitCode, stdout } = await on([...argv, '--dry-run'], { stdin })
    expect(exitCode).toBe(0)
    expect(stdout).toContain('dim_customer: this load of 2025-02-28T00:00:00.000001Z would come to\n\n  read  new  changed  closed\n     3    1        1       1\n')
    expect(stdout).toContain('  changed id=1\n    ended 2025-01-31T00:00:00Z … 2025-02-28T00:00:00.000001Z\n    opened 2025-02-28T00:00:00.000001Z …   price 10.50 → 11.00')
    expect(stdout).toMatch(/Nothing was changed\.\n$/)
    expect((await on(['history', 'customers.json', '--json'])).json).toHaveLength(2)
    expect((await on([...argv, '--dry-run', '--json'], { stdin })).json).toMatchObject({ dryRun: true, counts: { changed: 1, closed: 1, new: 1 }, sample: expect.any(Array) as unknown[], rejected: [] })
    expect((await on([...argv, '--json'], { stdin })).json).toMatchObject({ counts: { ...none, read: 3, new: 1, changed: 1, closed: 1 } })
  })

  const versions = [
    { id: 1, name: 'Ada', price: '10.50', seen_at: '2025-01-01T08:00:00.123456Z', tags: { a: 1 }, validFrom: '2025-01-31T00:00:00Z', validTo: '2025-02-28T00:00:00.000001Z', current: false },
    { id: 1, name: 'Ada', price: '11.00', seen_at: null, tags: { a: 2 }, validFrom: '2025-02-28T00:00:00.000001Z', validTo: null, current: true },
    { id: 2, name: 'Bo, B', price: '20.00', seen_at: null, tags: null, validFrom: '2025-01-31T00:00:00Z', validTo: '2025-02-28T00:00:00.000001Z', current: false },
    { id: 3, name: null, price: null, seen_at: null, tags: null, validFrom: '2025-02-28T00:00:00.000001Z', validTo: null, current: true },
  ]

  it('history prints every version, in each form', async () => {
    expect((await on(['history', 'customers.json', '--json'])).json).toEqual(versions)
    expect((await on(['history', 'customers.json', '--format', 'ndjson'])).stdout.trimEnd().split('\n').map((line) => JSON.parse(line) as unknown)).toEqual(versions)
    expect((await on(['history', 'customers.json', '--format', 'csv'])).stdout).toBe(
      ['id,name,price,seen_at,tags,validFrom,validTo,current', '"1","Ada","10.50","2025-01-01T08:00:00.123456Z","{""a"":1}","2025-01-31T00:00:00Z","2025-02-28T00:00:00.000001Z","false"', '"1","Ada","11.00",,"{""a"":2}","2025-02-28T00:00:00.000001Z",,"true"', '"2","Bo, B","20.00",,,"2025-01-31T00:00:00Z","2025-02-28T00:00:00.000001Z","false"', '"3",,,,,"2025-02-28T00:00:00.000001Z",,"true"', ''].join('\n'),
    )
    expect((await on(['history', 'customers.json'])).stdout).toMatch(/^ {2}id +name +price +seen_at +tags +validFrom +validTo +current\n {2}1 +Ada +10\.50 +2025-01-01T08:00:00\.123456Z +\{"a":1\} /)
  })

  it('history prints one instant, one member, or both', async () => {
    expect((await on(['history', 'customers.json', '--json', '--as-of', '2025-02-28'])).json).toEqual([versions[0], versions[2]])
    expect((await on(['history', 'customers.json', '--json', '--key', 'id=1'])).json).toEqual([versions[0], versions[1]])
    expect((await on(['history', 'customers.json', '--json', '--key', 'id=1', '--as-of', '2025-03-01T01:00:00+01:00'])).json).toEqual([versions[1]])
    expect((await on(['history', 'customers.json', '--json', '--key', 'id=99'])).json).toEqual([])
    expect((await on(['history', 'customers.json', '--key', 'id=99'])).stdout).toBe('There is nothing.\n')
  })

  it('diff tells who appeared, left and changed', async () => {
    const between = ['diff', 'customers.json', '--from', '2025-02-01', '--to', '2025-03-01']
    expect((await on([...between, '--json'])).json).toMatchObject([
      { kind: 'changed', key: { id: 1 }, before: { price: '10.50' }, after: { price: '11.00' }, columns: { price: { before: '10.50', after: '11.00' }, tags: { before: { a: 1 }, after: { a: 2 } } } },
      { kind: 'left', key: { id: 2 }, before: { name: 'Bo, B' } },
      { kind: 'appeared', key: { id: 3 }, after: { name: null } },
    ])
    expect((await on([...between, '--format', 'csv'])).stdout).toBe('kind,id,column,before,after\n"changed","1","price","10.50","11.00"\n"changed","1","seen_at","2025-01-01T08:00:00.123456Z",\n"changed","1","tags","{""a"":1}","{""a"":2}"\n"left","2",,,\n"appeared","3",,,\n')
  })

  it('verify finds all well, and then damage', async () => {
    expect(await on(['verify', 'customers.json'])).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/^dim_customer: sound; \d+ rules tried\.\n$/) as string })
    await using engine = await openEngine(database.url)
    await engine.query(sql`update dim_customer set valid_from = '2025-01-30' where id = 1 and is_current`)
    await engine.close()
    expect((await on(['verify', 'customers.json', '--json'])).json).toMatchObject({ exitCode: 2, isSound: false, findings: expect.arrayContaining([expect.objectContaining({ samples: expect.arrayContaining([expect.objectContaining({ key: { id: 1 } })]) as unknown })]) as unknown })
    expect(await on(['verify', 'customers.json'])).toMatchObject({ exitCode: 2, stdout: expect.stringContaining('id=1') as string })
  })

  it('replay loads dated files in the order of their instants, and nothing the second time', async () => {
    const directory = directoryWith({ 'sites.json': JSON.stringify({ table: 'dim_site', columns: { id: 'integer', name: 'text' }, key: ['id'], deletes: 'close' }) })
    mkdirSync(join(directory, 'days'))
    for (const [name, text] of [['2025-01-10.csv', 'id,name\n1,Yard\n'], ['2025-01-09.csv', 'id,name\n1,Depot\n2,Dock\n'], ['2025-01-10T12-30-00Z.csv', 'id,name\n1,Yard\n3,Pier\n']] as const) writeFileSync(join(directory, 'days', name), text)
    const replay = ['replay', 'sites.json', 'days', '--complete']
    expect((await on([...replay, '--dry-run'], { directory })).stdout).toBe('These would be loaded, in this order:\n  2025-01-09T00:00:00Z  days/2025-01-09.csv\n  2025-01-10T00:00:00Z  days/2025-01-10.csv\n  2025-01-10T12:30:00Z  days/2025-01-10T12-30-00Z.csv\n')
    expect((await on([...replay, '--json'], { directory })).json).toMatchObject({ complete: true, inOneGo: 3, loads: [{ file: 'days/2025-01-09.csv', at: '2025-01-09T00:00:00Z', batchId: anId, counts: { new: 2 } }, { counts: { changed: 1, closed: 1 } }, { counts: { unchanged: 1, new: 1 } }] })
    expect((await on(['history', 'sites.json', '--format', 'ndjson'], { directory })).stdout.trimEnd().split('\n').map((line) => Object.values(JSON.parse(line) as object).join(' '))).toEqual(['1 Depot 2025-01-09T00:00:00Z 2025-01-10T00:00:00Z false', '1 Yard 2025-01-10T00:00:00Z  true', '2 Dock 2025-01-09T00:00:00Z 2025-01-10T00:00:00Z false', '3 Pier 2025-01-10T12:30:00Z  true'])
    const again = await on([...replay, '--json'], { directory })
    expect(again.json).toMatchObject({ inOneGo: 0, loads: [{ counts: { ...none, read: 2, unchanged: 2 } }, { counts: { ...none, read: 1, unchanged: 1 } }, { counts: { ...none, read: 2, unchanged: 2 } }] })
  })
})

describe('the commands of history', () => {
  let database: TestDatabase
  beforeAll(async () => void (database = await createDatabase('postgres')))
  afterAll(() => database.drop())
  const on = (argv: string[], directory: string, place: Place = {}) => varve([...argv, '--db', database.url, '--log-level', 'silent'], { directory, ...place })
  const many = `id\n${Array.from({ length: 20 }, (_, id) => id).join('\n')}\n`

  it('a guard refuses with exit code 2, and lets a load pass by its name', async () => {
    const directory = directoryWith({ 'd.json': JSON.stringify({ table: 'dim_guarded', columns: { id: 'integer' }, key: ['id'], deletes: 'close' }), 'all.csv': many, 'few.csv': 'id\n1\n', 'none.csv': 'id\n', 'empty.csv': '' })
    await on(['load', 'd.json', 'all.csv', '--at', '2025-01-01', '--complete'], directory)
    for (const [file, guard] of [['few.csv', 'mass-close'], ['none.csv', 'empty']]) {
      const told = await on(['load', 'd.json', file ?? '', '--at', '2025-02-01', '--complete'], directory)
      expect(told).toMatchObject({ exitCode: 2, stdout: '', stderr: expect.stringContaining(`allow "${guard}"`) as string })
    }
    expect(await on(['load', 'd.json', 'few.csv', '--at', '2024-01-01', '--complete'], directory)).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('allow "older"') as string })
    expect((await on(['load', 'd.json', 'few.csv', '--at', '2025-02-01', '--complete', '--allow', 'mass-close', '--json'], directory)).json).toMatchObject({ counts: { closed: 19, absent: 19, unchanged: 1 } })
    expect(await on(['load', 'd.json', 'empty.csv'], directory)).toMatchObject({ exitCode: 2, stdout: '' })
    expect(await on(['load', 'd.json', 'all.csv', '--allow', 'everything'], directory)).toMatchObject({ exitCode: 1 })
  })

  it('late events, deletes and corrections by a sequence give the history of their instants', async () => {
    const directory = directoryWith({ 'd.json': JSON.stringify({ table: 'dim_timed', columns: { id: 'text', tier: 'text', at: 'timestamp' }, key: ['id'], sequence: 'at', deletes: 'close' }), 'late.ndjson': '{"id":"a","tier":"silver","at":"2025-02-01"}\n{"id":"a","_op":"delete","at":"2025-04-01"}\n', 'first.ndjson': '{"id":"a","tier":"gold","at":"2025-01-01"}\n{"id":"a","tier":"iron","at":"2025-03-01"}\n' })
    await on(['load', 'd.json', 'first.ndjson', '--at', '2025-05-01'], directory)
    expect((await on(['load', 'd.json', 'late.ndjson', '--at', '2025-05-02', '--json'], directory)).json).toMatchObject({ counts: { changed: 1, closed: 1, late: 1 } })
    expect(((await on(['history', 'd.json', '--json'], directory)).json as { tier: string; validFrom: string; validTo: string }[]).map(({ tier, validFrom, validTo }) => `${tier} ${validFrom.slice(5, 10)} ${validTo.slice(5, 10)}`)).toEqual(['gold 01-01 02-01', 'silver 02-01 03-01', 'iron 03-01 04-01'])
  })

  it('a key of several columns may have commas and equals signs in its values', async () => {
    const directory = directoryWith({ 'd.json': JSON.stringify({ table: 'dim_compound', columns: { one: 'text', other: 'text', v: 'integer' }, key: ['one', 'other'] }), 'rows.csv': 'one,other,v\n"a,b","c=d",1\na,"b,c",2\n' })
    await on(['load', 'd.json', 'rows.csv'], directory)
    const found = async (...key: string[]) => ((await on(['history', 'd.json', '--json', '--key', ...key], directory)).json as { v: number }[]).map(({ v }) => v)
    expect(await found('one=a,b,other=c=d')).toEqual([1])
    expect(await found('one=a', 'other=b,c')).toEqual([2])
    writeFileSync(join(directory, 'hard.csv'), 'one,other,v\n"x,other=y","one=z,other=",3\n')
    await on(['load', 'd.json', 'hard.csv'], directory)
    expect(await found('one=x,other=y', 'other=one=z,other=')).toEqual([3])
    expect(await found('other=one=z,other=', 'one=x,other=y')).toEqual([3])
    expect(await on(['history', 'd.json', '--key', 'one=a'], directory)).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('needs a value of "other"') as string })
    expect(await on(['history', 'd.json', '--key', 'two=a'], directory)).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('"two=a" names no column of the key. The key of dim_compound is given as one=…,other=….') as string })
  })

  it('bytes are printed as load reads them, in every form', async () => {
    const directory = directoryWith({ 'd.json': JSON.stringify({ table: 'dim_bytes', columns: { id: 'integer', body: 'binary' }, key: ['id'] }), 'rows.ndjson': '{"id":1,"body":"\\\\xdeadbeef"}\n' })
    expect((await on(['load', 'd.json', 'rows.ndjson', '--dry-run', '--json'], directory)).json).toMatchObject({ sample: [{ versions: [{ columns: { body: { before: null, after: '\\xdeadbeef' } } }] }] })
    await on(['load', 'd.json', 'rows.ndjson', '--at', '2025-01-01'], directory)
    expect((await on(['history', 'd.json', '--json'], directory)).json).toMatchObject([{ id: 1, body: '\\xdeadbeef' }])
    expect((await on(['diff', 'd.json', '--from', '2024-01-01', '--to', '2025-01-01', '--json'], directory)).json).toMatchObject([{ kind: 'appeared', after: { body: '\\xdeadbeef' } }])
    expect((await on(['history', 'd.json'], directory)).stdout).toMatch(/ {2}1 +\\xdeadbeef +2025/)
    const csv = (await on(['history', 'd.json', '--format', 'csv'], directory)).stdout
    writeFileSync(join(directory, 'again.csv'), csv.replaceAll(/,[^,\n]*,[^,\n]*,[^,\n]*\n/g, '\n'))
    expect((await on(['load', 'd.json', 'again.csv', '--at', '2025-02-01', '--json'], directory)).json).toMatchObject({ counts: { read: 1, unchanged: 1 } })
  })

  it('what is refused before the first row is the one JSON value', async () => {
    const directory = directoryWith({ 'd.json': JSON.stringify({ table: 'dim_refused', columns: { id: 'integer', other: 'text' }, key: ['id', 'other'] }), 'rows.csv': 'id,other\n1,a\n' })
    await on(['load', 'd.json', 'rows.csv'], directory)
    expect(await on(['history', 'd.json', '--json', '--key', 'id=1'], directory)).toMatchObject({ exitCode: 1, json: { error: { code: 'V1009' } } })
    expect((await on(['history', 'd.json', '--json', '--key', 'id=2,other=a'], directory)).json).toEqual([])
    writeFileSync(join(directory, 'more.json'), JSON.stringify({ table: 'dim_refused', columns: { id: 'integer', other: 'text', later: 'text' }, key: ['id', 'other'] }))
    expect(await on(['diff', 'more.json', '--json', '--from', '2025-01-01', '--to', '2030-01-01'], directory)).toMatchObject({ exitCode: 3, json: { error: { code: 'V3013' } } })
  })

  it('a definition can be a module: a definition, or the class of a dimension', async () => {
    const directory = directoryWith({
      'definition.ts': `import { t, table } from '@varve/core'\nimport { dimensionDefinition } from '@varve/scd2'\nexport const sites: unknown = dimensionDefinition(table('dim_module', { id: t.integer().notNull(), name: t.text() }), { key: ['id'] })\n`,
      'class.mjs': `import { t, table } from '@varve/core'\nimport { scd2Dimension } from '@varve/scd2'\nexport default class extends scd2Dimension(table('dim_module', { id: t.integer().notNull(), name: t.text() }), { key: ['id'] }) {}\n`,
      'nothing.ts': 'export const nothing = 1\n', 'broken.ts': 'export const = 1\n', 'rows.csv': 'id,name\n1,Yard\n',
    })
    expect((await on(['load', 'definition.ts', 'rows.csv', '--json'], directory)).json).toMatchObject({ counts: { new: 1 } })
    expect((await on(['load', 'class.mjs', 'rows.csv', '--json'], directory)).json).toMatchObject({ counts: { unchanged: 1 } })
    expect(await on(['load', 'nothing.ts', 'rows.csv'], directory)).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('nothing.ts exports no definition') as string })
    expect(await on(['load', 'broken.ts', 'rows.csv'], directory)).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('broken.ts cannot be loaded') as string })
  })

  it.each([
    [['load', 'bad.json', 'rows.csv'], 'Error V1010 bad.json: The definition of dimension x has 3 mistakes:\n'],
    [['load', 'nix.json', 'rows.csv'], 'Error V1009 The definition "nix.json" does not exist.'],
    [['load', 'd.json', 'nix.csv'], 'Error V1009 "nix.csv" is not there.'],
    [['load', 'd.json', 'rows.txt'], 'Error V1009 How "rows.txt" is to be read cannot be told from its name. Say it: --format csv, or --format ndjson.'],
    [['load', 'd.json', 'rows.csv', '--at', 'nonsense'], 'Error V1009 The instant of a load "nonsense" is not an instant'],
    [['history', 'never.json'], 'Error V1009 There is no dimension dim_never in '],
    [['history', 'd.json', '--as-of', '2025-02-30'], 'Error V1009 '],
    [['replay', 'd.json', 'rows.csv'], 'Error V1009 The name of "rows.csv" tells no instant.'],
    [['replay', 'd.json', '2025-01-01.csv', 'b_2025-01-01.csv'], 'Error V1009 "2025-01-01.csv" and "b_2025-01-01.csv" are both of 2025-01-01T00:00:00Z.'],
    [['replay', 'd.json', '2025-13-01.csv'], 'Error V1009 The name of "2025-13-01.csv" tells no instant.'],
  ])('%j is refused before anything is done, and says what to do', async (argv, message) => {
    const directory = directoryWith({
      'bad.json': '{"table":"x","columns":{"id":"int"},"key":["no"],"overwrite":["id"],"bad":1}', 'd.json': JSON.stringify({ table: 'dim_refused', columns: { id: 'integer' }, key: ['id'] }), 'never.json': JSON.stringify({ table: 'dim_never', columns: { id: 'integer' }, key: ['id'] }),
      'rows.csv': 'id\n1\n', 'rows.txt': 'id\n1\n', '2025-01-01.csv': 'id\n1\n', 'b_2025-01-01.csv': 'id\n1\n', '2025-13-01.csv': 'id\n1\n',
    })
    if (argv[0] === 'history' && argv[1] === 'd.json') await on(['load', 'd.json', 'rows.csv'], directory)
    const { exitCode, stdout, stderr } = await on(argv, directory)
    expect([exitCode, stdout]).toEqual([1, ''])
    expect(stderr.startsWith(message) ? message : stderr).toBe(message)
  })

  it('a reader that has seen enough ends the command without a word', async () => {
    const directory = directoryWith({ 'd.json': JSON.stringify({ table: 'dim_long', columns: { id: 'integer', name: 'text' }, key: ['id'] }), 'rows.csv': `id,name\n${Array.from({ length: 30_000 }, (_, id) => `${id},a name that takes some room in the pipe`).join('\n')}\n` })
    await on(['load', 'd.json', 'rows.csv'], directory)
    const running = startVarve(['history', 'd.json', '--format', 'ndjson', '--db', database.url], { directory })
    running.process.stdout?.once('data', () => running.process.stdout?.destroy())
    expect(await running.ended).toMatchObject({ exitCode: 0, stderr: '' })
  })

  it('knows the guards of the library', () => {
    expect(guardNames).toEqual(guards)
  })

  it.each([
    ['2024-01-31.csv', '2024-01-31'],
    ['days/customers_2024-01-31T10-00-00Z.ndjson', '2024-01-31T10:00:00Z'],
    ['2024-01-31T10-00-00.123456Z.csv', '2024-01-31T10:00:00.123456Z'],
    ['2024-01-31 10:30.csv', '2024-01-31T10:30:00Z'],
    ['2024-01-31T10-00-00+02-00.csv', '2024-01-31T10:00:00+02:00'],
    ['2024-01-31T10:00:00-0530.csv', '2024-01-31T10:00:00-05:30'],
    ['2024-01-31T100000Z-part-2.csv', '2024-01-31T10:00:00Z'],
    ['2024-01-31T10-00-00.1234567Z.csv', '2024-01-31T10:00:00.1234567Z'],
    ['2024-01-31_0001.csv', '2024-01-31'],
    ['2024-01-31_12000.csv', '2024-01-31'],
    ['2024-01-31T10.csv', undefined],
    ['2024-01-31T1000000.csv', undefined],
    ['2024-01-31T10-00-05-00.csv', '2024-01-31T10:00:00-05:00'],
    ['2024-01-31_10-00-00-7.csv', undefined],
    ['2024-01-31_to_2024-02-29.csv', undefined],
    ['customers.csv', undefined],
    ['12024-01-311.csv', undefined],
  ])('the name %s tells %s', (name, instant) => {
    expect(namedInstant(name)).toBe(instant)
  })

  it.each([
    ['export_20240131.csv', 'export_(\\d{8})', '2024-01-31T00:00:00Z'],
    ['1_2024-01-31_2.csv', '\\d{4}-\\d\\d-\\d\\d', '2024-01-31T00:00:00Z'],
    ['x_2024-01-31T10:00:00+02:00.csv', 'x_(.*)\\.csv', '2024-01-31T08:00:00Z'],
    ['x_2024-01-31T10-00-00.123456-05-00.csv', 'x_(.*)\\.csv', '2024-01-31T15:00:00.123456Z'],
  ])('finds the instant in the name %s by %s', async (name, pattern, at) => {
    const directory = directoryWith({ 'd.json': JSON.stringify({ table: 'dim_named', columns: { id: 'integer' }, key: ['id'] }), [name]: 'id\n1\n' })
    expect((await on(['replay', 'd.json', name, '--at-from', pattern, '--dry-run', '--json'], directory)).json).toEqual({ dryRun: true, complete: false, loads: [{ file: name, at }] })
  })

  it('a replay that is refused half-way says what stays, and how to go on', async () => {
    const directory = directoryWith({ 'd.json': JSON.stringify({ table: 'dim_halfway', columns: { id: 'integer', v: 'text' }, key: ['id'], fixed: ['v'], deletes: 'close' }), '2025-01-01.csv': many, '2025-01-02.csv': 'id\n1\n', '2025-01-03.csv': many })
    const days = ['2025-01-01.csv', '2025-01-02.csv', '2025-01-03.csv']
    const told = await on(['replay', 'd.json', ...days, '--complete'], directory)
    expect(told).toMatchObject({ exitCode: 2, stdout: '' })
    expect(told.stderr).toMatch(/^Error V2006 Load 2025-01-02\.csv of the replay: .*allow "mass-close"\. The load before it is done and stays\. When this one is mended, run the replay again: what is loaded already changes nothing\.\n$/)
    expect((await on(['replay', 'd.json', ...days, '--complete', '--allow', 'mass-close', '--json'], directory)).json).toMatchObject({ inOneGo: 0, loads: [{ counts: { ...none, read: 20, unchanged: 20 } }, { counts: { closed: 19 } }, { counts: { reopened: 19 } }] })
  })
})
