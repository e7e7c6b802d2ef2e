import { createHash } from 'node:crypto'
import { otcViews, type OtcView } from '../../otc/otc-view.js'
import { readFaultScript, type FaultScript } from '../fault-script.js'
import { startLoopbackServer } from '../loopback-server.js'
import type { RequestLog } from '../request-log.js'
import { RunningClock, type SimulatorClock } from '../simulator-clock.js'
import { day } from '../../time/micros.js'
import { OtcDesk, type OtcAccess } from './otc-desk.js'
import { exportCsv, type OtcExportOptions } from './otc-export.js'
import { trueRows, truthOf, type OtcTrueRow, type OtcTruth } from './otc-truth.js'
import { instantOf, OtcWorld, type OtcScale } from './otc-world.js'

/** How a service desk is simulated. */
export interface OtcSimulatorOptions {
  /** @defaultValue any free one */
  readonly port?: number | undefined
  /** The same seed gives the same world. */
  readonly seed: string
  /** A number multiplies the default size. */
  readonly scale?: OtcScale | number | undefined
  readonly faults?: FaultScript | undefined
  /** @defaultValue one that runs as the machine's does, from `start` on */
  readonly clock?: SimulatorClock | undefined
  /** When the simulator starts, in the world's time. @defaultValue '2026-01-20T00:00:00Z' */
  readonly start?: string | undefined
  /** What the clocks of the desk show; its times are written without a zone. @defaultValue 'Australia/Sydney' */
  readonly timeZone?: string | undefined
  /** Comments of before then come with the older names. @defaultValue six days before the start, in the middle of the view */
  readonly namesChangedAt?: string | undefined
  /** Calls in an hour before it says 429, with 60 seconds to wait. @defaultValue 100 */
  readonly callsPerHour?: number | undefined
  /** How long it thinks before it answers. @defaultValue 0 */
  readonly answerSeconds?: number | undefined
  /** Whether the views have columns beside those of the tables, as the API is said to: a due date of tickets, and of timesheets notes, whether they are billable, and a modified time. @defaultValue false */
  readonly moreColumns?: boolean | undefined
}

/** A service desk that runs. */
export interface OtcSimulator extends AsyncDisposable {
  readonly url: string
  /** The environment variables that point a pipeline at it; with it, nothing is waited for between calls and views. */
  readonly environment: Readonly<Record<string, string>>
  readonly requests: RequestLog
  readonly clock: SimulatorClock
  /** What the rows of a view mean, and what they look like. */
  readonly world: OtcWorld
  /** What a warehouse must hold. */
  truth(): OtcTruth
  /** The rows of a view with their meaning, in the order in which it gives them. */
  trueRows(view: OtcView): Iterable<OtcTrueRow>
  /** Lets the world live on until then. */
  advanceTo(instant: string): void
  /** Changes so many tickets of the view as of now: each once, and in something of which history is kept. @returns their ids. */
  change(count: number): number[]
  /** Corrects so many timesheets of the view, each once. @returns their keys: login, day, time from, ticket. */
  changeTimesheets(count: number): (readonly [string, string, string | null, number | null])[]
  /** A historical export of a view, as CSV in pieces. */
  exportCsv(view: OtcView, options?: OtcExportOptions): Iterable<string>
  readonly close: () => Promise<void>
}

/**
 * Starts a service desk on the loopback address, with everything in it that makes the real one hard to read: whole views in three shapes, ten days of tickets only,
 * dates and decimals in several spellings, two families of names, duplicates and empty keys, orphans, and faults by a script.
 *
 * @example
 * ```ts
 * await using simulator = await startOtcSimulator({ seed: 'demo', scale: { tickets: 200, timesheets: 5_000, duplicates: 100 } })
 * const desk = new OtcClient(otcSettings(simulator.environment))
 * const changed = simulator.change(50)
 * ```
 */
export async function startOtcSimulator(options: OtcSimulatorOptions): Promise<OtcSimulator> {
  const start = instantOf(options.start ?? '2026-01-20T00:00:00Z')
  const scale = typeof options.scale === 'number' ? scaled(options.scale) : (options.scale ?? {})
  const timeZone = options.timeZone ?? 'Australia/Sydney'
  const world = new OtcWorld({ seed: options.seed, scale, start, timeZone, hasMoreColumns: options.moreColumns ?? false, namesChangedAt: options.namesChangedAt === undefined ? start - 6 * day : instantOf(options.namesChangedAt) })
  const clock = options.clock ?? new RunningClock(start / 1000)
  clock.advanceTo(start / 1000)
  const access = accessOf(options.seed)
  const desk = new OtcDesk({ world, access, clock, callsPerHour: options.callsPerHour ?? 100, answerSeconds: options.answerSeconds ?? 0 })
  const server = await startLoopbackServer(desk, { port: options.port, clock, faults: readFaultScript(options.faults ?? { faults: [] }) })
  const now = () => Math.max(world.now, Math.floor(clock.now()) * 1000)
  return {
    url: server.url,
    requests: server.requests,
    clock,
    world,
    environment: {
      OTC_URL: server.url,
      OTC_USERNAME: access.username,
      OTC_PASSWORD: access.password,
      OTC_TICKETS_VIEW: access.views.tickets,
      OTC_TIMESHEETS_VIEW: access.views.timesheets,
      OTC_COMMENTS_VIEW: access.views.comments,
      OTC_TIME_ZONE: timeZone,
      // Nobody has to be spared on this machine.
      OTC_SECONDS_BETWEEN_CALLS: '0',
      OTC_SECONDS_BETWEEN_VIEWS: '0',
    },
    truth: () => truthOf(world),
    trueRows: (view) => trueRows(world, view),
    advanceTo: (instant) => {
      const micros = instantOf(instant)
      world.advanceTo(micros)
      clock.advanceTo(micros / 1000)
    },
    change: (count) => world.tickets.change(count, now()),
    changeTimesheets: (count) =>
      world.timesheets.change(count).map((place) => {
        const row = world.timesheets.record(place)
        // The columns are of these kinds.
        return [row['TS-User Username'], row['TS-Date'], row['TS-Time From'], row['TS-Crm ID']] as [string, string, string | null, number | null]
      }),
    exportCsv: (view, choices) => exportCsv(world, view, choices),
    close: server.close,
    [Symbol.asyncDispose]: server.close,
  }
}

function scaled(factor: number): OtcScale {
  return { tickets: Math.ceil(400 * factor), timesheets: Math.ceil(3000 * factor), duplicates: Math.ceil(80 * factor), comments: Math.ceil(1500 * factor) }
}

function accessOf(seed: string): OtcAccess {
  const guid = (view: OtcView) => createHash('sha256').update(`${seed}/${view}`).digest('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, '$1-$2-$3-$4-$5')
  const [tickets = '', timesheets = '', comments = ''] = otcViews.map(guid)
  return { username: 'varve-simulated', password: `password-of-${seed}`, views: { tickets, timesheets, comments } }
}
