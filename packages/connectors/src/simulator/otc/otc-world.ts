import { VarveError } from '@varve/core'
import type { OtcView } from '../../otc/otc-view.js'
import { microsOf, utcText, type Micros } from '../../time/micros.js'
import { Random } from '../random.js'
import { TimeZone } from '../time-zone.js'
import { teamNames } from './desk-values.js'
import type { OtcRecord } from './otc-columns.js'
import { OtcComments } from './otc-comments.js'
import { OtcPeople } from './otc-people.js'
import { spelled } from './otc-spelling.js'
import { firstTicketId, OtcTickets, type TicketLife } from './otc-tickets.js'
import { OtcTimesheets } from './otc-timesheets.js'

/** How large a simulated service desk is. */
export interface OtcScale {
  /** Tickets in the view, which has those of the last ten days. @defaultValue 400 */
  readonly tickets?: number | undefined
  /** Tickets there ever were. @defaultValue twenty times those in the view */
  readonly ticketsEver?: number | undefined
  /** Timesheets in the view, the duplicates among them. @defaultValue 3000 */
  readonly timesheets?: number | undefined
  /** So many of the timesheets repeat the key of another, some with other hours. @defaultValue 80 */
  readonly duplicates?: number | undefined
  /** So many of the timesheets cannot be read: a day that does not exist, hours in words, a ticket that is no number. @defaultValue 0 */
  readonly flawed?: number | undefined
  /** @defaultValue 1500 */
  readonly comments?: number | undefined
  /** @defaultValue one for about 2400 timesheets, and twelve at least */
  readonly people?: number | undefined
}

const moreOfTimesheets = { 'TS-Notes': 'As agreed', 'TS-Billable': 'Yes', 'TS-Modified Time': '' } as const

/** The service desk as it is, without anything of HTTP. */
export class OtcWorld {
  readonly scale: Required<{ [K in keyof OtcScale]: number }>
  readonly zone: TimeZone
  readonly people: OtcPeople
  readonly tickets: OtcTickets
  readonly timesheets: OtcTimesheets
  readonly comments: OtcComments
  readonly #seed: string
  readonly #hasMoreColumns: boolean
  #now: Micros

  constructor(options: { readonly seed: string; readonly scale: OtcScale; readonly start: Micros; readonly timeZone: string; readonly hasMoreColumns: boolean; readonly namesChangedAt: Micros }) {
    const { seed, scale, start } = options
    const { tickets = 400, timesheets = 3000, duplicates = Math.min(80, Math.floor(timesheets / 4)), flawed = 0, comments = 1500 } = scale
    this.scale = { tickets, timesheets, duplicates, flawed, comments, ticketsEver: scale.ticketsEver ?? tickets * 20, people: scale.people ?? Math.max(12, Math.round(timesheets / 2400)) }
    this.#seed = seed
    this.#now = start
    this.#hasMoreColumns = options.hasMoreColumns
    const year = new Date(start / 1000).getUTCFullYear()
    this.zone = new TimeZone(options.timeZone, { from: year - 5, to: year + 5 })
    this.people = new OtcPeople(seed, this.scale.people, teamNames)
    const shared = { seed, people: this.people, zone: this.zone, start }
    this.tickets = new OtcTickets({ ...shared, count: tickets, ever: this.scale.ticketsEver })
    this.timesheets = new OtcTimesheets({ ...shared, rows: timesheets, duplicates, flawed, tickets: this.tickets })
    this.comments = new OtcComments({ ...shared, count: comments, tickets: this.tickets, namesChangedAt: options.namesChangedAt })
  }

  get now(): Micros {
    return this.#now
  }

  /** What the rows of a view mean, in the order in which it gives them. */
  *records(view: OtcView): Generator<OtcRecord> {
    if (view === 'tickets') for (const life of this.tickets.inView()) yield this.tickets.record(life)
    else if (view === 'timesheets') for (const place of this.timesheets.places()) yield this.timesheets.record(place)
    else for (const number of this.comments.numbers()) yield this.comments.record(number)
  }

  /** The rows of a view as it writes them. */
  *rows(view: OtcView): Generator<Record<string, unknown>> {
    if (view === 'tickets') for (const life of this.tickets.inView()) yield Object.assign(this.#ticketRow(life), this.#hasMoreColumns && { 'TKT-Due Date': '' })
    else if (view === 'timesheets') for (const place of this.timesheets.places()) yield Object.assign(spelled(view, this.timesheets.record(place), this.timesheets.spelling(place), this.zone), this.timesheets.flaw(place), this.#hasMoreColumns && moreOfTimesheets)
    else for (const number of this.comments.numbers()) yield spelled(view, this.comments.record(number), this.comments.spelling(number), this.zone, this.comments.hasOlderNames(number))
  }

  /** Every ticket there ever was, as an export has it: the oldest first. */
  *everyTicket(): Generator<Record<string, unknown>> {
    for (let id = firstTicketId; id < firstTicketId + this.tickets.ever; id++) yield this.#ticketRow(this.tickets.life(id))
  }

  #ticketRow(life: TicketLife): Record<string, unknown> {
    return spelled('tickets', this.tickets.record(life), new Random(`${this.#seed}/spelling/${life.id}`), this.zone)
  }

  advanceTo(instant: Micros): void {
    if (instant < this.#now) throw new VarveError('V1009', `The simulated service desk is at ${utcText(this.#now)} and cannot go back to ${utcText(instant)}. Name a later instant.`)
    this.#now = instant
    this.tickets.advanceTo(instant)
    this.timesheets.advanceTo(this.zone.toWall(instant))
    this.comments.advanceTo(instant)
  }
}

/** @throws VarveError V1009 for a text that is none. */
export function instantOf(text: string): Micros {
  const micros = microsOf(text)
  if (micros === undefined) throw new VarveError('V1009', `"${text}" is no instant. Write one such as 2026-01-20T00:00:00Z.`)
  return micros
}
