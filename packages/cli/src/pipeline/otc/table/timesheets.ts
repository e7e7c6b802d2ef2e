import { sql } from 'drizzle-orm'
import { t, table } from '@varve/core'
import { isOneSpellingSql } from '../mapping/time-of-day.js'

/** Hours that people booked. The service desk gives a booking no id: who, on which day, from when and on which ticket is what makes it one. */
export const timesheets = table('servicedesk.timesheets', {
  userFullName: t.text().named('TS-User Full Name'),
  userUsername: t.text().named('TS-User Username'),
  title: t.text().named('TS-Title'),
  description: t.text().named('TS-Description'),
  date: t.date().named('TS-Date'),
  timeFrom: t.text().named('TS-Time From'),
  timeTo: t.text().named('TS-Time To'),
  type: t.text().named('TS-Type'),
  category: t.text().named('TS-Category'),
  subCategory: t.text().named('TS-Sub Category'),
  category2: t.text().named('TS-Category 2'),
  hours: t.float().named('TS-Hours'),
  crmId: t.integer().named('TS-Crm ID'),
  ticketProjectMasterCode: t.text().named('TS-Ticket Project Master Code'),
  costcentreId: t.integer().named('TS-Costcentre ID'),
  costcentreDesc: t.text().named('TS-Costcentre Desc'),
  accountSelcom: t.text().named('TS-Account Selcom'),
  accountName: t.text().named('TS-Account Name'),
  accountBillState: t.text().named('TS-Account Bill State'),
  accountInternal: t.text().named('TS-Account Internal'),
  ticketDepartment: t.text().named('TS-Ticket Department'),
}, {
  unique: [{ columns: ['userUsername', 'date', 'timeFrom', 'crmId'], name: 'timesheets_booking_key', nullsEqual: true }],
  checks: {
    // A time of another spelling would be another booking.
    time_from: () => sql.raw(isOneSpellingSql('"TS-Time From"')),
  },
  indexes: [
    { columns: ['crmId'], name: 'timesheets_crm_id_idx' },
    { columns: ['userUsername'], name: 'timesheets_user_username_idx' },
    { columns: ['date'], name: 'timesheets_date_idx' },
    { columns: ['userUsername', 'date'], name: 'timesheets_user_username_date_idx' },
  ],
})

/** What makes a booking one. */
export const bookingKey = ['userUsername', 'date', 'timeFrom', 'crmId'] as const

/** Texts that hold a time of day. */
export const timesOfDay: readonly string[] = ['timeFrom', 'timeTo']
