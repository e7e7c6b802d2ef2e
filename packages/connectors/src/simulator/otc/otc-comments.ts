import { day, second, type Micros } from '../../time/micros.js'
import { Random } from '../random.js'
import * as desk from './desk-values.js'
import type { OtcRecord } from './otc-columns.js'
import type { OtcPeople } from './otc-people.js'
import type { OtcTickets } from './otc-tickets.js'
import { weighted } from './weighted.js'

/** What the view of the comments covers. */
const commentWindow = 10 * day
const matchedShare = 0.11
const firstId = 77_001

const pickKind = weighted([
  [{ type: 'system', isVisible: false }, 0.75],
  [{ type: 'comments', isVisible: true }, 0.15],
  [{ type: 'worknotes', isVisible: false }, 0.1],
])
const texts = ['Rebooted', 'Called back, no answer', 'Ticket assigned', 'Status changed', 'Waiting for the vendor\r\nReference 12', 'Says "still slow"', 'Schließe das Ticket – erledigt', 'a\tb', null] as const

/** The comments of ten days, one after another at an even pace; none is kept. */
export class OtcComments {
  readonly #seed: string
  readonly #people: OtcPeople
  readonly #tickets: OtcTickets
  readonly #count: number
  readonly #start: Micros
  /** Those that were written before then come with the older names. */
  readonly #namesChangedAt: Micros
  #now: Micros

  constructor(options: { readonly seed: string; readonly count: number; readonly people: OtcPeople; readonly tickets: OtcTickets; readonly start: Micros; readonly namesChangedAt: Micros }) {
    this.#seed = options.seed
    this.#people = options.people
    this.#tickets = options.tickets
    this.#count = options.count
    this.#start = options.start
    this.#now = options.start
    this.#namesChangedAt = options.namesChangedAt
  }

  /** The numbers of those in the view. */
  *numbers(): Generator<number> {
    const passed = Math.floor(((this.#now - this.#start) * this.#count) / commentWindow)
    for (let number = passed; number < passed + this.#count; number++) yield number
  }

  record(number: number): OtcRecord {
    const random = new Random(`${this.#seed}/comment/${number}`)
    const isAutomatic = Math.floor((number + 1) * 0.61) > Math.floor(number * 0.61)
    const author = isAutomatic ? this.#people.automation : this.#people.at(random.int(0, this.#people.all.length - 1))
    const { type, isVisible } = pickKind(random)
    const { atStart } = this.#tickets
    const isMatched = Math.floor((number + 1) * matchedShare) > Math.floor(number * matchedShare) && atStart.length > 0
    return {
      'TKTCT-CommentID': firstId + number,
      'TKTCT-TicketID': isMatched ? random.pick(atStart) : this.#tickets.outsideAtStart(random.next()),
      'TKTCT-Comment': random.pick(texts),
      'TKTCT-UserID': author.userId,
      'TKTCT-Username': author.login,
      'TKTCT-OwnerType': isAutomatic ? 'system' : 'user',
      'TKTCT-Created Time': this.#createdAt(number),
      'TKTCT-VisibleCustomer': isVisible,
      'TKTCT-Type': type,
      'TKTCT-Team': desk.pickTeam(random),
    }
  }

  hasOlderNames(number: number): boolean {
    return this.#createdAt(number) < this.#namesChangedAt
  }

  spelling(number: number): Random {
    return new Random(`${this.#seed}/comment-spelling/${number}`)
  }

  advanceTo(instant: Micros): void {
    this.#now = Math.max(this.#now, instant)
  }

  #createdAt(number: number): Micros {
    const at = this.#start - commentWindow + Math.floor((number * commentWindow) / Math.max(1, this.#count))
    return at - (at % second)
  }
}
