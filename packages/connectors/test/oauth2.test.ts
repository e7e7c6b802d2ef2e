import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { FileTokenStore } from '../src/http/auth/file-token-store.js'
import { clientCredentialsGrant, passwordGrant, refreshTokenGrant, type Grant } from '../src/http/auth/grants.js'
import { oauth2Auth, type OAuth2Options } from '../src/http/auth/oauth2-auth.js'
import { MemoryTokenStore, type StoredToken } from '../src/http/auth/token-store.js'
import { HttpClient } from '../src/http/http-client.js'
import type { TracktikSimulator } from '../src/simulator/tracktik/start-tracktik-simulator.js'
import { startAnswering, ok } from './answering-server.ts'
import { collect } from './collect.ts'
import { allTime, clientOf, startPortal } from './portal.ts'
import { RecordingLogger } from './recording-logger.ts'

const failed = (work: Promise<unknown>) => work.then(() => expect.unreachable('it should have failed'), (error: unknown) => error as Error & { code: string; exitCode: number })
const regions = { path: '/rest/v1/regions' }

/** A client of the portal with the pieces in view. */
function httpOf(simulator: TracktikSimulator, options: Partial<OAuth2Options> = {}, log?: RecordingLogger): HttpClient {
  const { environment, clock } = simulator
  return new HttpClient({
    source: 'Portal',
    baseUrl: simulator.url,
    clock,
    random: () => 0,
    log,
    auth: oauth2Auth({ tokenPath: '/rest/oauth2/access_token', clientId: environment['TRACKTIK_CLIENT_ID'] ?? '', clientSecret: environment['TRACKTIK_CLIENT_SECRET'], grant: passwordOf(simulator), clock, ...options }),
  })
}

function passwordOf({ environment }: TracktikSimulator): Grant {
  return passwordGrant(environment['TRACKTIK_USERNAME'] ?? '', environment['TRACKTIK_PASSWORD'] ?? '')
}

/** Tells what it is given to keep. */
class TellingStore extends MemoryTokenStore {
  constructor(readonly tokens: StoredToken[]) {
    super()
  }

  override write(key: string, token: StoredToken): Promise<void> {
    this.tokens.push(token)
    return super.write(key, token)
  }
}

const statuses = (simulator: TracktikSimulator) => simulator.requests.tokenRequests.map(({ status }) => status)

describe('wrong credentials', () => {
  it.each([
    ['TRACKTIK_PASSWORD', 'a-wrong-password'],
    ['TRACKTIK_USERNAME', 'nobody@portal.example'],
    ['TRACKTIK_CLIENT_SECRET', 'a-wrong-secret'],
    ['TRACKTIK_CLIENT_ID', 'a-wrong-client'],
  ])('in %s mean one login, however many ask at once and after', async (name, value) => {
    await using simulator = await startPortal()
    const client = clientOf(simulator, {}, { [name]: value })
    const errors = await Promise.all([collect(client.regions()), collect(client.employees()), collect(client.shifts(allTime))].map(failed))
    errors.push(await failed(collect(client.regions())))
    expect(errors.map(({ code, exitCode }) => [code, exitCode])).toEqual(errors.map(() => ['V3002', 3]))
    expect(simulator.requests.entries).toHaveLength(1)
    expect(simulator.failedLogins).toBe(1)
    expect(errors[0]?.message).toContain('the login was refused. Nothing more is tried')
    expect(errors[0]?.message).toContain('Check TRACKTIK_CLIENT_ID, TRACKTIK_CLIENT_SECRET, TRACKTIK_USERNAME and TRACKTIK_PASSWORD')
    expect(inspect(errors, { depth: 20 })).not.toMatch(/a-wrong-password|a-wrong-secret|secret-of-test|password-of-test/)
  })

  it('shut the address out at the fortieth login, and the right ones are told why they are as well', async () => {
    await using simulator = await startPortal()
    for (let i = 0; i < 40; i++) await failed(collect(clientOf(simulator, {}, { TRACKTIK_PASSWORD: `wrong number ${i}` }).regions()))
    expect(simulator.failedLogins).toBe(40)
    const error = await failed(collect(clientOf(simulator).regions()))
    expect(error.message).toContain('the firewall in front of the portal blocks this address')
    await simulator.clock.sleep(2 * 3_600_000)
    expect(await collect(clientOf(simulator).regions())).not.toHaveLength(0)
  })
})

describe('a token', () => {
  it('is asked for once and used until shortly before it expires', async () => {
    await using simulator = await startPortal({ tokenSeconds: 3600 })
    const http = httpOf(simulator)
    for (const minutes of [0, 20, 38]) {
      await simulator.clock.sleep(minutes * 60_000)
      await http.json(regions)
    }
    expect(statuses(simulator)).toEqual([200])
    await simulator.clock.sleep(70_000)
    await http.json(regions)
    expect(statuses(simulator)).toEqual([200, 200])
    expect(simulator.requests.entries.filter(({ status }) => status === 401)).toEqual([])
  })

  it.each(['/rest/oauth2/access_token', '/rest/v1/oauth2/access_token'])('is given out at %s, as configured', async (tokenPath) => {
    await using simulator = await startPortal()
    await collect(clientOf(simulator, {}, { TRACKTIK_TOKEN_PATH: tokenPath }).regions())
    expect(simulator.requests.tokenRequests.map(({ path }) => path)).toEqual([tokenPath])
  })

  it('can be the client\'s own', async () => {
    await using simulator = await startPortal()
    const { TRACKTIK_URL, TRACKTIK_CLIENT_ID, TRACKTIK_CLIENT_SECRET } = simulator.environment
    await collect(clientOf({ ...simulator, environment: { TRACKTIK_URL: TRACKTIK_URL ?? '', TRACKTIK_CLIENT_ID: TRACKTIK_CLIENT_ID ?? '', TRACKTIK_CLIENT_SECRET: TRACKTIK_CLIENT_SECRET ?? '' } }, {}, { TRACKTIK_GRANT: 'client_credentials' }).regions())
    await httpOf(simulator, { grant: clientCredentialsGrant() }).json(regions)
    expect(statuses(simulator)).toEqual([200, 200])
  })

  it('is renewed once for everybody when it is refused in the middle of a crawl', async () => {
    await using simulator = await startPortal()
    const client = clientOf(simulator, { concurrency: 4 })
    const truth = simulator.truth()
    let pages = 0
    simulator.beforePage(() => ++pages === 5 && simulator.expireTokens())
    const shifts = await collect(client.shifts(allTime))
    expect(shifts.map(({ id }) => id).toSorted((a, b) => a - b)).toEqual(truth.shifts.map(({ id }) => id).toSorted((a, b) => a - b))
    expect(statuses(simulator)).toEqual([200, 200])
    expect(simulator.requests.entries.some(({ status }) => status === 401)).toBe(true)
  })

  it('that is refused although it is fresh is not renewed over and over', async () => {
    let tokens = 0
    await using server = await startAnswering(({ path }) => (path === '/token' ? ok({ access_token: `token number ${++tokens}`, expires_in: 3600, refresh_token: `refresh number ${tokens}` }) : { status: 401, body: '{"error":"no"}' }))
    const http = new HttpClient({ source: 'Portal', baseUrl: server.url, clock: server.clock, auth: oauth2Auth({ tokenPath: '/token', clientId: 'varve', grant: passwordGrant('etl', 'a password of some length'), clock: server.clock }) })
    const errors = await Promise.all(Array.from({ length: 6 }, () => failed(http.json({ path: '/rows' }))))
    expect(new Set(errors.map(({ code }) => code))).toEqual(new Set(['V3002']))
    expect(tokens).toBe(1)
    await failed(http.json({ path: '/rows' }))
    expect(tokens).toBe(1)
  })

  it('is asked for again when its answer got lost, and a failing token path is a failing source', async () => {
    await using simulator = await startPortal({ faults: { faults: [{ on: 'token', at: 1, fault: 'error', status: 503 }, { on: 'token', at: 2, fault: 'drop', when: 'after' }, { on: 'token', at: 3, fault: 'truncate', framing: 'whole' }] } })
    await httpOf(simulator).json(regions)
    expect(statuses(simulator)).toEqual([503, undefined, 200, 200])
    expect(simulator.failedLogins).toBe(0)
  })

  it('never shows up in a log', async () => {
    await using simulator = await startPortal()
    const log = new RecordingLogger()
    const tokens: StoredToken[] = []
    await httpOf(simulator, { store: new TellingStore(tokens) }, log).json(regions)
    const [stored] = tokens
    expect(stored?.accessToken).toMatch(/^eyJ0eXAiOiJKV1Qi/)
    expect(JSON.stringify(log.lines)).not.toContain(stored?.accessToken)
    expect(JSON.stringify(log.lines)).not.toMatch(/secret-of|password-of|def50200/)
    expect(log.lines.map(({ fields }) => fields['request'])).toEqual(['POST /rest/oauth2/access_token', 'GET /rest/v1/regions'])
  })
})

describe('a refresh token', () => {
  let directory: string
  beforeEach(() => (directory = mkdtempSync(join(tmpdir(), 'varve-tokens-'))))
  afterEach(() => rmSync(directory, { recursive: true, force: true }))
  const soonOver = { tokenSeconds: 300 }
  const expire = (simulator: TracktikSimulator) => simulator.clock.sleep(280_000)

  it('is used once: each refresh uses the one that came last', async () => {
    await using simulator = await startPortal(soonOver)
    const http = httpOf(simulator)
    for (let i = 0; i < 5; i++) {
      await http.json(regions)
      await expire(simulator)
    }
    expect(statuses(simulator)).toEqual([200, 200, 200, 200, 200])
  })

  it('is refused by the portal when it is used again', async () => {
    await using simulator = await startPortal()
    const ask = (fields: Record<string, string>) => fetch(`${simulator.url}/rest/oauth2/access_token`, { method: 'POST', body: new URLSearchParams({ client_id: simulator.environment['TRACKTIK_CLIENT_ID'] ?? '', client_secret: simulator.environment['TRACKTIK_CLIENT_SECRET'] ?? '', ...fields }) })
    const first = (await (await ask({ grant_type: 'client_credentials' })).json()) as { refresh_token: string }
    const refresh = { grant_type: 'refresh_token', refresh_token: first.refresh_token }
    expect((await ask(refresh)).status).toBe(200)
    const again = await ask(refresh)
    expect([again.status, ((await again.json()) as { error: string }).error]).toEqual([401, 'invalid_grant'])
    expect(simulator.failedLogins).toBe(1)
  })

  it('is refreshed by one of many who find it expired at once, in one client or in several with one store', async () => {
    await using simulator = await startPortal(soonOver)
    const clients = Array.from({ length: 4 }, () => httpOf(simulator, { store: new FileTokenStore(directory) }))
    await clients[0]?.json(regions)
    await expire(simulator)
    await Promise.all([...clients, ...clients, ...clients].map((client) => client.json(regions)))
    expect(statuses(simulator)).toEqual([200, 200])
  })

  it('is stored before the token that came with it is used', async () => {
    await using simulator = await startPortal()
    const events: string[] = []
    class SlowStore extends MemoryTokenStore {
      override async write(key: string, token: StoredToken) {
        await new Promise((resolve) => setImmediate(resolve))
        events.push(`stored after ${simulator.requests.to('/regions').length} uses`)
        await super.write(key, token)
      }
    }
    await httpOf(simulator, { store: new SlowStore() }).json(regions)
    expect(events).toEqual(['stored after 0 uses'])
  })

  it('that could not be stored is not used, and the next start logs in', async () => {
    await using simulator = await startPortal(soonOver)
    const store = new FileTokenStore(directory)
    await httpOf(simulator, { store }).json(regions)
    await expire(simulator)
    const crashing = new FileTokenStore(directory)
    crashing.write = () => Promise.reject(new Error('the plug was pulled'))
    await expect(httpOf(simulator, { store: crashing }).json(regions)).rejects.toThrow('the plug was pulled')
    expect(simulator.requests.to('/regions')).toHaveLength(1)
    // The stored refresh token is spent by now: the portal refuses it, and one login settles it.
    await httpOf(simulator, { store: new FileTokenStore(directory) }).json(regions)
    expect(statuses(simulator)).toEqual([200, 200, 401, 200])
  })

  it('that was stored before a crash is used by the next start, without a login', async () => {
    await using simulator = await startPortal(soonOver)
    class CrashingStore extends FileTokenStore {
      override async write(key: string, token: StoredToken) {
        await super.write(key, token)
        throw new Error('the plug was pulled')
      }
    }
    await expect(httpOf(simulator, { store: new CrashingStore(directory) }).json(regions)).rejects.toThrow('the plug was pulled')
    await httpOf(simulator, { store: new FileTokenStore(directory) }).json(regions)
    await expire(simulator)
    await httpOf(simulator, { store: new FileTokenStore(directory) }).json(regions)
    expect(statuses(simulator)).toEqual([200, 200])
  })

  it('that is refused and cannot be replaced by a login asks for a person, once', async () => {
    await using simulator = await startPortal(soonOver)
    const tokens: StoredToken[] = []
    await httpOf(simulator, { store: new TellingStore(tokens) }).json(regions)
    const initial = tokens[0]?.refreshToken ?? ''
    const options = { grant: refreshTokenGrant('ada', initial), store: new FileTokenStore(directory) }
    const http = httpOf(simulator, options)
    await http.json(regions)
    await expire(simulator)
    await http.json(regions)
    // Somebody else revokes it.
    const [file = ''] = readdirSync(directory).filter((name) => name.endsWith('.json'))
    const stored = JSON.parse(readFileSync(join(directory, file), 'utf8')) as StoredToken
    writeFileSync(join(directory, file), JSON.stringify({ ...stored, refreshToken: initial, expiresAt: 0 }))
    const late = httpOf(simulator, options)
    for (let i = 0; i < 3; i++) expect((await failed(late.json(regions))).message).toContain('somebody has to authorise this program anew')
    expect(statuses(simulator)).toEqual([200, 200, 200, 401])
  })

  it('lies in a file that this user alone can read', async () => {
    await using simulator = await startPortal()
    await httpOf(simulator, { store: new FileTokenStore(join(directory, 'inner')) }).json(regions)
    const [file = ''] = readdirSync(join(directory, 'inner')).filter((name) => name.endsWith('.json'))
    expect(statSync(join(directory, 'inner', file)).mode & 0o777).toBe(0o600)
    expect(statSync(join(directory, 'inner')).mode & 0o777).toBe(0o700)
    expect(readdirSync(join(directory, 'inner')).filter((name) => name.includes('.new'))).toEqual([])
  })

  it('whose file is damaged is as good as none', async () => {
    await using simulator = await startPortal()
    await httpOf(simulator, { store: new FileTokenStore(directory) }).json(regions)
    const [file = ''] = readdirSync(directory).filter((name) => name.endsWith('.json'))
    writeFileSync(join(directory, file), '{"accessToken":')
    await httpOf(simulator, { store: new FileTokenStore(directory) }).json(regions)
    expect(statuses(simulator)).toEqual([200, 200])
  })
})
