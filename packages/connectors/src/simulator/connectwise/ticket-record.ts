import type { Random } from '../random.js'
import type { BoardCatalog, ConnectwiseCatalog, StatusReference } from './connectwise-catalog.js'
import { instantText, type ConnectwiseRecord, type RecordInfo, type Reference } from './connectwise-records.js'

/** A ticket as the source has it. Every name is there, if only as undefined: so all tickets have one form in memory. */
export interface TicketRecord extends ConnectwiseRecord {
  readonly summary: string
  readonly recordType: 'ServiceTicket'
  readonly board: Reference
  readonly status: StatusReference
  readonly priority: Reference
  readonly type: Reference
  readonly subType: Reference | undefined
  readonly item: Reference | undefined
  readonly severity: string
  readonly impact: string
  readonly company: Reference
  readonly contact: Reference | undefined
  readonly contactName: string | undefined
  readonly contactEmailAddress: string | undefined
  readonly team: Reference | undefined
  readonly owner: Reference | undefined
  readonly source: Reference
  readonly requiredDate: string | undefined
  readonly budgetHours: number | undefined
  readonly actualHours: number | undefined
  readonly approved: boolean
  readonly closedFlag: boolean
  readonly closedDate: string | undefined
  readonly closedBy: string | undefined
  readonly billTime: string
  readonly isInSla: boolean
  readonly mergedParentTicket: Reference | undefined
  readonly hasMergedChildTicketFlag: boolean
  readonly customFields: readonly unknown[] | undefined
  readonly _info: RecordInfo
}

/** What a new ticket is made of. */
export interface TicketGround {
  readonly catalog: ConnectwiseCatalog
  readonly companies: readonly Reference[]
  /** The contacts of a company. */
  readonly contactsOf: (company: number) => readonly (Reference & { readonly email: string })[]
}

const dayMs = 86_400_000
export const levels = ['Low', 'Medium', 'High']
// With all that has to be escaped somewhere, in a condition, an address or a file.
const topics = ['Printer offline', 'Password "expired" again', 'VPN drops every hour', 'Mailbox full', 'New starter on Monday', 'Backup failed: \\\\nas\\weekly', 'Router réglages à revoir', 'Café Wi-Fi, 100% packet loss', 'Licence renewal [urgent]', "Can't open shared drive", 'プリンター故障', 'Screen flickers 🖥️', 'Rule a > b & c ignored']
const places = ['level 1', 'level 2', 'level 3', 'the warehouse', 'reception', 'the board room', 'home office']

export function summaryOf(random: Random): string {
  return `${random.pick(topics)}, ${random.pick(places)}`
}

/** What a ticket gets from its board. */
export function onBoard({ board, statuses, types, teams }: BoardCatalog, random: Random): Pick<TicketRecord, 'board' | 'status' | 'type' | 'subType' | 'item' | 'team'> {
  const { type, subTypes, items } = random.pick(types)
  return {
    board,
    status: random.pick(statuses.slice(0, -1)),
    type,
    subType: random.chance(0.85) ? random.pick(subTypes) : undefined,
    item: random.chance(0.5) ? random.pick(items) : undefined,
    team: random.chance(0.95) ? random.pick(teams) : undefined,
  }
}

/** What closing a ticket makes of it. */
export function closing({ statuses }: BoardCatalog, by: string, at: string): Pick<TicketRecord, 'status' | 'closedFlag' | 'closedDate' | 'closedBy'> {
  return { status: statuses.at(-1) as StatusReference, closedFlag: true, closedDate: at, closedBy: by } // every board has statuses
}

/** A ticket that was entered then, and as it is `ageMs` later. */
export function foundTicket(id: number, { catalog, companies, contactsOf }: TicketGround, random: Random, enteredMs: number, ageMs: number): TicketRecord {
  const place = random.pick(catalog.boards)
  const company = random.pick(companies)
  const contact = random.chance(0.9) ? random.pick(contactsOf(company.id)) : undefined
  const enteredBy = random.chance(0.4) ? 'portal' : random.pick(catalog.members).identifier
  const dateEntered = instantText(enteredMs)
  const isOld = ageMs > 0
  const lastUpdated = isOld ? instantText(enteredMs + Math.floor(ageMs * random.next() ** 3)) : dateEntered
  const closed = isOld && random.chance(0.7) ? closing(place, random.pick(catalog.members).identifier, lastUpdated) : undefined
  const owner = random.chance(isOld ? 0.8 : 0.3) ? random.pick(catalog.members) : undefined
  return {
    id,
    summary: summaryOf(random),
    recordType: 'ServiceTicket',
    ...onBoard(place, random),
    priority: random.pick(catalog.priorities),
    severity: random.pick(levels),
    impact: random.pick(levels),
    company,
    contact: contact && { id: contact.id, name: contact.name },
    contactName: contact?.name,
    contactEmailAddress: contact?.email,
    owner,
    source: random.pick(catalog.sources),
    requiredDate: random.chance(0.7) ? instantText(Math.ceil(enteredMs / dayMs) * dayMs + random.int(1, 20) * dayMs) : undefined,
    budgetHours: random.chance(0.6) ? random.int(1, 32) / 4 : undefined,
    actualHours: isOld && random.chance(0.75) ? random.int(1, 80) / 4 : undefined,
    approved: random.chance(0.5),
    closedFlag: false,
    closedDate: undefined,
    closedBy: undefined,
    billTime: random.pick(['Billable', 'DoNotBill', 'NoDefault']),
    isInSla: random.chance(0.9),
    mergedParentTicket: undefined,
    hasMergedChildTicketFlag: false,
    customFields: random.chance(0.1) ? [{ id: 12, caption: 'Asset tag', type: 'Text', entryMethod: 'EntryField', numberOfDecimals: 0, value: `PR-${random.int(1, 9999)}` }] : undefined,
    ...closed,
    _info: { lastUpdated, updatedBy: isOld ? random.pick(catalog.members).identifier : enteredBy, dateEntered, enteredBy },
  }
}
