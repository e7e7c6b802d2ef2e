import { describe, expect, it } from 'vitest'
import { t } from '../table/column.js'
import { table } from '../table/table.js'
import { constant, from, wholeRow } from './field-mapping.js'
import { mapping, mappingOf } from './mapping.js'

describe('a ticket of a service whose paths part keys with two underscores, and which leaves nulls out', () => {
  const paths: Record<string, readonly [string, ...string[]]> = {
    id: ['id'], ticket_number: ['id'], summary: ['summary'], description: ['initialDescription'], status: ['status__name'], priority: ['priority__name'],
    severity: ['severity'], impact: ['impact'], urgency: ['urgency'], company_id: ['company__id'], company_name: ['company__name'],
    contact_id: ['contact__id'], contact_name: ['contact__name', 'contactName'], board_id: ['board__id'], board_name: ['board__name'],
    type_id: ['type__id'], type_name: ['type__name'], subtype_id: ['subType__id'], subtype_name: ['subType__name'], item_id: ['item__id'], item_name: ['item__name'],
    team_id: ['team__id'], team_name: ['team__name'], owner_id: ['owner__id'], owner_name: ['owner__name'],
    created_by: ['_info__enteredBy', 'enteredBy'], created_date: ['_info__dateEntered', 'dateEntered'], required_date: ['requiredDate'],
    budget_hours: ['budgetHours'], actual_hours: ['actualHours'], approved: ['approved'], closed_date: ['closedDate'], closed_by: ['closedBy'],
    last_updated: ['_info__lastUpdated'], last_updated_by: ['_info__updatedBy'],
  }
  const tickets = table('psa.tickets', Object.fromEntries(Object.keys(paths).map((column) => [column, t.text()])))
  const ticketMapping = mappingOf(tickets.spec, Object.fromEntries(Object.entries(paths).map(([column, [path, ...others]]) => [column, from(path, ...others)])))
  const ticket = {
    id: 48211, summary: 'Printer offline on level 3', board: { id: 21, name: 'Service Desk', _info: { board_href: 'x' } }, status: { id: 517, name: 'In Progress', Sort: 20 },
    company: { id: 302, identifier: 'NORTHPIER', name: 'North Pier Logistics' }, contactName: 'Avery Testcase', type: { id: 33, name: 'Incident' }, priority: { id: 8, name: 'Priority 3', sort: 4 },
    severity: 'Medium', impact: 'Low', requiredDate: '2025-02-07T00:00:00Z', budgetHours: 2, approved: true, enteredBy: 'old',
    _info: { lastUpdated: '2025-02-04T09:12:44Z', updatedBy: 'MSAMPLE', dateEntered: '2025-02-03T22:40:10Z', enteredBy: 'portal', notes_href: 'y' },
  }

  it('fills the columns that it has, and tells which it has not', () => {
    const { row, problems } = ticketMapping.apply(ticket)
    expect(problems).toEqual([])
    expect(Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null))).toEqual({
      id: 48211, ticket_number: 48211, summary: 'Printer offline on level 3', status: 'In Progress', priority: 'Priority 3', severity: 'Medium', impact: 'Low',
      company_id: 302, company_name: 'North Pier Logistics', contact_name: 'Avery Testcase', board_id: 21, board_name: 'Service Desk', type_id: 33, type_name: 'Incident',
      created_by: 'portal', created_date: '2025-02-03T22:40:10Z', required_date: '2025-02-07T00:00:00Z', budget_hours: 2, approved: true,
      last_updated: '2025-02-04T09:12:44Z', last_updated_by: 'MSAMPLE',
    })
    expect(Object.keys(row)).toHaveLength(35)
    const absent = ticketMapping.coverage([ticket]).filter((column) => column.absent === 1).map(({ column }) => column)
    expect(absent).toEqual(['description', 'urgency', 'contact_id', 'subtype_id', 'subtype_name', 'item_id', 'item_name', 'team_id', 'team_name', 'owner_id', 'owner_name', 'actual_hours', 'closed_date', 'closed_by'])
  })

  it('tells which fields are left over', () => {
    expect(ticketMapping.unusedFields([ticket]).map(({ field }) => field)).toEqual(['_info.notes_href', 'board._info', 'company.identifier', 'priority.id', 'priority.sort', 'status.Sort', 'status.id'])
  })
})

describe('a row of a desk view, flat, with its own spellings', () => {
  const tickets = table('servicedesk.tickets', { ticketId: t.integer().notNull(), severity: t.text(), assignedUser: t.text(), created: t.timestamp(), modified: t.timestamp().notNull(), slaMet: t.boolean(), closed: t.timestamp(), raw: t.json() })
  const when = { zone: 'Australia/Sydney' }
  const ticketMapping = mapping(tickets, {
    ticketId: from('TKT-Ticket ID').required(),
    severity: from('TKT-Severity').allowed(['P1', 'P2', 'P3', 'P4', 'High', 'Medium', 'Low'], { severity: 'warn' }),
    assignedUser: from('TKT-Assigned To User').trim().emptyToNull(),
    created: from('TKT-Created Time').emptyToNull().dayFirst(when),
    modified: from('TKT-Modified Time').emptyToNull().dayFirst(when).required(),
    slaMet: from('TKT-SLA Met').emptyToNull().yesNo(),
    closed: from('TKT-Closure Date').emptyToNull().dayFirst(when),
    raw: wholeRow(),
  })
  const ticket = { 'TKT-Ticket ID': 4180001, 'TKT-Severity': 'Alert', 'TKT-Assigned To User': ' PendingAssignment', 'TKT-Created Time': '2026-01-05 08:14:02', 'TKT-Modified Time': '06/01/2026 17:40', 'TKT-SLA Met': 'yes', 'TKT-Closure Date': '' }

  it('is read with both spellings of a date, and keeps its raw form', () => {
    const { row, problems } = ticketMapping.apply(ticket)
    expect(row).toEqual({ ticketId: 4180001, severity: 'Alert', assignedUser: 'PendingAssignment', created: '2026-01-04T21:14:02Z', modified: '2026-01-06T06:40:00Z', slaMet: true, closed: null, raw: ticket })
    expect(problems).toEqual([{ column: 'severity', path: 'TKT-Severity', rule: 'allowed', severity: 'warn', message: '"severity" "Alert" (from "TKT-Severity") is not allowed: it must be one of P1, P2, P3, P4, High, Medium, Low', value: 'Alert' }])
  })

  it('may use either family of names, in the same batch', () => {
    const comments = table('servicedesk.comments', { commentId: t.integer().notNull(), visible: t.boolean(), source: t.text().notNull() })
    const commentMapping = mapping(comments, { commentId: from('TKTCT-CommentID', 'CT-COMMENT-ID').required(), visible: from('TKTCT-VisibleCustomer', 'CT-VISIBLE-CUSTOMER').yesNo(), source: constant('desk') })
    expect([{ 'TKTCT-CommentID': 77001, 'TKTCT-VisibleCustomer': 'No' }, { 'CT-COMMENT-ID': 77002, 'CT-VISIBLE-CUSTOMER': 'Yes' }].map((row) => commentMapping.apply(row))).toEqual([
      { row: { commentId: 77001, visible: false, source: 'desk' }, problems: [] },
      { row: { commentId: 77002, visible: true, source: 'desk' }, problems: [] },
    ])
  })
})
