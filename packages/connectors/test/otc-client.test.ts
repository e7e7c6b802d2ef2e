import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import { failureKind } from '../src/http/source-failure.js'
import { OtcClient } from '../src/otc/otc-client.js'
import { otcSettings } from '../src/otc/otc-settings.js'
import { otcViews, type OtcView } from '../src/otc/otc-view.js'
import type { FaultScript } from '../src/simulator/fault-script.js'
import { collect } from './collect.ts'
import { RecordingLogger } from './recording-logger.ts'
import { politeClient, startDesk } from './service-desk.ts'

type FaultAt = FaultScript['faults'][number]
const failed = (work: Promise<unknown>) => work.then(() => expect.unreachable('it should have failed'), (error: unknown) => error as Error & { code: string; exitCode: number; isRetryable: boolean })
const instead = (body: unknown, status = 200): FaultAt => ({ at: { every: 1 }, fault: 'instead', status, body: typeof body === 'string' ? body : JSON.stringify(body) })
const secondsAt = (requests: { readonly entries: readonly { readonly at: number }[] }) => requests.entries.map(({ at }) => (at - Date.parse('2026-01-20T00:00:00Z')) / 1000)

describe('the rows of a view', () => {
  it.each(otcViews)('come one by one as they were written: %s', async (view) => {
    await using simulator = await startDesk()
    const rows = await collect(politeClient(simulator).rows(view))
    expect(rows).toEqual([...simulator.world.rows(view)])
    expect(rows.length).toBeGreaterThan(50)
    expect(simulator.requests.entries).toMatchObject([{ method: 'GET', path: '/OTC/Data/View/data', query: { id: simulator.environment[`OTC_${view.toUpperCase()}_VIEW`] }, status: 200 }])
  })

  it('are read from each of the three shapes, and both families of names come through in one batch', async () => {
    await using simulator = await startDesk()
    const shapes = await Promise.all(
      otcViews.map(async (view) => {
        const { OTC_USERNAME: name, OTC_PASSWORD: password, [`OTC_${view.toUpperCase()}_VIEW`]: id } = simulator.environment
        const response = await fetch(`${simulator.url}/OTC/Data/View/data?id=${id}`, { headers: { authorization: `Basic ${Buffer.from(`${name}:${password}`).toString('base64')}` } })
        return (await response.text()).slice(0, 20).split('{"T')[0]?.split('{"C')[0]
      }),
    )
    expect(shapes).toEqual(['{"message":{"data":[', '{"data":[', '['])
    const comments = await collect(politeClient(simulator).rows('comments'))
    expect([comments.filter((row) => 'CT-COMMENT-ID' in row).length, comments.filter((row) => 'TKTCT-CommentID' in row).length]).toEqual([40, 60])
  })

  it('are none of a view that is empty, whatever its shape', async () => {
    await using simulator = await startDesk({ scale: { tickets: 0, timesheets: 0, duplicates: 0, comments: 0 } })
    const desk = politeClient(simulator)
    for (const view of otcViews) expect(await collect(desk.rows(view))).toEqual([])
  })

  it('are taken no faster than wanted, and what is left of them goes away with who stops', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'varve-otc-'))
    const before = process.env['TMPDIR']
    process.env['TMPDIR'] = directory
    try {
      await using simulator = await startDesk({ scale: { tickets: 10, timesheets: 5000, duplicates: 0, comments: 10 } })
      for await (const _row of politeClient(simulator).rows('timesheets')) {
        expect(readdirSync(directory)).toHaveLength(1)
        break
      }
      expect(readdirSync(directory)).toEqual([])
      expect(simulator.requests.entries).toHaveLength(1)
    } finally {
      if (before === undefined) delete process.env['TMPDIR']
      else process.env['TMPDIR'] = before
      rmSync(directory, { recursive: true })
    }
  })
})

describe('a view that meets a passing trouble', () => {
  it.each<[string, FaultAt[], number[]]>([
    ['three failures, ten seconds apart, then twenty, then forty', [{ at: { every: 1, times: 3 }, fault: 'error', status: 503 }], [0, 10, 30, 70]],
    ['a throttling that says how long', [{ at: 1, fault: 'throttle', retryAfterSeconds: 90 }], [0, 90]],
    ['a throttling that does not', [{ at: 1, fault: 'throttle', form: 'none' }], [0, 60]],
    ['a dropped connection', [{ at: 1, fault: 'drop' }], [0, 10]],
    ['a body with fewer bytes than announced', [{ at: 1, fault: 'truncate', framing: 'broken' }], [0, 10]],
    ['JSON that ends in the middle of a row', [{ at: 1, fault: 'truncate', framing: 'whole' }], [0, 10]],
    ['a body that takes longer than two minutes', [{ at: 1, fault: 'slow', seconds: 130 }], [0, 130]],
    ['a page of HTML', [{ at: 1, fault: 'instead', body: '<html><body>Please come back later</body></html>' }], [0, 10]],
  ])('is whole all the same after %s', async (_, faults, expected) => {
    await using simulator = await startDesk({ faults: { faults } })
    const rows = await collect(politeClient(simulator).rows('tickets'))
    expect(rows).toEqual([...simulator.world.rows('tickets')])
    expect(secondsAt(simulator.requests)).toEqual(expected)
  })

  it('is waited for when the answer is slow, and in time', async () => {
    await using simulator = await startDesk({ answerSeconds: 100 })
    expect(await collect(politeClient(simulator).rows('timesheets'))).toHaveLength(300)
    expect(simulator.requests.entries).toHaveLength(1)
  })

  it.each<[string, FaultAt, string]>([
    ['breaks off each time', { at: { every: 1 }, fault: 'truncate', framing: 'broken' }, 'broke off in the middle of its answer'],
    ['ends in the middle each time', { at: { every: 1 }, fault: 'truncate', framing: 'whole' }, 'answered no whole JSON (attempt 4 of 4)'],
    ['is HTML each time', instead('<html><body>Please come back later</body></html>'), 'answered no JSON, but "Please come back later" (attempt 4 of 4)'],
    ['is nothing each time', instead(''), 'answered no whole JSON (attempt 4 of 4)'],
  ])('gives no row when its body %s', async (_, fault, text) => {
    await using simulator = await startDesk({ faults: { faults: [fault] } })
    let rows = 0
    const error = await failed((async () => {
      for await (const _row of politeClient(simulator).rows('comments')) rows++
    })())
    expect([rows, error.code, error.exitCode, error.isRetryable]).toEqual([0, 'V3010', 3, true])
    expect(error.message).toContain(text)
    expect(simulator.requests.entries).toHaveLength(4)
  })
})

describe('a view that is refused', () => {
  it.each([
    [401, 'V3002', 'OTC_USERNAME and OTC_PASSWORD must belong together'],
    [403, 'V3003', 'the account may not read this view'],
    [404, 'V3010', 'there is no such view, or OTC_URL is not the address in front of /OTC/Data/View/data'],
    [400, 'V3010', 'The request itself is wrong for this source'],
  ])('with %s is asked for once', async (status, code, text) => {
    await using simulator = await startDesk({ faults: { faults: [{ at: { every: 1 }, fault: 'error', status }] } })
    const error = await failed(collect(politeClient(simulator).rows('tickets')))
    expect([error.code, error.isRetryable]).toEqual([code, false])
    expect(error.message).toContain(text)
    expect(simulator.requests.entries).toHaveLength(1)
  })

  it.each<[string, unknown, string]>([
    ['an error in the body', { error: 'Session expired' }, 'OTC: the view "tickets": The answer has no list of rows: it is {"error":"Session expired"}. Expected is a list at "message.data", or at "data", or at the top.'],
    ['a message that is a text', { message: 'Unknown view' }, 'it is {"message":"Unknown view"}'],
    ['no data', { message: { data: null, error: 'timeout' } }, 'it is {"message":{"data":null,"error":"timeout"}}'],
    ['an object of rows', { data: { 1: { 'TKT-Ticket ID': 1 } } }, 'it is {"data":{"1":{"TKT-Ticket ID":1}}}'],
    ['rows at another place', { rows: [{ 'TKT-Ticket ID': 1 }] }, 'it is {"rows":[{"TKT-Ticket ID":1}]}'],
    ['rows that are no objects', { data: [{ 'TKT-Ticket ID': 1 }, ['TKT-Ticket ID', 2]] }, 'OTC: row 2 of the view "tickets" is ["TKT-Ticket ID",2], where an object of columns is expected.'],
  ])('since it is %s, says so and is not asked for again', async (_, body, text) => {
    await using simulator = await startDesk({ faults: { faults: [instead(body)] } })
    const error = await failed(collect(politeClient(simulator).rows('tickets')))
    expect([error.code, error.isRetryable]).toEqual(['V3010', false])
    expect(error.message).toContain(text)
    expect(simulator.requests.entries).toHaveLength(1)
  })

  it('with wrong credentials shows none of them', async () => {
    await using simulator = await startDesk()
    const log = new RecordingLogger()
    const settings = otcSettings({ ...simulator.environment, OTC_PASSWORD: 'tell-nobody-4711' })
    const error = await failed(collect(new OtcClient(settings, { clock: simulator.clock, log }).rows('tickets')))
    expect(error.message).toBe(`[V3002] OTC: GET /OTC/Data/View/data?id=${settings.views.tickets} answered 401: Unauthorized; OTC_USERNAME and OTC_PASSWORD must belong together. Check the credentials; they are not tried again.`)
    expect(inspect([log.lines, error, error.cause, settings], { depth: 20 })).not.toMatch(/tell-nobody|dmFydmU/)
  })
})

describe('the manners', () => {
  it('leave half a minute between two views, counted from the answer', async () => {
    await using simulator = await startDesk({ answerSeconds: 7 })
    const desk = politeClient(simulator)
    for (const view of otcViews) await collect(desk.rows(view))
    expect(secondsAt(simulator.requests)).toEqual([0, 37, 74])
  })

  it('do not wait for what a slow reader let pass already', async () => {
    await using simulator = await startDesk()
    const desk = politeClient(simulator)
    for await (const _row of desk.rows('tickets')) await simulator.clock.sleep(1000)
    await collect(desk.rows('comments'))
    expect(secondsAt(simulator.requests)).toEqual([0, 60])
  })

  it('leave five seconds between two calls for the same view', async () => {
    await using simulator = await startDesk()
    const desk = politeClient(simulator)
    for (let call = 0; call < 3; call++) await collect(desk.rows('tickets'))
    expect(secondsAt(simulator.requests)).toEqual([0, 5, 10])
  })

  it('make a hundred calls in any hour, and no more', async () => {
    await using simulator = await startDesk({ scale: { tickets: 1, timesheets: 4, duplicates: 0, comments: 1 } })
    const desk = politeClient(simulator)
    for (let call = 0; call < 102; call++) await collect(desk.rows('comments'))
    const times = secondsAt(simulator.requests)
    expect(times[99]).toBe(495)
    expect(times[100]).toBeGreaterThan(3600)
    expect(simulator.requests.entries.every(({ status }) => status === 200)).toBe(true)
  })

  it('hold for calls that are made at once', async () => {
    await using simulator = await startDesk()
    const desk = politeClient(simulator)
    await Promise.all([collect(desk.rows('tickets')), collect(desk.rows('tickets')), collect(desk.rows('tickets'))])
    expect(secondsAt(simulator.requests)).toEqual([0, 5, 10])
    await Promise.all(otcViews.map((view) => collect(desk.rows(view))))
    expect(secondsAt(simulator.requests).slice(3)).toEqual([15, 45, 75])
  })

  it('are what the environment says', async () => {
    await using simulator = await startDesk({ faults: { faults: [{ at: { every: 1 }, fault: 'error' }] } })
    const desk = new OtcClient(otcSettings({ ...simulator.environment, OTC_RETRIES: '4', OTC_FIRST_DELAY_SECONDS: '20', OTC_LONGEST_DELAY_SECONDS: '70' }), { clock: simulator.clock })
    await failed(collect(desk.rows('tickets')))
    expect(secondsAt(simulator.requests)).toEqual([0, 20, 60, 130, 200])
  })
})

describe('the circuit', () => {
  const broken = (from: number, times: number): FaultAt => ({ at: { from, every: 1, times }, fault: 'error' })
  const ask = (desk: OtcClient, view: OtcView = 'tickets') => collect(desk.rows(view)).then(() => 'came', (error: unknown) => failureKind(error))

  it('opens when three views failed with all their retries, and then nothing is asked for', async () => {
    await using simulator = await startDesk({ faults: { faults: [broken(1, 100)] } })
    const desk = politeClient(simulator)
    expect([await ask(desk, 'tickets'), await ask(desk, 'timesheets'), await ask(desk, 'comments')]).toEqual(['server', 'server', 'server'])
    expect(simulator.requests.entries).toHaveLength(12)
    const error = await failed(collect(desk.rows('comments')))
    expect(error.message).toBe('[V3010] OTC: the view "comments" was not asked for, as 3 views failed in a row; the source is left alone for 600000 ms more. The source failed several times in a row and is left alone for a while: run it again later.')
    expect(simulator.requests.entries).toHaveLength(12)
  })

  it('closes after two good views, and opens again at once when one fails before', async () => {
    await using simulator = await startDesk({ faults: { faults: [broken(1, 12), broken(14, 4), broken(20, 4)] } })
    const desk = politeClient(simulator)
    for (let view = 0; view < 3; view++) await ask(desk)
    await simulator.clock.sleep(600_000)
    expect([await ask(desk), await ask(desk), await ask(desk)]).toEqual(['came', 'server', 'circuit-open'])
    await simulator.clock.sleep(600_000)
    expect([await ask(desk), await ask(desk), await ask(desk), await ask(desk)]).toEqual(['came', 'came', 'server', 'came'])
  })

  it('stays closed for what is refused or throttled, since the source works then', async () => {
    await using simulator = await startDesk({ faults: { faults: [{ at: { every: 1, times: 2 }, fault: 'error', status: 404 }, { at: { from: 3, every: 1, times: 8 }, fault: 'throttle', retryAfterSeconds: 60 }] } })
    const desk = politeClient(simulator)
    expect([await ask(desk), await ask(desk), await ask(desk), await ask(desk), await ask(desk)]).toEqual(['refused', 'refused', 'throttled', 'throttled', 'came'])
  })
})

it('an interruption ends the wait between two views', async () => {
  await using simulator = await startDesk()
  const interruption = new AbortController()
  const log = new RecordingLogger()
  log.debug = (_fields, message) => message === 'waiting between two views' && interruption.abort()
  const desk = politeClient(simulator, { signal: interruption.signal, log })
  await collect(desk.rows('tickets'))
  expect(await failed(collect(desk.rows('comments')))).toMatchObject({ code: 'V5001', exitCode: 130 })
  expect(simulator.requests.entries).toHaveLength(1)
})
