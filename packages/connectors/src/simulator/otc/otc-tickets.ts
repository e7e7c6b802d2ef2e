import { day, hour, minute, second, type Micros } from '../../time/micros.js'
import { Random } from '../random.js'
import type { TimeZone } from '../time-zone.js'
import type { OtcRecord } from './otc-columns.js'
import type { OtcPeople } from './otc-people.js'
import { ticketRecord, type TicketChange } from './ticket-record.js'

/** When a ticket was created, and each time it was changed. */
export interface TicketLife {
  readonly id: number
  readonly createdAt: Micros
  /** In their order; the time of the last one is the modified time that is shown. */
  readonly changes: TicketChange[]
}

/** How far back the view of the tickets really goes, whatever its name says. */
export const ticketWindow = 10 * day
const yearsEver = 3 * 365 * day
export const firstTicketId = 4_000_001

/**
 * Every ticket there ever was; only those that were changed lately are remembered one by one, the others are made as they are asked for. The world goes on
 * evenly: a tenth of the window's tickets a day are new, changed again, or come back after a long time.
 */
export class OtcTickets {
  readonly #seed: string
  readonly #people: OtcPeople
  readonly #zone: TimeZone
  readonly #start: Micros
  /** In the window when the world begins. */
  readonly atStart: readonly number[]
  readonly #startIds: ReadonlySet<number>
  /** Tickets when the world begins. */
  readonly #ever: number
  readonly #lives = new Map<number, TicketLife>()
  readonly #step: Micros
  #events = 0
  #now: Micros

  constructor(options: { readonly seed: string; readonly count: number; readonly ever: number; readonly people: OtcPeople; readonly zone: TimeZone; readonly start: Micros }) {
    const { count, start } = options
    this.#seed = options.seed
    this.#people = options.people
    this.#zone = options.zone
    this.#start = start
    this.#now = start
    this.#ever = Math.max(options.ever, count)
    this.#step = Math.max(second, Math.floor(ticketWindow / Math.max(1, count)))
    const random = new Random(`${options.seed}/tickets`)
    const fresh = Math.min(count, Math.max(1, Math.floor((this.#ever * ticketWindow) / yearsEver)))
    const stride = count === fresh ? 1 : Math.max(1, Math.min(4, (this.#ever - fresh) / (count - fresh)))
    const ids: number[] = []
    for (let at = 0; at < count; at++) {
      const id = firstTicketId + this.#ever - 1 - (at < fresh ? at : fresh + Math.floor((at - fresh) * stride))
      const createdAt = this.#createdAt(id)
      const since = Math.max(createdAt, start - ticketWindow + minute)
      const changedAt = wholeSeconds(since + Math.floor((start - since) * random.next()), random)
      this.#lives.set(id, { id, createdAt: Math.min(createdAt, changedAt), changes: [{ at: changedAt, isMoved: true }] })
      ids.push(id)
    }
    this.atStart = ids
    this.#startIds = new Set(ids)
  }

  get now(): Micros {
    return this.#now
  }

  /** How many there are by now. */
  get ever(): number {
    return this.#ever + this.#createdBy(this.#events)
  }

  /** A ticket that the view does not hold when the world begins: an early one for a small share, a late one for a large. */
  outsideAtStart(share: number): number {
    let id = firstTicketId + Math.floor(share * this.#ever)
    while (this.#startIds.has(id)) id--
    return id
  }

  /** Those that the view holds, in no useful order: as they are now, however long it takes to read them. */
  inView(): TicketLife[] {
    return [...this.#lives.values()].filter((life) => this.isInView(life))
  }

  isInView({ changes }: TicketLife): boolean {
    return (changes.at(-1)?.at ?? 0) > this.#now - ticketWindow
  }

  find(id: number): TicketLife | undefined {
    return this.#lives.get(id)
  }

  /** All that were ever in the view. */
  known(): Iterable<TicketLife> {
    return this.#lives.values()
  }

  /** A ticket by its id, whether it was ever in the view or not. */
  life(id: number): TicketLife {
    const known = this.#lives.get(id)
    if (known) return known
    const createdAt = this.#createdAt(id)
    const random = new Random(`${this.#seed}/closed/${id}`)
    const latest = this.#start - ticketWindow - hour
    const at = wholeSeconds(createdAt + Math.floor(random.next() * 20 * day), random)
    return { id, createdAt: Math.min(createdAt, latest), changes: [{ at: Math.min(latest, at), isMoved: true }] }
  }

  /** The ticket as it was after so many changes; after all of them, unless told. */
  record(life: TicketLife, changes = life.changes.length): OtcRecord {
    return ticketRecord({ seed: this.#seed, people: this.#people, zone: this.#zone }, life.id, life.createdAt, life.changes.slice(0, changes))
  }

  /** Changes so many of those in the view, each once, and each in something of which history is kept. @returns their ids. */
  change(count: number, now: Micros): number[] {
    this.#now = Math.max(this.#now, now)
    const random = new Random(`${this.#seed}/change/${this.#now}/${this.#lives.size}/${count}`)
    const lives = random.shuffled(this.inView()).slice(0, count)
    for (const life of lives) this.#touch(life, this.#now, true)
    return lives.map(({ id }) => id)
  }

  /** Lets happen what is due by then, which is the same in one step and in many. */
  advanceTo(instant: Micros): void {
    for (let at = this.#start + (this.#events + 1) * this.#step; at <= instant; at = this.#start + (this.#events + 1) * this.#step) this.#happen(at)
    this.#now = Math.max(this.#now, instant)
  }

  #happen(at: Micros): void {
    const event = this.#events++
    this.#now = Math.max(this.#now, at)
    if (isCreation(event)) {
      const id = firstTicketId + this.#ever + this.#createdBy(event)
      const time = this.#told(at)
      this.#lives.set(id, { id, createdAt: time, changes: [{ at: time, isMoved: true }] })
      return
    }
    const random = new Random(`${this.#seed}/event/${event}`)
    // Half of the others come back from before the window, or are changed once more in it: any id may be meant.
    const id = firstTicketId + (random.chance(0.4) ? random.int(0, this.ever - 1) : this.ever - 1 - random.int(0, Math.floor(this.ever / 20)))
    const life = this.life(id)
    this.#lives.set(id, life)
    this.#touch(life, at, random.chance(0.85))
  }

  #touch(life: TicketLife, at: Micros, isMoved: boolean): void {
    const last = life.changes.at(-1)?.at ?? 0
    const next = Math.max(this.#told(at), last + second)
    life.changes.push({ at: next, isMoved })
  }

  /** What the clocks of the desk tell of an instant, in whole seconds: of an hour that they show twice, the first time. */
  #told(at: Micros): Micros {
    return this.#zone.toInstant(this.#zone.toWall(at - (at % second)))
  }

  #createdBy(events: number): number {
    return Math.floor((events * 6 + 9) / 10)
  }

  #createdAt(id: number): Micros {
    const place = id - firstTicketId
    if (place >= this.#ever) return this.#start
    const at = this.#start - yearsEver + Math.floor((yearsEver / this.#ever) * place)
    return at - (at % second)
  }
}

/** Six of ten events are new tickets. */
function isCreation(event: number): boolean {
  return Math.floor(((event + 1) * 6 + 9) / 10) > Math.floor((event * 6 + 9) / 10)
}

/** Some times come in whole minutes. */
function wholeSeconds(at: Micros, random: Random): Micros {
  return at - (at % (random.chance(0.4) ? minute : second))
}
