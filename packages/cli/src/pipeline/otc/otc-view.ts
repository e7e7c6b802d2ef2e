import type { TableLike } from '@varve/core'
import { comments } from './table/comments.js'
import { tickets } from './table/tickets.js'
import { timesheets } from './table/timesheets.js'

/** The views of the service desk, in the order in which they are read. */
export const viewNames = ['tickets', 'timesheets', 'comments'] as const
export type ViewName = (typeof viewNames)[number]

/** The table of each view. */
export const viewTables = { tickets, timesheets, comments } as const satisfies Readonly<Record<ViewName, TableLike>>
