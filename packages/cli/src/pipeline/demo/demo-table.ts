import { constant, from, mapping, t, table, wholeRow } from '@varve/core'

/** The table that the demo loads. */
export const demoTickets = table('helpdesk.tickets', {
  ticketId: t.integer().notNull(),
  summary: t.text(200).notNull(),
  status: t.text(20).notNull(),
  openedAt: t.timestamp().notNull(),
  hours: t.decimal(6, 2),
  billable: t.boolean(),
  city: t.text(60),
  source: t.text(20).notNull(),
  raw: t.json(),
}, { primaryKey: ['ticketId'], indexes: [{ columns: ['openedAt'] }] })

/** From what the help desk sends to that table. */
export const demoMapping = mapping(demoTickets, {
  ticketId: from('id').required(),
  summary: from('summary').trim().emptyToNull(),
  status: from('status.name', 'status__name').lookup({ New: 'new', 'In Progress': 'in_progress', Waiting: 'waiting', Closed: 'closed' }),
  openedAt: from('opened_at').dayFirst({ zone: 'Europe/Paris' }),
  hours: from('hours').emptyToNull().commaDecimal(),
  billable: from('billable').yesNo(),
  city: from('contact.address.city'),
  source: constant('demo'),
  raw: wholeRow(),
})
