import { existsSync } from 'node:fs'
import { beforeAll, describe, expect, it } from 'vitest'
import { ConnectwiseClient, connectwiseSettings, connectwiseTenants, OtcClient, otcSettings, otcViews, TracktikClient, tracktikSettings } from '@varve/connectors'
import { directoryWith, startVarve, varve } from './varve.ts'

beforeAll(() => {
  if (!existsSync(new URL('../dist/bin.js', import.meta.url))) throw new Error('These tests run the built command. Run "npm run build" first.')
})

async function started(argv: readonly string[], files?: Record<string, string>, source = 'tracktik') {
  const running = startVarve(['simulate', source, '--scale', '0.2', ...argv], { directory: directoryWith(files) })
  let stdout = ''
  running.process.stdout?.on('data', (text: string) => (stdout += text))
  await running.said('Ctrl-C ends it.')
  return { running, environment: Object.fromEntries(stdout.trim().split('\n').map((line) => line.split(/=(.*)/s).slice(0, 2))) as Record<string, string> } // two parts a line, as it splits them
}

describe('the built command', () => {
  it('prints the lines that point a client at it, answers, and ends with exit code 0 at Ctrl-C', async () => {
    const { running, environment } = await started(['--seed', 'mine'])
    expect(Object.keys(environment)).toEqual(['TRACKTIK_URL', 'TRACKTIK_CLIENT_ID', 'TRACKTIK_CLIENT_SECRET', 'TRACKTIK_USERNAME', 'TRACKTIK_PASSWORD'])
    expect(environment['TRACKTIK_URL']).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/)
    const client = new TracktikClient(tracktikSettings(environment))
    const names: (string | null)[] = []
    for await (const { customId } of client.regions()) names.push(customId)
    expect(names).toContain('HRB')
    expect(await client.serverTime()).toMatch(/^2025-03-10T00:/)
    running.process.kill('SIGINT')
    expect(await running.ended).toMatchObject({ exitCode: 0, signal: null })
  })

  it('lives on as fast as it is told, and goes wrong where the script says so', async () => {
    const { running, environment } = await started(['--speed', '86400', '--clock', '2025-03-20T00:00:00Z', '--faults', 'faults.json'], { 'faults.json': JSON.stringify({ faults: [{ at: 1, fault: 'error', status: 503 }] }) })
    expect((await fetch(`${environment['TRACKTIK_URL']}/rest/v1/regions`)).status).toBe(503)
    const client = new TracktikClient(tracktikSettings(environment))
    // Two days are two seconds: the world is asked until they have gone by.
    for (let now = ''; now < '2025-03-22'; ) now = await client.serverTime()
    running.process.kill('SIGTERM')
    expect((await running.ended).exitCode).toBe(0)
  })

  it('prints the settings of every tenant of ConnectWise, each with tickets of its own', async () => {
    const { running, environment } = await started(['--tenants', 'sitetechnology,north-pier'], undefined, 'connectwise')
    expect(connectwiseTenants(environment).map(({ tenant }) => tenant)).toEqual(['sitetechnology', 'north-pier'])
    const tenants = ['sitetechnology', 'north-pier'].map((tenant) => new ConnectwiseClient(connectwiseSettings(tenant, environment)))
    expect(await Promise.all(tenants.map((tenant) => tenant.count('tickets')))).toEqual([1000, 1000])
    const newest = await Promise.all(tenants.map(async (tenant) => (await tenant.orderedRows('tickets', { orderBy: 'id desc', limit: 1 }))[0]?.raw))
    expect(newest[0]).not.toEqual(newest[1])
    running.process.kill('SIGINT')
    expect((await running.ended).exitCode).toBe(0)
  })

  it('prints the settings of a service desk whose views are read without a pause', async () => {
    const { running, environment } = await started(['--seed', 'mine'], undefined, 'otc')
    const desk = new OtcClient(otcSettings(environment))
    const counts = { tickets: 0, timesheets: 0, comments: 0 }
    for (const view of otcViews) for await (const _row of desk.rows(view)) counts[view]++
    expect(counts).toEqual({ tickets: 80, timesheets: 600, comments: 300 })
    running.process.kill('SIGINT')
    expect((await running.ended).exitCode).toBe(0)
  })
})

describe('a fault script', () => {
  it.each([
    ['missing.json', /^Error V1006 --faults: "missing\.json" cannot be read \(ENOENT/],
    ['text.json', /^Error V1006 --faults: "text\.json" is no JSON \(/],
    ['wrong.json', /^Error V1002 The fault script is wrong: faults\[0\]/],
  ])('%s is refused with its reason and exit code 1', async (file, message) => {
    const directory = directoryWith({ 'text.json': 'drop it', 'wrong.json': '{ "faults": [{ "at": 1, "fault": "explode" }] }' })
    const told = await varve(['simulate', 'tracktik', '--faults', file], { directory })
    expect(told).toMatchObject({ exitCode: 1, stdout: '' })
    expect(told.stderr).toMatch(message)
  })

  it('is counted in the JSON, which has the environment whole', async () => {
    const stop = new AbortController()
    stop.abort(new DOMException('enough', 'AbortError'))
    const { exitCode, json } = await varve(['simulate', 'tracktik', '--json', '--scale', '0.2', '--faults', 'faults.json'], { directory: directoryWith({ 'faults.json': '{ "faults": [{ "at": 2, "fault": "drop" }] }' }), signal: stop.signal })
    expect(exitCode).toBe(0)
    expect(json).toMatchObject({ source: 'tracktik', seed: 'varve', scale: 0.2, speed: 1, faults: 1, clock: '2025-03-10T00:00:00.000Z', environment: { TRACKTIK_PASSWORD: 'password-of-varve' } })
  })
})
