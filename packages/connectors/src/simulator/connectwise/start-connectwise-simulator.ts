import { VarveError } from '@varve/core'
import { variablePrefix } from '../../connectwise/connectwise-settings.js'
import { microsOf } from '../../time/micros.js'
import { readFaultScript, type FaultScript } from '../fault-script.js'
import { startLoopbackServer } from '../loopback-server.js'
import type { RequestLog } from '../request-log.js'
import { RunningClock, type SimulatorClock } from '../simulator-clock.js'
import { apiPath } from './connectwise-address.js'
import { ConnectwiseApi, type ConnectwisePageAsked, type SimulatedTenant } from './connectwise-api.js'
import type { ConnectwiseRecord, ConnectwiseTable } from './connectwise-records.js'
import { ConnectwiseWorld } from './connectwise-world.js'

/** How the source is simulated. */
export interface ConnectwiseSimulatorOptions {
  /** @defaultValue any free one */
  readonly port?: number | undefined
  /** The same seed gives the same tenants. */
  readonly seed: string
  /** @defaultValue ['sitetechnology'] */
  readonly tenants?: readonly string[] | undefined
  /** Tickets of each tenant. @defaultValue 500 */
  readonly tickets?: number | undefined
  readonly faults?: FaultScript | undefined
  /** @defaultValue one that runs as the machine's does, from `start` on */
  readonly clock?: SimulatorClock | undefined
  /** When the simulator starts, in its own time. @defaultValue '2025-03-10T00:00:00Z' */
  readonly start?: string | undefined
  /** Requests a minute of each tenant before it says 429. @defaultValue 300 */
  readonly quotaPerMinute?: number | undefined
  /** Answers wrong credentials with 404 in place of 401, as the cloud may. @defaultValue false */
  readonly hidesUnauthorized?: boolean | undefined
  /** What it does when it is asked for forward-only pages; servers and lists differ. @defaultValue 'known' */
  readonly forwardOnly?: 'known' | 'ignored' | 'refused' | undefined
}

/** A simulated source that runs. */
export interface ConnectwiseSimulator extends AsyncDisposable {
  readonly url: string
  /** The environment variables that point the settings of every tenant at it. */
  readonly environment: Readonly<Record<string, string>>
  /** Its own log; `account` of an entry is the tenant. */
  readonly requests: RequestLog
  readonly clock: SimulatorClock
  /** Called before each page is answered, the place to change rows between two pages. */
  beforePage(hook: (page: ConnectwisePageAsked) => void): void
  /** What a reader must have: the rows as they are now, in the source's form, in the order of their ids. */
  truth(tenant: string, table?: ConnectwiseTable): ConnectwiseRecord[]
  /** The notes of a ticket; undefined where there is no such ticket. */
  notes(tenant: string, ticket: number): readonly ConnectwiseRecord[] | undefined
  /** Lets all tenants live on until then: tickets are entered, changed, touched, merged and deleted. */
  advanceTo(instant: string): void
  /** Changes so many tickets, each in a value that people care for; tells their ids. */
  change(tenant: string, count: number): number[]
  /** Changes nothing of so many rows but who was there last, and when; tells their ids. */
  touch(tenant: string, count: number, table?: ConnectwiseTable): number[]
  /** Enters so many tickets; tells their ids. */
  create(tenant: string, count: number): number[]
  /** Deletes so many rows, of which no list tells; tells their ids. */
  remove(tenant: string, count: number, table?: ConnectwiseTable): number[]
  /** Merges so many tickets into others: each is closed and points to the other, which has a flag. */
  merge(tenant: string, count: number): { readonly ticket: number; readonly into: number }[]
  /** Changes what is said of a row; undefined stands for null. */
  edit(tenant: string, id: number, values: Readonly<Record<string, unknown>>, table?: ConnectwiseTable): void
  readonly close: () => Promise<void>
}

const defaultStart = '2025-03-10T00:00:00Z'

/**
 * Starts a ConnectWise PSA on the loopback address, with one or more tenants that never see each other's rows: conditions, both ways of
 * paging, counts, fields, nulls left out, statuses by board, a budget for each tenant, and faults by a script.
 *
 * **Details**
 *
 * What is asked to happen (`change`, `touch` and so on) bears the present second, and takes the rest of it: what a reader holds for the
 * time of the source is later. A tenant is made when it is first needed.
 *
 * @example
 * ```ts
 * await using simulator = await startConnectwiseSimulator({ seed: 'demo', tenants: ['sitetechnology'], tickets: 5000 })
 * const client = new ConnectwiseClient(connectwiseSettings('sitetechnology', simulator.environment))
 * const changed = simulator.change('sitetechnology', 200)
 * ```
 */
export async function startConnectwiseSimulator(options: ConnectwiseSimulatorOptions): Promise<ConnectwiseSimulator> {
  const { seed, tenants: names = ['sitetechnology'], tickets = 500 } = options
  const startMs = instantOf(options.start ?? defaultStart)
  const clock = options.clock ?? new RunningClock(startMs)
  clock.advanceTo(startMs)
  const tenants = new Map(names.map((name) => [name, simulatedTenant({ name, seed, tickets, startMs })]))
  const hooks: ((page: ConnectwisePageAsked) => void)[] = []
  const api = new ConnectwiseApi({
    tenants: [...tenants.values()],
    clock,
    quotaPerMinute: options.quotaPerMinute ?? 300,
    hidesUnauthorized: options.hidesUnauthorized ?? false,
    forwardOnly: options.forwardOnly ?? 'known',
    beforePage: (page) => {
      for (const hook of hooks) hook(page)
    },
  })
  const server = await startLoopbackServer(api, { port: options.port, clock, faults: readFaultScript(options.faults ?? { faults: [] }) })
  let livedMs = startMs
  const worldOf = (name: string) => {
    const tenant = tenants.get(name)
    if (!tenant) throw new VarveError('V1009', `There is no simulated tenant "${name}". There are: ${names.join(', ')}.`)
    return tenant.world
  }
  const happen = <T>(name: string, what: (world: ConnectwiseWorld) => T): T => {
    const world = worldOf(name)
    world.stampWith(clock.now())
    const result = what(world)
    clock.advanceTo(Math.floor(clock.now() / 1000) * 1000 + 1000)
    return result
  }
  return {
    url: server.url,
    requests: server.requests,
    clock,
    environment: environmentOf(server.url, [...tenants.values()]),
    beforePage: (hook) => void hooks.push(hook),
    truth: (tenant, table = 'tickets') => worldOf(tenant).table(table).rows.map(withoutNulls),
    notes: (tenant, ticket) => worldOf(tenant).notes(ticket),
    advanceTo: (instant) => {
      const ms = instantOf(instant)
      if (ms < livedMs) throw new VarveError('V1009', `The simulated source is at ${new Date(livedMs).toISOString()} and cannot go back to ${instant}. Name a later instant.`)
      livedMs = ms
      for (const { world } of tenants.values()) {
        world.stampWith(clock.now())
        world.liveUntil(ms)
      }
      clock.advanceTo(ms)
    },
    change: (tenant, count) => happen(tenant, (world) => world.change(count)),
    touch: (tenant, count, table = 'tickets') => happen(tenant, (world) => world.touch(table, count)),
    create: (tenant, count) => happen(tenant, (world) => world.create(count)),
    remove: (tenant, count, table = 'tickets') => happen(tenant, (world) => world.remove(table, count)),
    merge: (tenant, count) => happen(tenant, (world) => world.merge(count)),
    edit: (tenant, id, values, table = 'tickets') => happen(tenant, (world) => world.edit(table, id, values)),
    close: server.close,
    [Symbol.asyncDispose]: server.close,
  }
}

function simulatedTenant({ name, seed, tickets, startMs }: { readonly name: string; readonly seed: string; readonly tickets: number; readonly startMs: number }): SimulatedTenant {
  let world: ConnectwiseWorld | undefined
  return {
    name,
    credentials: { company: name, publicKey: `public-of-${name}`, privateKey: `private-of-${name}-${seed}`, clientId: `client-of-${name}` },
    get world() {
      return (world ??= new ConnectwiseWorld({ tenant: name, seed, tickets, startMs }))
    },
  }
}

function environmentOf(url: string, tenants: readonly SimulatedTenant[]): Record<string, string> {
  const environment: Record<string, string> = { CONNECTWISE_URL: `${url}${apiPath}`, CONNECTWISE_TENANTS: tenants.map(({ name }) => name).join(',') }
  for (const { name, credentials } of tenants) {
    const prefix = variablePrefix(name)
    environment[`${prefix}_COMPANY`] = credentials.company
    environment[`${prefix}_PUBLIC_KEY`] = credentials.publicKey
    environment[`${prefix}_PRIVATE_KEY`] = credentials.privateKey
    environment[`${prefix}_CLIENT_ID`] = credentials.clientId
  }
  return environment
}

/** As JSON would have it. */
function withoutNulls(row: ConnectwiseRecord): ConnectwiseRecord {
  return { ...Object.fromEntries(Object.entries(row).filter(([, value]) => value !== undefined)), id: row.id }
}

function instantOf(text: string): number {
  const micros = microsOf(text)
  if (micros === undefined) throw new VarveError('V1009', `"${text}" is no instant. Write one such as 2025-03-10T00:00:00Z.`)
  return micros / 1000
}
