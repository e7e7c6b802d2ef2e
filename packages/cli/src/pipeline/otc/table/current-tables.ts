import { currentTable } from '@varve/core'
import { comments } from './comments.js'
import { tickets } from './tickets.js'
import { bookingKey, timesheets } from './timesheets.js'

/** Tickets as they are now: the state that was modified last stands, whenever it is delivered. */
export class Tickets extends currentTable(tickets, { key: ['ticketId'], sequence: 'modifiedTime' }) {}

/** Bookings tell no time of change: of two deliveries the last one stands. */
export class Timesheets extends currentTable(timesheets, { key: bookingKey }) {}

export class Comments extends currentTable(comments, { key: ['commentId'] }) {}

/** The table of each view. */
export const currentTables = { tickets: Tickets, timesheets: Timesheets, comments: Comments } as const
