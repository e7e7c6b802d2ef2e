import { VarveError } from '@varve/core'
import { day, type Micros } from '../../time/micros.js'
import { Random } from '../random.js'
import type { TimeZone } from '../time-zone.js'
import * as desk from './desk-values.js'
import type { OtcRecord } from './otc-columns.js'
import type { OtcPeople } from './otc-people.js'
import { firstTicketId, type OtcTickets } from './otc-tickets.js'
import { coprime } from './stride.js'
import { dateOf, weekdayNumber } from './working-days.js'

/** Working days of eighteen months. */
const daysInView = 391
/** So many entries in the view are for a ticket that its view holds as well; all others have lost theirs. */
const matchedShare = 4401 / 149_667
const typeNames = ['Normal', 'Overtime', 'On Call', 'Travel'] as const
const categoryNames = ['Support', 'Project', 'Internal', 'Maintenance'] as const
const subCategories = ['Remote', 'On Site', 'Phone'] as const

const flaws = [{ 'TS-Date': '31/02/2025' }, { 'TS-Hours': 'two' }, { 'TS-Crm ID': 'none yet' }] as const

/** One entry of the view: which it is, and the how manieth copy of it. */
export interface TimesheetPlace {
  /** The number of the entry since the world began; it stays. */
  readonly entry: number
  /** 0 for the entry itself. */
  readonly copy: number
}

/**
 * The entries of eighteen months. None is kept: each is made from its number when it is asked for, so a million cost nothing. Person, day, time from and ticket
 * tell any two entries apart, whether a person is known by login or by full name; times and tickets are empty at times, and never so that two entries look alike.
 */
export class OtcTimesheets {
  readonly #seed: string
  readonly #people: OtcPeople
  readonly #tickets: OtcTickets
  readonly #entries: number
  readonly #copies: number
  readonly #flawed: number
  readonly #matched: number
  readonly #firstDay: number
  readonly #startDay: number
  readonly #corrections = new Map<number, number>()
  readonly #slots: number
  #shift = 0

  constructor(options: { readonly seed: string; readonly rows: number; readonly duplicates: number; readonly flawed: number; readonly people: OtcPeople; readonly tickets: OtcTickets; readonly zone: TimeZone; readonly start: Micros }) {
    const { rows, duplicates, people, tickets } = options
    if (duplicates > rows / 2) throw new VarveError('V1009', `Of ${rows} timesheets ${duplicates} cannot be duplicates. Ask for half of them at most.`)
    this.#seed = options.seed
    this.#people = people
    this.#tickets = tickets
    this.#entries = rows - duplicates
    this.#copies = duplicates
    this.#flawed = options.flawed
    this.#matched = Math.round(rows * matchedShare)
    this.#startDay = weekdayNumber(Math.floor(options.zone.toWall(options.start) / day))
    this.#firstDay = this.#startDay - daysInView
    this.#slots = Math.ceil(Math.ceil(this.#entries / daysInView) / people.all.length)
    if (this.#slots > 24) throw new VarveError('V1009', `${people.all.length} people cannot have written ${rows} timesheets in eighteen months. Ask for ${Math.ceil(this.#entries / daysInView / 24)} people or more.`)
  }

  /** Which entries the view holds, in an order that tells nothing; copies lie anywhere among them. */
  *places(): Generator<TimesheetPlace> {
    const first = this.#upTo(this.#shift)
    const count = this.#upTo(this.#shift + daysInView) - first
    const total = count + this.#copies
    const stride = coprime(total, Math.floor(total * 0.618) | 1)
    for (let n = 0, at = 0; n < total; n++, at = (at + stride) % total) {
      if (at < count) yield { entry: first + at, copy: 0 }
      else {
        const number = at - count
        // Every tenth is a second copy of what the one before copied.
        const of = number % 10 === 9 ? number - 1 : number
        yield { entry: this.#notMatched(first + Math.floor((of * count) / this.#copies), first + count), copy: of === number ? 1 : 2 }
      }
    }
  }

  record({ entry, copy }: TimesheetPlace): OtcRecord {
    const random = new Random(`${this.#seed}/timesheet/${entry}`)
    const dayNumber = this.#dayOf(entry)
    const onDay = entry - this.#upTo(dayNumber)
    const persons = this.#people.all.length
    const person = (onDay + dayNumber * 7) % persons
    const slot = Math.floor(onDay / persons)
    const { login, team } = this.#people.at(person)
    const isTwin = this.#people.isTwin(person)
    const fullName = this.#people.fullNameOn(person, dayNumber)
    const account = random.int(0, desk.accounts.length - 1)
    const quarters = random.int(1, 14)
    // One entry a day at most is without a time, and none of the two who share a name.
    const from = !isTwin && slot === dayNumber % 8 && random.chance(0.3) ? null : 6 * 60 + slot * 42 + (isTwin && person === persons - 1 ? 7 : 0)
    const corrected = (this.#corrections.get(entry) ?? 0) + (copy > 0 && random.fork(copy).chance(0.4) ? 100 * copy : 0)
    const hundredths = (quarters + (corrected % 100) + Math.floor(corrected / 100)) * 25
    const ticket = this.#ticketOf(entry, dayNumber, random)
    return {
      'TS-User Full Name': fullName,
      'TS-User Username': login,
      'TS-Title': random.pick(desk.titles),
      'TS-Description': `${random.pick(desk.solutions)}${corrected === 0 ? '' : ` (corrected ${corrected})`}`,
      'TS-Date': dateOf(this.#firstDay + dayNumber),
      'TS-Time From': from === null ? null : timeText(from),
      'TS-Time To': from === null ? null : timeText(from + (hundredths * 60) / 100),
      'TS-Type': corrected > 0 && corrected % 2 === 1 ? 'Overtime' : random.pick(typeNames),
      'TS-Category': random.pick(categoryNames),
      'TS-Sub Category': random.chance(0.12) ? random.pick(subCategories) : null,
      'TS-Category 2': null,
      'TS-Hours': hundredths,
      'TS-Crm ID': ticket,
      'TS-Ticket Project Master Code': random.chance(0.1) ? `PRJ${random.int(100, 999)}` : null,
      'TS-Costcentre ID': 40 + (account % 5),
      'TS-Costcentre Desc': `Managed services ${account % 5}`,
      'TS-Account Selcom': `SEL${5000 + account}`,
      'TS-Account Name': desk.accounts[account] ?? null,
      'TS-Account Bill State': random.chance(0.9) ? 'Billable' : 'Not billable',
      'TS-Account Internal': random.chance(0.05) ? 'Internal' : null,
      'TS-Ticket Department': team,
    }
  }

  /** What cannot be read of a row; its copies, where it has any, are well. */
  flaw({ entry, copy }: TimesheetPlace): Readonly<Record<string, string>> | undefined {
    if (copy > 0 || entry >= this.#entries) return undefined
    const number = Math.floor((entry * this.#flawed) / this.#entries)
    return Math.floor(((entry + 1) * this.#flawed) / this.#entries) > number ? flaws[number % flaws.length] : undefined
  }

  spelling({ entry, copy }: TimesheetPlace): Random {
    return new Random(`${this.#seed}/ts-spelling/${entry}/${copy}`)
  }

  /** Corrects so many entries of the view, each once: hours, time to, type and description. */
  change(count: number): TimesheetPlace[] {
    const first = this.#upTo(this.#shift)
    const size = this.#upTo(this.#shift + daysInView) - first
    const number = Math.min(count, size)
    const stride = coprime(size, Math.floor(size * 0.382) | 1)
    return Array.from({ length: number }, (_, at) => {
      const entry = first + ((at * stride) % size)
      this.#corrections.set(entry, (this.#corrections.get(entry) ?? 0) + 1)
      return { entry, copy: 0 }
    })
  }

  /** The day of today is not in yet; what is older than eighteen months leaves. */
  advanceTo(wall: Micros): void {
    this.#shift = Math.max(this.#shift, weekdayNumber(Math.floor(wall / day)) - this.#startDay)
  }

  /** Entries before that day. */
  #upTo(dayNumber: number): number {
    return Math.floor((this.#entries * dayNumber) / daysInView)
  }

  #dayOf(entry: number): number {
    let dayNumber = Math.floor((entry * daysInView) / Math.max(1, this.#entries))
    while (this.#upTo(dayNumber + 1) <= entry) dayNumber++
    while (this.#upTo(dayNumber) > entry) dayNumber--
    return dayNumber
  }

  #isMatched(entry: number): boolean {
    return Math.floor(((entry + 1) * this.#matched) / this.#entries) > Math.floor((entry * this.#matched) / this.#entries)
  }

  #notMatched(entry: number, end: number): number {
    if (!this.#isMatched(entry)) return entry
    return entry + 1 < end ? entry + 1 : entry - 1
  }

  #ticketOf(entry: number, dayNumber: number, random: Random): number | null {
    const chance = random.next()
    const { atStart } = this.#tickets
    if (this.#isMatched(entry) && atStart.length > 0) {
      // Days after the start are worked on tickets that are new then.
      if (dayNumber < daysInView) return atStart[Math.floor(chance * atStart.length)] ?? null
      return firstTicketId + this.#tickets.ever - 1 - Math.floor(chance * Math.max(1, atStart.length / 20))
    }
    if (chance < 0.08) return null
    return this.#tickets.outsideAtStart((chance - 0.08) / 0.92)
  }
}

function timeText(minutes: number): string {
  const inDay = Math.floor(minutes) % (24 * 60)
  return `${String(Math.floor(inDay / 60)).padStart(2, '0')}:${String(inDay % 60).padStart(2, '0')}`
}
