import { t, table } from '@varve/core'
import { scd2Dimension } from '@varve/scd2'

/** What of a ticket keeps its history: where it stands, who has it, how much it weighs, and how it fares against its agreement. */
export const dimTicket = table('servicedesk.dim_ticket', {
  ticketId: t.integer().notNull(),
  status: t.text(),
  team: t.text(),
  assignedToUserid: t.integer(),
  assignedToUser: t.text(),
  severity: t.text(),
  category: t.text(),
  sla: t.text(),
  slaClockStatus: t.text(),
  responseMet: t.text(),
  resolutionMet: t.text(),
  slaMet: t.text(),
  modifiedTime: t.timestamp().notNull(),
})

/**
 * The history of tickets. Its clock is `TKT-Modified Time`, which the desk also tells without seconds: of two states of one minute the one that was
 * delivered last stands.
 */
export class TicketDimension extends scd2Dimension(dimTicket, { key: ['ticketId'], sequence: 'modifiedTime', conflict: 'replace' }) {}
