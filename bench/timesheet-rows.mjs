import { t, table } from '@varve/core'

/** Timesheets as a service desk hands them out: 21 columns under its own names, no id, and a key whose columns are sometimes empty. */
export const timesheets = table('bench.timesheets', {
  fullName: t.text().named('TS-User Full Name'),
  username: t.text().named('TS-User Username'),
  title: t.text().named('TS-Title'),
  description: t.text().named('TS-Description'),
  day: t.timestamp().named('TS-Date'),
  timeFrom: t.text().named('TS-Time From'),
  timeTo: t.text().named('TS-Time To'),
  type: t.text().named('TS-Type'),
  category: t.text().named('TS-Category'),
  subCategory: t.text().named('TS-Sub Category'),
  category2: t.text().named('TS-Category 2'),
  hours: t.float().named('TS-Hours'),
  crmId: t.integer().named('TS-Crm ID'),
  projectCode: t.text().named('TS-Ticket Project Master Code'),
  costcentreId: t.integer().named('TS-Costcentre ID'),
  costcentre: t.text().named('TS-Costcentre Desc'),
  account: t.text().named('TS-Account Selcom'),
  accountName: t.text().named('TS-Account Name'),
  billState: t.text().named('TS-Account Bill State'),
  internal: t.text().named('TS-Account Internal'),
  department: t.text().named('TS-Ticket Department'),
  createdAt: t.timestamp(),
  updatedAt: t.timestamp(),
  etlBatchId: t.uuid(),
})

const users = 350
const day = 86_400_000
const firstDay = Date.UTC(2023, 0, 2)
const categories = ['Support', 'Project', 'Internal', 'Travel']
const clock = (minutes) => `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`

/** Entry number `i`: one in a hundred is another in each round from the second on. Some have no ticket, and some no time. */
export function timesheet(i, round = 0) {
  const user = i % users
  const slot = Math.floor(i / users)
  const from = 420 + (slot % 8) * 75
  const isChanged = round > 0 && i % 100 === 37
  const hours = 0.5 + (i % 10) / 4 + (isChanged ? round / 100 : 0)
  return {
    fullName: `Jo Sample ${user}`,
    username: `jsample${user}`,
    title: `Entry ${i % 9973}`,
    description: `Cleared logs on node ${i % 613}, restarted the service and told the customer${isChanged ? `, again ${round}` : ''}`,
    day: new Date(firstDay + Math.floor(slot / 8) * day).toISOString(),
    timeFrom: i % 53 === 0 ? null : clock(from),
    timeTo: clock(from + Math.round(hours * 60)),
    type: i % 9 === 0 ? 'Overtime' : 'Normal',
    category: categories[i % categories.length],
    subCategory: null,
    category2: i % 3 === 0 ? 'Remote' : null,
    hours,
    crmId: i % 11 === 0 ? null : 4_000_000 + ((i * 7919) % 188_000),
    projectCode: i % 4 === 1 ? `PRJ-${i % 997}` : null,
    costcentreId: 100 + (i % 40),
    costcentre: `Costcentre ${i % 40}`,
    account: `ACC${i % 1200}`,
    accountName: `Account number ${i % 1200}`,
    billState: i % 2 === 0 ? 'Billable' : 'Not billable',
    internal: i % 4 === 2 ? 'Yes' : 'No',
    department: `Cloud - Team ${i % 12}`,
  }
}

export function* timesheetRows(count, round) {
  for (let i = 0; i < count; i++) yield timesheet(i, round)
}
