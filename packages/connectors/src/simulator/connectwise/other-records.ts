import type { Random } from '../random.js'
import { personName, type ConnectwiseCatalog } from './connectwise-catalog.js'
import { instantText, type ConnectwiseRecord, type RecordInfo, type Reference } from './connectwise-records.js'
import type { TicketRecord } from './ticket-record.js'

export interface CompanyRecord extends ConnectwiseRecord {
  readonly identifier: string
  readonly name: string
  readonly _info: RecordInfo
}

export interface ContactRecord extends ConnectwiseRecord {
  readonly firstName: string
  readonly lastName: string
  readonly company: Reference
  readonly _info: RecordInfo
}

const first = ['North Pier', 'Harbour', 'Alder', "O'Hara", 'Blue "Line"', 'Çelik', 'Grove & Hill', 'Red\\Rock', 'Stonebridge', '50% Studio']
const second = ['Logistics', 'Dental', 'Foods', 'Partners', 'Architects', 'Motors', 'School', 'Hotel']
const towns = ['Riverton', 'Lakeside', 'Hillford', 'Northgate']

export function foundCompanies(count: number, random: Random, born: RecordInfo): CompanyRecord[] {
  let id = random.int(100, 300)
  return Array.from({ length: count }, (_, at) => {
    id += random.int(1, 3)
    return {
      id,
      identifier: `CUST${String(at + 1).padStart(4, '0')}`,
      name: `${random.pick(first)} ${random.pick(second)} ${at + 1}`,
      status: { id: 1, name: random.chance(0.9) ? 'Active' : 'Inactive' },
      addressLine1: random.chance(0.9) ? `${random.int(1, 400)} Example Street` : undefined,
      city: random.pick(towns),
      zip: random.chance(0.8) ? String(random.int(10_000, 99_999)) : undefined,
      country: { id: 1, name: 'Exampleland' },
      phoneNumber: random.chance(0.7) ? `555-${random.int(1000, 9999)}` : undefined,
      website: random.chance(0.4) ? `https://customer-${at + 1}.example` : undefined,
      deletedFlag: false,
      _info: born,
    }
  })
}

/** Three contacts for each company. */
export function foundContacts(companies: readonly CompanyRecord[], random: Random, born: RecordInfo): ContactRecord[] {
  let id = random.int(500, 900)
  return companies.flatMap(({ id: company, identifier, name }) =>
    Array.from({ length: 3 }, () => {
      id += random.int(1, 2)
      return {
        id,
        ...personName(random),
        title: random.chance(0.5) ? random.pick(['Office manager', 'Owner', 'Accountant']) : undefined,
        company: { id: company, identifier, name },
        defaultPhoneNbr: random.chance(0.5) ? `555-${random.int(1000, 9999)}` : undefined,
        inactiveFlag: random.chance(0.05),
        _info: born,
      }
    }),
  )
}

/** Time that was charged to tickets: an entry for every other one. */
export function foundTimeEntries(tickets: readonly TicketRecord[], catalog: ConnectwiseCatalog, random: Random): ConnectwiseRecord[] {
  let id = random.int(1000, 3000)
  return tickets.flatMap((ticket) => {
    if (ticket.actualHours === undefined || random.chance(0.3)) return []
    id += random.int(1, 4)
    const start = Date.parse(ticket._info.dateEntered)
    const hours = Math.min(ticket.actualHours, 4)
    const { id: member, identifier, name } = random.pick(catalog.members)
    const timeEnd = instantText(start + hours * 3_600_000)
    return {
      id,
      company: ticket.company,
      chargeToId: ticket.id,
      chargeToType: 'ServiceTicket',
      member: { id: member, identifier, name },
      workType: { id: 1, name: 'Remote' },
      workRole: { id: 2, name: 'Engineer' },
      timeStart: ticket._info.dateEntered,
      timeEnd,
      actualHours: hours,
      billableOption: random.pick(['Billable', 'DoNotBill']),
      notes: random.chance(0.8) ? 'Looked into it' : undefined,
      status: 'Open',
      _info: { lastUpdated: timeEnd, updatedBy: identifier, dateEntered: timeEnd, enteredBy: identifier },
    }
  })
}
