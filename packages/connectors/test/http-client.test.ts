import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { apiKeyAuth, basicAuth, bearerAuth } from '../src/http/auth/fixed-auth.js'
import { HttpClient, type HttpClientOptions } from '../src/http/http-client.js'
import { wholeView } from '../src/http/paging/whole-view.js'
import { failureKind } from '../src/http/source-failure.js'
import type { FaultScript } from '../src/simulator/fault-script.js'
import type { SimulatedAnswer, SimulatedRequest } from '../src/simulator/loopback-server.js'
import { ok, startAnswering, type AnsweringServer } from './answering-server.ts'
import { collect } from './collect.ts'
import { RecordingLogger } from './recording-logger.ts'

const clientOf = (server: AnsweringServer, options: Partial<HttpClientOptions> = {}) => new HttpClient({ source: 'Source', baseUrl: server.url, clock: server.clock, random: () => 0, ...options })
const fine = () => ok({ rows: [1, 2, 3] })
const failed = (work: Promise<unknown>) => work.then(() => expect.unreachable('it should have failed'), (error: unknown) => error as Error & { code: string; exitCode: number; isRetryable: boolean })

describe('a request that meets a passing trouble', () => {
  it.each<[string, FaultScript['faults'][number], number]>([
    ['a throttling with seconds', { at: 1, fault: 'throttle', retryAfterSeconds: 7 }, 7000],
    ['a throttling with a date', { at: 1, fault: 'throttle', retryAfterSeconds: 9, form: 'date' }, 9000],
    ['a throttling with nothing', { at: 1, fault: 'throttle', form: 'none' }, 250],
    ['a 500', { at: 1, fault: 'error', status: 500 }, 250],
    ['a 503', { at: 1, fault: 'error', status: 503 }, 250],
    ['a 504 after half a minute', { at: 1, fault: 'gateway-timeout' }, 30_250],
    ['a dropped socket', { at: 1, fault: 'drop' }, 250],
    ['a body with fewer bytes than announced', { at: 1, fault: 'truncate', framing: 'broken' }, 250],
    ['JSON that ends in the middle', { at: 1, fault: 'truncate', framing: 'whole' }, 250],
    ['a body slower than the timeout', { at: 1, fault: 'slow', seconds: 100 }, 60_250],
  ])('is sent again after %s, when its time has come', async (_, fault, afterMs) => {
    await using server = await startAnswering(fine, { faults: [fault] })
    const start = server.clock.now()
    const { body } = await clientOf(server).json({ path: '/rows' })
    expect(body).toEqual({ rows: [1, 2, 3] })
    expect(server.requests.entries).toHaveLength(2)
    expect(server.clock.now() - start).toBe(afterMs)
  })

  it('waits for a slow body that is in time', async () => {
    await using server = await startAnswering(fine, { faults: [{ at: 1, fault: 'slow', seconds: 50 }] })
    expect((await clientOf(server).json({ path: '/rows' })).body).toEqual({ rows: [1, 2, 3] })
    expect(server.requests.entries).toHaveLength(1)
  })

  it('is given up after the last attempt, with what happened and what to do', async () => {
    await using server = await startAnswering(fine, { faults: [{ at: { every: 1 }, fault: 'error', status: 503 }] })
    const error = await failed(clientOf(server, { retry: { retries: 3 } }).json({ path: '/rows', query: { page: 2 } }))
    expect(error.message).toBe('[V3010] Source: GET /rows?page=2 answered 503: Injected failure (attempt 4 of 4). The source is in trouble: run it again later.')
    expect([error.code, error.exitCode, error.isRetryable]).toEqual(['V3010', 3, true])
    expect(server.requests.entries).toHaveLength(4)
  })

  it('is given up at once where the source asks for more patience than there is', async () => {
    await using server = await startAnswering(fine, { faults: [{ at: 1, fault: 'throttle', retryAfterSeconds: 7200 }] })
    const error = await failed(clientOf(server).json({ path: '/rows' }))
    expect(error.message).toContain('To wait 7200000 ms more, as the source asks, would go beyond the 300000 ms that one request may take.')
    expect(server.requests.entries).toHaveLength(1)
  })

  it('holds the other requests back while the source asks to be left alone', async () => {
    await using server = await startAnswering(fine, { faults: [{ at: 1, fault: 'throttle', retryAfterSeconds: 20 }] })
    const client = clientOf(server, { budget: { perMinute: 600, burst: 100 }, concurrency: 1 })
    const start = server.clock.now()
    await Promise.all([client.json({ path: '/a' }), client.json({ path: '/b' }), client.json({ path: '/c' })])
    expect(server.requests.entries.slice(2).every(({ at }) => at >= start + 20_000)).toBe(true)
  })
})

describe('a request that is refused', () => {
  it.each([
    [400, 'V3010', 'refused'],
    [403, 'V3003', 'forbidden'],
    [404, 'V3010', 'refused'],
    [409, 'V3010', 'refused'],
    [422, 'V3010', 'refused'],
    [401, 'V3002', 'unauthorized'],
    [501, 'V3010', 'refused'],
  ])('with %s is sent once', async (status, code, kind) => {
    await using server = await startAnswering(fine, { faults: [{ at: { every: 1 }, fault: 'error', status }] })
    const error = await failed(clientOf(server, { auth: bearerAuth('a-token-of-the-source') }).json({ path: '/rows' }))
    expect([error.code, failureKind(error), error.isRetryable]).toEqual([code, kind, false])
    expect(server.requests.entries).toHaveLength(1)
  })

  it('is not led elsewhere by a redirect', async () => {
    await using server = await startAnswering(() => ({ status: 302, body: '', headers: { location: 'http://127.0.0.1:1/' } }))
    const error = await failed(clientOf(server).json({ path: '/rows' }))
    expect(error.message).toContain('answered 302. Redirects are not followed')
  })

  it('says where nobody listens, after the last attempt', async () => {
    const server = await startAnswering(fine)
    await server.close()
    const error = await failed(clientOf(server, { retry: { retries: 2 } }).json({ path: '/rows' }))
    expect(error.message).toBe('[V3010] Source: GET /rows got no answer (ECONNREFUSED) (attempt 3 of 3). Check that the source is up and that its address is right; then run it again.')
  })

  it('is told in the words of a source that answers 200 for everything', async () => {
    let refusals = 0
    await using server = await startAnswering(() => ok(refusals++ === 0 ? { result: -205, message: 'Wrong region' } : { result: 0, data: [] }))
    const client = clientOf(server, {
      judge: ({ body }) => {
        const { result, message } = z.looseObject({ result: z.number().default(0), message: z.string().default('') }).parse(body)
        return result === 0 ? undefined : { kind: 'refused', text: `result ${result}, ${message}` }
      },
    })
    expect((await failed(client.json({ path: '/issues' }))).message).toContain('answered 200: result -205, Wrong region. The request itself is wrong')
    expect((await client.json({ path: '/issues' })).body).toEqual({ result: 0, data: [] })
  })
})

describe('an answer', () => {
  it('that does not fit the schema is refused with the place and what is there', async () => {
    await using server = await startAnswering(() => ok({ data: [{ id: 1 }, { id: 'two' }, { id: 3 }], meta: {} }))
    const error = await failed(clientOf(server).json({ path: '/rows', query: { limit: 5 } }, z.object({ data: z.array(z.object({ id: z.number() })), meta: z.object({ count: z.number() }) })))
    expect(error.message).toBe(
      '[V3010] Source: GET /rows?limit=5 answered something else than expected: data[1].id: Invalid input: expected number, received string (there is "two"); meta.count: Invalid input: expected number, received undefined (there is nothing). Nothing of it was used. The source has changed, or is not the one that was meant.',
    )
    expect(server.requests.entries).toHaveLength(1)
  })

  it('that is large arrives whole in a file, however often it broke off, and the file goes away', async () => {
    const rows = Array.from({ length: 5000 }, (_, id) => ({ id, text: 'x'.repeat(100) }))
    await using server = await startAnswering(() => ok({ message: { data: rows } }), { faults: [{ at: 1, fault: 'truncate', framing: 'whole' }, { at: 2, fault: 'truncate' }, { at: 3, fault: 'drop' }] })
    const client = clientOf(server)
    expect(await collect(wholeView(client, { path: '/view' }, ['message.data', 'data', '']))).toEqual(rows)
    expect(server.requests.entries).toHaveLength(4)
    const download = await client.download({ path: '/view' })
    expect(download.size).toBe(Buffer.byteLength(JSON.stringify({ message: { data: rows } })))
    await download[Symbol.asyncDispose]()
    await expect(collect(download.bytes())).rejects.toMatchObject({ code: 'ENOENT' })
  })
})

describe('a failing source', () => {
  it('is left alone after failures in a row, and trusted again after a good probe', async () => {
    let isWell = false
    await using server = await startAnswering(() => (isWell ? fine() : { status: 500, body: '' }))
    const client = clientOf(server, { retry: { retries: 0 }, breaker: { failures: 3, openMs: 600_000 } })
    for (let i = 0; i < 5; i++) await failed(client.json({ path: '/rows' }))
    expect(server.requests.entries).toHaveLength(3)
    expect((await failed(client.json({ path: '/rows' }))).message).toContain('was not sent, as the source failed repeatedly; it is left alone for 600000 ms more')
    isWell = true
    await server.clock.sleep(600_000)
    await client.json({ path: '/rows' })
    await client.json({ path: '/rows' })
    expect(server.requests.entries).toHaveLength(5)
  })

  it('is waited for while patience lasts', async () => {
    await using server = await startAnswering(fine, { faults: [{ at: { every: 1, times: 3 }, fault: 'error' }] })
    const client = clientOf(server, { breaker: { failures: 3, openMs: 60_000 } })
    const start = server.clock.now()
    expect((await client.json({ path: '/rows' })).body).toEqual({ rows: [1, 2, 3] })
    expect(server.requests.entries).toHaveLength(4)
    expect(server.clock.now() - start).toBeGreaterThan(60_000)
  })
})

describe('many requests at once', () => {
  it('are never more under way than asked for', async () => {
    let underWay = 0
    let most = 0
    await using server = await startAnswering(async () => {
      most = Math.max(most, ++underWay)
      await new Promise((resolve) => setImmediate(resolve))
      underWay--
      return fine()
    })
    const client = clientOf(server, { concurrency: 3 })
    await Promise.all(Array.from({ length: 20 }, () => client.json({ path: '/rows' })))
    expect(most).toBeLessThanOrEqual(3)
    expect(most).toBeGreaterThan(1)
  })

  it('stay within the budget by the source\'s own count, faults and retries included', async () => {
    await using server = await startAnswering(fine, { faults: [{ at: { every: 4 }, fault: 'error' }, { at: { from: 3, every: 7 }, fault: 'slow', seconds: 11 }, { at: { from: 2, every: 9 }, fault: 'drop' }] })
    const client = clientOf(server, { budget: { perMinute: 30, burst: 10 }, concurrency: 8, retry: { totalMs: 3_600_000 } })
    await Promise.all(Array.from({ length: 150 }, () => client.json({ path: '/rows' })))
    expect(server.requests.entries.length).toBeGreaterThan(190)
    expect(server.requests.maxPerMinute()).toBeLessThanOrEqual(30)
    expect(server.requests.maxPerMinute()).toBeGreaterThan(25)
  })
})

it('an interruption ends a request that waits, and says so', async () => {
  await using server = await startAnswering(fine, { faults: [{ at: 1, fault: 'throttle', retryAfterSeconds: 100 }] })
  const interruption = new AbortController()
  const log = new RecordingLogger()
  log.warn = () => interruption.abort()
  const error = await failed(clientOf(server, { signal: interruption.signal, log }).json({ path: '/rows' }))
  expect([error.code, error.exitCode]).toEqual(['V5001', 130])
  expect(server.requests.entries).toHaveLength(1)
})

it('an interruption ends a request that is under way', async () => {
  const interruption = new AbortController()
  await using server = await startAnswering(async ({ signal }) => {
    interruption.abort()
    await new Promise((resolve) => signal.addEventListener('abort', resolve))
    return fine()
  })
  expect(await failed(clientOf(server, { signal: interruption.signal }).json({ path: '/rows' }))).toMatchObject({ code: 'V5001' })
  expect(server.requests.entries).toHaveLength(1)
})

describe('credentials', () => {
  const seen = (requests: SimulatedRequest[]) => (request: SimulatedRequest): SimulatedAnswer => {
    requests.push(request)
    return request.path === '/echo' ? { status: 400, body: JSON.stringify({ error: `you sent ${Object.values(request.headers).join(' ')}` }) } : fine()
  }

  it.each([
    ['a bearer token', bearerAuth('tok-4711-abcdef'), 'authorization', 'Bearer tok-4711-abcdef'],
    ['name and password', basicAuth('acme+public', 'tok-4711-abcdef'), 'authorization', `Basic ${Buffer.from('acme+public:tok-4711-abcdef').toString('base64')}`],
    ['a key', apiKeyAuth('x-api-key', 'tok-4711-abcdef'), 'x-api-key', 'tok-4711-abcdef'],
  ])('go along as %s, and show up in no log and no error', async (_, auth, header, value) => {
    const requests: SimulatedRequest[] = []
    const log = new RecordingLogger()
    await using server = await startAnswering(seen(requests))
    const client = clientOf(server, { auth, log, headers: { clientid: 'a-public-id' } })
    await client.json({ path: '/rows', query: { token: 'tok-4711-abcdef' } })
    const error = await failed(client.json({ path: '/echo' }))
    expect(requests[0]?.headers[header]).toBe(value)
    expect(requests[0]?.headers['clientid']).toBe('a-public-id')
    const shown = inspect([log.lines, error, error.cause], { depth: 20 })
    expect(shown).not.toContain('tok-4711')
    expect(shown).not.toContain(value)
    expect(log.lines.map(({ fields }) => fields)).toMatchObject([
      { source: 'Source', request: 'GET /rows?token=[secret]', status: 200, attempt: 1 },
      { source: 'Source', request: 'GET /echo', status: 400, attempt: 1 },
    ])
  })
})
