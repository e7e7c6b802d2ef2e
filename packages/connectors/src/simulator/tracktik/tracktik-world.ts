import { VarveError } from '@varve/core'
import { EventQueue } from '../event-queue.js'
import { day, type Micros } from '../../time/micros.js'
import { Random } from '../random.js'
import { TimeZone } from '../time-zone.js'
import { tracktikResources, type TracktikRecords, type TracktikResource } from './tracktik-records.js'

/** How large a simulated world is. */
export interface TracktikScale {
  /** @defaultValue 60 */
  readonly employees?: number | undefined
  /** @defaultValue 40 */
  readonly shiftsPerDay?: number | undefined
}

type Tables = { readonly [R in TracktikResource]: Map<number, TracktikRecords[R]> }
type Histories = { readonly [R in TracktikResource]: Map<number, TracktikRecords[R][]> }
type Changes<R extends TracktikResource> = Partial<Omit<TracktikRecords[R], 'id' | 'createdAt' | 'updatedAt'>>

/** The first id of each resource: who approves is the first employee. */
export const firstIds: Readonly<Record<TracktikResource, number>> = { regions: 11, employees: 4101, clients: 3101, positions: 7201, shifts: 900_001, 'work-sessions': 500_001 }

/** The records of a simulated portal, their histories, and what is still to happen to them. It knows nothing of HTTP. */
export class TracktikWorld {
  readonly random: Random
  readonly scale: Required<{ [K in keyof TracktikScale]: number }>
  readonly start: Micros
  readonly queue = new EventQueue()
  readonly #tables: Tables = { regions: new Map(), employees: new Map(), clients: new Map(), positions: new Map(), shifts: new Map(), 'work-sessions': new Map() }
  readonly #histories: Histories = { regions: new Map(), employees: new Map(), clients: new Map(), positions: new Map(), shifts: new Map(), 'work-sessions': new Map() }
  readonly #nextIds: Record<TracktikResource, number> = { ...firstIds }
  readonly #zones = new Map<string, TimeZone>()
  #now: Micros
  #isLiving = false
  #clock: (() => Micros) | undefined

  constructor(options: { readonly seed: string; readonly scale: TracktikScale; readonly start: Micros; readonly historyDays: number }) {
    this.random = new Random(options.seed)
    this.scale = { employees: options.scale.employees ?? 60, shiftsPerDay: options.scale.shiftsPerDay ?? 40 }
    this.start = options.start
    this.#now = options.start - options.historyDays * day
  }

  get now(): Micros {
    return this.#now
  }

  /** What is changed from outside is changed at the time of this clock; what happens by itself, at its own time. */
  followClock(clock: () => Micros): void {
    this.#clock = clock
  }

  /** Lets everything happen that is due by then. */
  advanceTo(instant: Micros): void {
    this.#isLiving = true
    for (let event = this.queue.takeDue(instant); event; event = this.queue.takeDue(instant)) {
      this.#now = Math.max(this.#now, event.at)
      event.run()
    }
    this.#now = Math.max(this.#now, instant)
    this.#isLiving = false
  }

  all<R extends TracktikResource>(resource: R): Iterable<TracktikRecords[R]> {
    return this.#tables[resource].values()
  }

  find<R extends TracktikResource>(resource: R, id: number): TracktikRecords[R] | undefined {
    return this.#tables[resource].get(id)
  }

  get<R extends TracktikResource>(resource: R, id: number): TracktikRecords[R] {
    const record = this.find(resource, id)
    if (!record) throw new VarveError('V1009', `The simulated portal has no ${resource} ${id}.`)
    return record
  }

  insert<R extends TracktikResource>(resource: R, values: Omit<TracktikRecords[R], 'id' | 'createdAt' | 'updatedAt'>, at: Micros = this.#changeTime()): TracktikRecords[R] {
    const id = this.#nextIds[resource]++
    const record = { ...values, id, createdAt: at, updatedAt: at } as TracktikRecords[R] // the three were left out of the values, and are added
    this.#tables[resource].set(id, record)
    this.#histories[resource].set(id, [record])
    return record
  }

  /** Changes a record; without changes it is only touched. Its update instant always moves on. */
  change<R extends TracktikResource>(resource: R, id: number, changes: Changes<R> = {}): TracktikRecords[R] {
    const before = this.get(resource, id)
    const record: TracktikRecords[R] = { ...before, ...changes, updatedAt: Math.max(this.#changeTime(), before.updatedAt + 1) }
    this.#tables[resource].set(id, record)
    // Of what lives long every state is kept; a shift's past interests nobody.
    const history = this.#histories[resource].get(id)
    if (resource === 'shifts' || resource === 'work-sessions') this.#histories[resource].set(id, [record])
    else history?.push(record)
    return record
  }

  /** Takes a record away without a trace, as the source does. */
  remove(resource: TracktikResource, id: number): void {
    this.get(resource, id)
    this.#tables[resource].delete(id)
  }

  /** Every state of every record that is not gone, by id. */
  histories<R extends TracktikResource>(resource: R): ReadonlyMap<number, readonly TracktikRecords[R][]> {
    return new Map([...this.#histories[resource]].filter(([id]) => this.#tables[resource].has(id)))
  }

  #changeTime(): Micros {
    return this.#isLiving || !this.#clock ? this.#now : Math.max(this.#now, Math.floor(this.#clock()))
  }

  zone(name: string): TimeZone {
    const year = new Date(this.start / 1000).getUTCFullYear()
    let zone = this.#zones.get(name)
    if (!zone) this.#zones.set(name, (zone = new TimeZone(name, { from: year - 1, to: year + 5 })))
    return zone
  }

  /** The whole world as one text: two worlds are the same where these are. */
  snapshot(): string {
    return JSON.stringify(Object.fromEntries(tracktikResources.map((resource) => [resource, [...this.#histories[resource].values()]])))
  }
}
