import { describe, expect, it } from 'vitest'
import { viewMapping } from './view-mapping.ts'

const sydney = 'Australia/Sydney'

function mapped(view: Parameters<typeof viewMapping>[0], row: Readonly<Record<string, unknown>>) {
  const { row: out, problems } = viewMapping(view, sydney).apply(row)
  return { ...Object.fromEntries(Object.entries(out).filter(([, value]) => value !== null)), ...(problems.length > 0 ? { problems: problems.map(({ message }) => message) } : {}) }
}

describe('a ticket', () => {
  it('keeps what is said of it, each in its column', () => {
    expect(mapped('tickets', {
      'TKT-Ticket ID': 4180001, 'TKT-Title': 'Disk space low on node 4', 'TKT-Status': 'In Progress', 'TKT-Severity': 'P3', 'TKT-Category': 'Alert',
      'TKT-Team': 'Cloud - Infrastructure', 'TKT-Assigned To User': ' PendingAssignment', 'TKT-Created Time': '2026-01-05 08:14:02',
      'TKT-Modified Time': '06/01/2026 17:40', 'TKT-Account Name': 'Harbour Foods', 'TKT-Client Name': 'Monitoring', 'TKT-SLA Met': 'yes',
      'TKT-Root Cause Category': '--None--', 'TKT-Closure Date': '',
    })).toEqual({
      ticketId: 4180001, title: 'Disk space low on node 4', status: 'In Progress', severity: 'P3', category: 'Alert', team: 'Cloud - Infrastructure',
      assignedToUser: 'PendingAssignment', createdTime: '2026-01-04T21:14:02Z', modifiedTime: '2026-01-06T06:40:00Z', accountName: 'Harbour Foods',
      clientName: 'Monitoring', slaMet: 'yes', rootCauseCategory: '--None--',
    })
  })

  it('has its team in team and its category in category; that it was modified resolves nothing', () => {
    const { row } = viewMapping('tickets', sydney).apply({ 'TKT-Ticket ID': 1, 'TKT-Team': 'NOC', 'TKT-Category': 'Alert', 'TKT-Modified Time': '2026-01-05 10:00:00' })
    expect(row).toMatchObject({ team: 'NOC', category: 'Alert', modifiedTime: '2026-01-04T23:00:00Z', actualResolutionDate: null, closureDate: null, slaClosureDate: null })
  })

  it.each([
    ['01/02/2026', '2026-01-31T13:00:00Z'],
    ['13/02/2026 09:05', '2026-02-12T22:05:00Z'],
    ['1/7/2026 09:05:59', '2026-06-30T23:05:59Z'],
    ['2026-07-01T09:05:00', '2026-06-30T23:05:00Z'],
    ['2026-07-01T09:05:00Z', '2026-07-01T09:05:00Z'],
  ])('that was created at %s was so at %s, by the clocks of the desk', (told, instant) => {
    expect(mapped('tickets', { 'TKT-Ticket ID': 1, 'TKT-Created Time': told })).toEqual({ ticketId: 1, createdTime: instant })
  })

  it('takes the first of two hours that the clocks show twice, and the later of one that they skip', () => {
    expect(mapped('tickets', { 'TKT-Ticket ID': 1, 'TKT-Created Time': '05/04/2026 02:30', 'TKT-Modified Time': '04/10/2026 02:30' })).toEqual({ ticketId: 1, createdTime: '2026-04-04T15:30:00Z', modifiedTime: '2026-10-03T16:30:00Z' })
  })

  it('is refused for a month over 12, a missing id, and an id that is none', () => {
    expect(mapped('tickets', { 'TKT-Ticket ID': 1, 'TKT-Created Time': '01/13/2026' }).problems).toEqual([expect.stringContaining('is a day that does not exist')])
    expect(mapped('tickets', { 'TKT-Ticket ID': '  ' }).problems).toEqual([expect.stringContaining('"TKT-Ticket ID" is required')])
  })

  it('reads ids that passed through a spreadsheet, and months that did', () => {
    expect(mapped('tickets', { 'TKT-Ticket ID': '4180001.0', 'TKT-Parent ID': '4180000.0', 'TKT-Month Created': '2026-01-01T00:00:00', 'TKT-Month Closed': '2026-02', 'TKT-SLA Closed - This Month': 'no' })).toEqual({
      ticketId: '4180001.0', parentId: '4180000.0', monthCreated: '2026-01', monthClosed: '2026-02', slaClosedThisMonth: 'no',
    })
  })
})

describe('a timesheet', () => {
  it('is read with its decimal comma, its day, and nothing where nothing is told', () => {
    expect(mapped('timesheets', {
      'TS-User Username': 'jsample', 'TS-User Full Name': 'Jo Sample', 'TS-Date': '05/01/2026', 'TS-Time From': '09:00', 'TS-Time To': '10:30', 'TS-Hours': '1,5',
      'TS-Type': 'Normal', 'TS-Category': 'Support', 'TS-Sub Category': '', 'TS-Crm ID': 4180001, 'TS-Description': 'Cleared logs', 'TS-Account Name': 'Harbour Foods',
    })).toEqual({
      userUsername: 'jsample', userFullName: 'Jo Sample', date: '2026-01-05', timeFrom: '09:00', timeTo: '10:30', hours: '1.5', type: 'Normal', category: 'Support',
      crmId: 4180001, description: 'Cleared logs', accountName: 'Harbour Foods',
    })
  })

  it.each([[1.5, '1.5'], ['0,25', '0.25'], ['1.250', '1.250'], [1 / 3, '0.3333333333333333'], ['2', '2']])('takes %j for %s hours', (told, hours) => {
    expect(mapped('timesheets', { 'TS-Hours': told })).toEqual({ hours })
  })
})

describe('a comment', () => {
  const expected = { commentId: 77001, ticketId: 4180001, commentText: 'Rebooted', userId: 912, userName: 'jsample', ownerType: 'user', createdTime: '2026-01-04T23:31:00Z', visibleToCustomer: 'No', commentType: 'worknotes', team: 'Cloud - Infrastructure' }

  it('is the same under the names of today and those of older exports', () => {
    expect(mapped('comments', {
      'TKTCT-CommentID': 77001, 'TKTCT-TicketID': 4180001, 'TKTCT-Comment': 'Rebooted', 'TKTCT-UserID': 912, 'TKTCT-Username': 'jsample', 'TKTCT-OwnerType': 'user',
      'TKTCT-Created Time': '2026-01-05T10:31:00', 'TKTCT-VisibleCustomer': 'No', 'TKTCT-Type': 'worknotes', 'TKTCT-Team': 'Cloud - Infrastructure',
    })).toEqual(expected)
    expect(mapped('comments', {
      'CT-COMMENT-ID': 77001, 'CT-TKT-ID': 4180001, 'CT-COMMENT': 'Rebooted', 'CT-USERID': 912, 'CT-USERIDNAME': 'jsample', 'CT-OWNERTYPE': 'user',
      'CT-DATEAMDTIME': '05/01/2026 10:31', 'CT-VISIBLE-CUSTOMER': 'No', 'CT-TYPE': 'worknotes', 'CT-TKT-TEAM': 'Cloud - Infrastructure',
    })).toEqual(expected)
  })
})
