import { from, typeText } from '@varve/core'
import { describe, expect, it } from 'vitest'
import { canonicalDimension, canonicalDimensionTable } from './canonical-definition.js'
import { askedFields, canonicalMapping } from './canonical-mapping.js'
import { canonicalTable } from './canonical-table.js'
import { canonicalNamed, canonicalTables } from './canonical-tables.js'
import { tickets } from './tables/tickets.js'
import { tenantSchema } from './tenant-schema.js'
import { validateSample } from './validate-sample.js'

const ticketFields = canonicalDimension(tickets, 'acme').table
const connectwise = canonicalMapping(tickets, 'connectwise', ticketFields)
const exported = canonicalMapping(tickets, 'export', ticketFields)

const printer = {
  id: 48211,
  summary: 'Printer offline on level 3',
  board: { id: 21, name: 'Service Desk' },
  status: { id: 517, name: 'In Progress', Sort: 20 },
  company: { id: 302, identifier: 'NORTHPIER', name: 'North Pier Logistics' },
  contact: { id: 915, name: 'Avery Testcase' },
  type: { id: 33, name: 'Incident' },
  subType: { id: 71, name: 'Printing' },
  item: { id: 5, name: 'Driver' },
  team: { id: 8, name: 'Tier 1' },
  owner: { id: 140, identifier: 'MSAMPLE', name: 'Morgan Sample' },
  priority: { id: 8, name: 'Priority 3 - Normal Response', sort: 4, level: 'Medium' },
  severity: 'Medium',
  impact: 'Low',
  requiredDate: '2025-02-07T00:00:00Z',
  budgetHours: 2,
  actualHours: 0.75,
  approved: true,
  _info: { lastUpdated: '2025-02-04T09:12:44Z', updatedBy: 'MSAMPLE', dateEntered: '2025-02-03T22:40:10Z', enteredBy: 'portal' },
}

describe('the canonical tickets', () => {
  it('have 35 fields and 41 columns', () => {
    expect(Object.keys(tickets.fields)).toHaveLength(35)
    expect(canonicalDimensionTable(tickets, 'acme').columns.map(({ name, type }) => `${name} ${typeText(type)}`).slice(32)).toEqual([
      'closed_by text', 'last_updated timestamp', 'last_updated_by text',
      'effective_start_date timestamp', 'effective_end_date timestamp', 'is_current boolean', 'created_at timestamp', 'updated_at timestamp', 'record_hash text(64)',
    ])
    expect(canonicalDimensionTable(tickets, 'acme').columns).toHaveLength(41)
  })

  it('are filled from what ConnectWise sends, and NULL where it sends nothing', () => {
    expect(connectwise.apply(printer)).toEqual({
      problems: [],
      row: {
        id: 48211, ticket_number: 48211, summary: 'Printer offline on level 3', description: null, status: 'In Progress', priority: 'Priority 3 - Normal Response', severity: 'Medium', impact: 'Low', urgency: null,
        company_id: 302, company_name: 'North Pier Logistics', contact_id: 915, contact_name: 'Avery Testcase', board_id: 21, board_name: 'Service Desk', type_id: 33, type_name: 'Incident', subtype_id: 71,
        subtype_name: 'Printing', item_id: 5, item_name: 'Driver', team_id: 8, team_name: 'Tier 1', owner_id: 140, owner_name: 'Morgan Sample', created_by: 'portal', created_date: '2025-02-03T22:40:10Z',
        required_date: '2025-02-07T00:00:00Z', budget_hours: 2, actual_hours: 0.75, approved: true, closed_date: null, closed_by: null, last_updated: '2025-02-04T09:12:44Z', last_updated_by: 'MSAMPLE',
      },
    })
  })

  it('are filled from a file of another service, in the same words', () => {
    const { row, problems } = exported.apply({ 'Ticket ID': ' 77 ', Subject: 'Printer offline', Status: 'Open', Queue: 'Service Desk', Created: '2025-02-03 22:40:10', Approved: 'yes', Hours: '0.75', Updated: '2025-02-04T09:12:44Z', Closed: '' })
    expect(problems).toEqual([])
    expect(row).toMatchObject({ id: '77', ticket_number: '77', summary: 'Printer offline', board_name: 'Service Desk', created_date: '2025-02-03T22:40:10Z', approved: true, actual_hours: '0.75', closed_date: null, last_updated: '2025-02-04T09:12:44Z' })
    expect(row).not.toHaveProperty('board_id') // it has nothing like it
  })

  it('take names apart by their case, and two underscores from one', () => {
    const sorts = canonicalTable({
      name: 'sorts', history: 'type_1', key: 'id', sequence: 'at', volatile: [],
      fields: { id: { type: 'text' }, status_sort: { type: 'integer' }, priority_sort: { type: 'integer' }, at: { type: 'timestamp' } },
      services: { connectwise: { endpoint: 'tickets', fields: { id: from('id'), status_sort: from('status__Sort'), priority_sort: from('status__sort'), at: from('_info__lastUpdated') } } },
    })
    const { row } = canonicalMapping(sorts, 'connectwise', canonicalDimension(sorts, 'acme').table).apply(printer)
    expect(row).toEqual({ id: 48211, status_sort: 20, priority_sort: null, at: '2025-02-04T09:12:44Z' })
  })

  it('ask the source for what the mapping needs, and for nothing more', () => {
    const asked = askedFields(tickets, 'connectwise')
    expect(asked).toHaveLength(new Set(asked).size)
    expect(asked).toEqual(expect.arrayContaining(['id', 'status/name', 'subType/id', '_info/lastUpdated', '_info/enteredBy']))
    expect(asked.filter((field) => field.startsWith('@') || field.includes('__'))).toEqual([])
    expect(asked).not.toContain('customFields')
  })

  it('need a key and an instant', () => {
    expect(connectwise.apply({ id: 1 }).problems.map(({ column, severity }) => [column, severity])).toEqual([['last_updated', 'error']])
    expect(connectwise.apply({ _info: printer._info }).problems.map(({ column }) => column)).toEqual(['id'])
  })
})

describe('a validation', () => {
  it('counts no null that was left out as found', () => {
    const { owner: _, ...unowned } = printer
    const { rows, fields, totals, unused } = validateSample(tickets, 'connectwise', connectwise, [printer, unowned, { ...printer, budgetHours: 'much', approved: null }])
    const of = (name: string) => fields.find(({ field }) => field === name)
    expect(rows).toBe(3)
    expect(of('owner_name')).toEqual({ field: 'owner_name', source: ['owner__name', 'owner__identifier'], matched: 2, absent: 1, null: 0, failed: 0 })
    expect(of('urgency')).toMatchObject({ matched: 0, absent: 3 })
    expect(of('approved')).toMatchObject({ matched: 2, null: 1 })
    expect(totals.all).toBe(105)
    expect(totals.matched + totals.absent + totals.null + totals.failed).toBe(105)
    expect(unused).toContainEqual({ field: 'priority.sort', seen: 3 })
  })

  it('says of a service that has nothing like a field that it is absent', () => {
    const { fields } = validateSample(tickets, 'export', exported, [{ 'Ticket ID': '1', Updated: '2025-01-01' }])
    expect(fields.find(({ field }) => field === 'board_id')).toEqual({ field: 'board_id', source: [], matched: 0, absent: 1, null: 0, failed: 0 })
  })
})

describe('canonical tables', () => {
  it('are found by their name, with either sign between its words', () => {
    expect(canonicalNamed('time-entries')).toBe(canonicalNamed('time_entries'))
    expect(canonicalTables.map(({ name, history }) => `${name} ${history}`)).toEqual(['tickets type_2', 'companies type_1', 'contacts type_1', 'time_entries type_1'])
    expect(() => canonicalNamed('invoices')).toThrow('There is no canonical table "invoices". There are tickets, companies, contacts, time_entries.')
  })

  it('lie in a schema of the tenant, never in one of something else', () => {
    expect(tenantSchema('Site-Technology')).toBe('site_technology')
    for (const name of ['varve', 'public', 'pg_catalog', 'information_schema', '7up', '', 'a'.repeat(64)]) expect(() => tenantSchema(name)).toThrow('cannot be called')
  })
})
