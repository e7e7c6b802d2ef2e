import { VarveError } from '@varve/core'
import { readFaultScript, type FaultScript } from '../fault-script.js'
import { startLoopbackServer } from '../loopback-server.js'
import { microsOf, utcText } from '../../time/micros.js'
import type { RequestLog } from '../request-log.js'
import { RunningClock, type SimulatorClock } from '../simulator-clock.js'
import { livingWorld } from './live.js'
import { TokenDesk, type TracktikCredentials } from './token-desk.js'
import { TracktikPortal, type PageAsked } from './tracktik-portal.js'
import { truthOf, type TracktikTruth } from './tracktik-truth.js'
import type { TracktikScale, TracktikWorld } from './tracktik-world.js'

/** How a portal is simulated. */
export interface TracktikSimulatorOptions {
  /** @defaultValue any free one */
  readonly port?: number | undefined
  /** The same seed gives the same world. */
  readonly seed: string
  /** A number multiplies the default size. */
  readonly scale?: TracktikScale | number | undefined
  readonly faults?: FaultScript | undefined
  /** @defaultValue one that runs as the machine's does, from `start` on */
  readonly clock?: SimulatorClock | undefined
  /** When the simulator starts, in the world's time. @defaultValue '2025-03-10T00:00:00Z' */
  readonly start?: string | undefined
  /** For how long the portal has been in use by then. @defaultValue 14 */
  readonly historyDays?: number | undefined
  readonly tokenSeconds?: number | undefined
  /** Requests a minute before it says 429. @defaultValue 3000 */
  readonly quotaPerMinute?: number | undefined
  /** Days asked for times rows a page, beyond which it says 504 after half a minute. @defaultValue 30000 */
  readonly slowAbove?: number | undefined
  /** Filters that it accepts and does not heed, such as `startsOn:between`: sources do that. */
  readonly ignoredFilters?: readonly string[] | undefined
}

/** A portal that runs. */
export interface TracktikSimulator extends AsyncDisposable {
  readonly url: string
  /** The environment variables that point a pipeline at it. */
  readonly environment: Readonly<Record<string, string>>
  readonly requests: RequestLog
  readonly clock: SimulatorClock
  /** The records themselves: insert, change and remove them as a test needs. */
  readonly world: TracktikWorld
  /** Logins that failed in the last two minutes; at forty, the address is shut out. */
  readonly failedLogins: number
  /** Called before each page is answered, the place to change the world between two pages. */
  beforePage(hook: (page: PageAsked) => void): void
  /** What a warehouse must hold; with instants, what a reader must hold who looked only then. */
  truth(observedAt?: readonly string[]): TracktikTruth
  /** Lets the world live on until then. */
  advanceTo(instant: string): void
  expireTokens(): void
  readonly close: () => Promise<void>
}

const defaultStart = '2025-03-10T00:00:00Z'

/**
 * Starts a portal on the loopback address, with everything in it that makes the real one hard to read: filters that are required,
 * limited or ignored, fields on demand, hidden inactive rows, relations as ids, late approvals, shifts that move, and faults by a script.
 *
 * @example
 * ```ts
 * await using simulator = await startTracktikSimulator({ seed: 'demo', scale: 1 })
 * const client = new TracktikClient(tracktikSettings(simulator.environment))
 * simulator.advanceTo('2025-03-11T00:00:00Z')
 * ```
 */
export async function startTracktikSimulator(options: TracktikSimulatorOptions): Promise<TracktikSimulator> {
  const start = instantOf(options.start ?? defaultStart)
  const scale = typeof options.scale === 'number' ? { employees: Math.ceil(60 * options.scale), shiftsPerDay: Math.ceil(40 * options.scale) } : (options.scale ?? {})
  const world = livingWorld({ seed: options.seed, scale, start, historyDays: options.historyDays ?? 14 })
  const clock = options.clock ?? new RunningClock(start / 1000)
  clock.advanceTo(start / 1000)
  world.followClock(() => clock.now() * 1000)
  const credentials: TracktikCredentials = { clientId: 'varve-simulated', clientSecret: `secret-of-${options.seed}`, username: 'etl@portal.example', password: `password-of-${options.seed}` }
  const desk = new TokenDesk({ credentials, clock, lifetimeSeconds: options.tokenSeconds ?? 3600, random: world.random.fork('tokens') })
  const hooks: ((page: PageAsked) => void)[] = []
  const portal = new TracktikPortal({
    world,
    desk,
    clock,
    quotaPerMinute: options.quotaPerMinute ?? 3000,
    slowAbove: options.slowAbove ?? 30_000,
    ignoredFilters: new Set(options.ignoredFilters ?? []),
    beforePage: (page) => {
      for (const hook of hooks) hook(page)
    },
  })
  const server = await startLoopbackServer(portal, { port: options.port, clock, faults: readFaultScript(options.faults ?? { faults: [] }) })
  return {
    url: server.url,
    requests: server.requests,
    clock,
    world,
    environment: {
      TRACKTIK_URL: server.url,
      TRACKTIK_CLIENT_ID: credentials.clientId,
      TRACKTIK_CLIENT_SECRET: credentials.clientSecret,
      TRACKTIK_USERNAME: credentials.username,
      TRACKTIK_PASSWORD: credentials.password,
    },
    get failedLogins() {
      return desk.failures
    },
    beforePage: (hook) => void hooks.push(hook),
    truth: (observedAt) => truthOf(world, observedAt),
    advanceTo: (instant) => {
      const micros = instantOf(instant)
      if (micros < world.now) throw new VarveError('V1009', `The simulated portal is at ${utcText(world.now)} and cannot go back to ${instant}. Name a later instant.`)
      world.advanceTo(micros)
      clock.advanceTo(micros / 1000)
    },
    expireTokens: () => desk.expireAll(),
    close: server.close,
    [Symbol.asyncDispose]: server.close,
  }
}

function instantOf(text: string): number {
  const micros = microsOf(text)
  if (micros === undefined) throw new VarveError('V1009', `"${text}" is no instant. Write one such as 2025-03-10T00:00:00Z.`)
  return micros
}
