import { VarveError } from '@varve/core'
import { Random } from '../random.js'
import { foundCatalog, type ConnectwiseCatalog } from './connectwise-catalog.js'
import { instantText, type ConnectwiseRecord, type ConnectwiseTable, type RecordInfo, type Reference } from './connectwise-records.js'
import { foundCompanies, foundContacts, foundTimeEntries } from './other-records.js'
import { RecordTable } from './record-table.js'
import { mergedInto, ticketChange } from './ticket-life.js'
import { notesOf } from './ticket-notes.js'
import { foundTicket, type TicketGround, type TicketRecord } from './ticket-record.js'

const dayMs = 86_400_000
/** For how long a tenant has been in use when it starts. */
const historyMs = 700 * dayMs
/** Of a hundred tickets, so many events a day. */
const eventsADay = 5

/** The data of one tenant, and what happens to it. The same seed gives the same world, whether its time moves in one step or in many. */
export class ConnectwiseWorld {
  readonly tickets: RecordTable<TicketRecord>
  readonly #tables: ReadonlyMap<ConnectwiseTable, RecordTable>
  readonly #catalog: ConnectwiseCatalog
  readonly #ground: TicketGround
  readonly #random: Random
  readonly #life: Random
  readonly #gapMs: number
  /** Made when it is first asked for, which most never do. */
  #timeEntries: RecordTable | undefined
  #firstTickets: readonly TicketRecord[]
  #now: number
  #nextEvent: number

  constructor(options: { readonly tenant: string; readonly seed: string; readonly tickets: number; readonly startMs: number }) {
    const { tenant, seed, tickets, startMs } = options
    const random = new Random(`connectwise/${seed}/${tenant}`)
    const bornAt = instantText(startMs - historyMs)
    const born: RecordInfo = { lastUpdated: bornAt, updatedBy: 'setup', dateEntered: bornAt, enteredBy: 'setup' }
    this.#catalog = foundCatalog(random.fork('catalog'), born)
    const companies = foundCompanies(Math.max(5, Math.ceil(tickets / 100)), random.fork('companies'), born)
    const contacts = foundContacts(companies, random.fork('contacts'), born)
    this.#ground = groundOf(this.#catalog, companies, contacts)
    const found = foundTickets(tickets, this.#ground, random.fork('tickets'), startMs)
    this.#firstTickets = [...found]
    this.tickets = new RecordTable(found)
    this.#tables = new Map<ConnectwiseTable, RecordTable>([
      ['tickets', this.tickets],
      ['companies', new RecordTable<ConnectwiseRecord>(companies)],
      ['contacts', new RecordTable<ConnectwiseRecord>(contacts)],
      ['boards', new RecordTable(this.#catalog.boardRows)],
      ['statuses', new RecordTable(this.#catalog.statusRows)],
    ])
    this.#random = random.fork('asked for')
    this.#life = random.fork('life')
    this.#gapMs = dayMs / ((Math.max(1, tickets) * eventsADay) / 100)
    this.#now = startMs
    this.#nextEvent = startMs + this.#gap()
  }

  table(name: ConnectwiseTable): RecordTable {
    if (name !== 'timeEntries') return this.#tables.get(name) as RecordTable // they are all there
    this.#timeEntries ??= new RecordTable(foundTimeEntries(this.#firstTickets, this.#catalog, this.#random.fork('time entries')))
    this.#firstTickets = []
    return this.#timeEntries
  }

  notes(ticket: number): readonly ConnectwiseRecord[] | undefined {
    const found = this.tickets.find(ticket)
    return found && notesOf(found, this.#random.fork('notes'))
  }

  /** Lives on until then. */
  liveUntil(ms: number): void {
    for (; this.#nextEvent <= ms; this.#nextEvent += this.#gap()) {
      this.#now = Math.max(this.#now, this.#nextEvent)
      const kind = this.#life.next()
      if (kind < 0.55) this.change(1, this.#life)
      else if (kind < 0.75) this.touch('tickets', 1, this.#life)
      else if (kind < 0.93) this.create(1, this.#life)
      else if (kind < 0.97) this.merge(1, this.#life)
      else this.remove('tickets', 1, this.#life)
    }
    this.#now = Math.max(this.#now, ms)
  }

  /** Nothing bears an instant before this one, whatever life had come to: somebody may have read up to it. */
  stampWith(ms: number): void {
    this.#now = Math.max(this.#now, ms)
  }

  /** Changes tickets so that each differs from what it was. */
  change(count: number, random = this.#random): number[] {
    const [by, at] = this.#stamp(random)
    return this.tickets.some(count, random).map((ticket) => this.#putTicket(ticket, ticketChange(ticket, random, this.#catalog, by, at), by, at))
  }

  /** Changes nothing but who was there last, and when. */
  touch(table: ConnectwiseTable, count: number, random = this.#random): number[] {
    const [by, at] = this.#stamp(random)
    return this.table(table).some(count, random).map((row) => this.#put(table, row, {}, by, at))
  }

  create(count: number, random = this.#random): number[] {
    return Array.from({ length: count }, () => {
      const ticket = foundTicket(this.tickets.nextId + random.int(0, 2), this.#ground, random, this.#now, 0)
      this.tickets.put(ticket)
      return ticket.id
    })
  }

  remove(table: ConnectwiseTable, count: number, random = this.#random): number[] {
    return this.table(table).some(count, random).map(({ id }) => {
      this.table(table).remove(id)
      return id
    })
  }

  /** Merges tickets into others, and tells which into which. */
  merge(count: number, random = this.#random): { readonly ticket: number; readonly into: number }[] {
    const [by, at] = this.#stamp(random)
    const some = this.tickets.some(count * 2, random)
    return Array.from({ length: Math.floor(some.length / 2) }, (_, pair) => {
      const [parent, ticket] = some.slice(pair * 2, pair * 2 + 2) as [TicketRecord, TicketRecord] // there are as many
      this.#putTicket(ticket, mergedInto(parent, ticket, this.#catalog, by, at), by, at)
      this.#putTicket(parent, { hasMergedChildTicketFlag: true }, by, at)
      return { ticket: ticket.id, into: parent.id }
    })
  }

  /** Changes what a test says; undefined is null. */
  edit(table: ConnectwiseTable, id: number, values: Readonly<Record<string, unknown>>): void {
    const row = this.table(table).find(id)
    if (!row) throw new VarveError('V1009', `There are no ${table} with the id ${id} in the simulated tenant. Name one that is there.`)
    const [by, at] = this.#stamp(this.#random)
    this.#put(table, row, values, by, at)
  }

  #putTicket(ticket: TicketRecord, values: Partial<TicketRecord>, by: string, at: string): number {
    return this.#put('tickets', ticket, values, by, at)
  }

  #put(table: ConnectwiseTable, row: ConnectwiseRecord, values: Readonly<Record<string, unknown>>, updatedBy: string, lastUpdated: string): number {
    this.table(table).put({ ...row, ...values, _info: { ...(row['_info'] as RecordInfo), lastUpdated, updatedBy } }) // every table has it
    return row.id
  }

  #stamp(random: Random): [by: string, at: string] {
    return [random.pick(this.#catalog.members).identifier, instantText(this.#now)]
  }

  #gap(): number {
    return -Math.log(1 - this.#life.next()) * this.#gapMs
  }
}

function groundOf(catalog: ConnectwiseCatalog, companies: ReturnType<typeof foundCompanies>, contacts: ReturnType<typeof foundContacts>): TicketGround {
  const byCompany = new Map<number, (Reference & { readonly email: string })[]>()
  for (const { id, firstName, lastName, company } of contacts) {
    const contact = { id, name: `${firstName} ${lastName}`, email: `${firstName.toLowerCase()}.${id}@${String(company.identifier).toLowerCase()}.example` }
    byCompany.set(company.id, [...(byCompany.get(company.id) ?? []), contact])
  }
  return { catalog, companies: companies.map(({ id, identifier, name }) => ({ id, identifier, name })), contactsOf: (company) => byCompany.get(company) ?? [] }
}

/** Entered over the whole time that the tenant was in use, in the order of their ids, with gaps. */
function foundTickets(count: number, ground: TicketGround, random: Random, startMs: number): TicketRecord[] {
  let id = random.int(100, 1000)
  const stepMs = historyMs / Math.max(1, count)
  return Array.from({ length: count }, (_, at) => {
    id += random.chance(0.9) ? 1 : random.int(2, 9)
    const enteredMs = Math.floor(startMs - historyMs + stepMs * (at + 0.9 * random.next()))
    return foundTicket(id, ground, random, enteredMs, startMs - 1000 - enteredMs)
  })
}
