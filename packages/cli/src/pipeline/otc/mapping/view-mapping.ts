import { from, mappingOf, specOf, type ColumnSpec, type FieldMapping, type Mapping } from '@varve/core'
import { viewTables, type ViewName } from '../otc-view.js'
import { timesOfDay } from '../table/timesheets.js'
import { timeOfDay } from './time-of-day.js'

/** What the columns of comments are called: by the API and exports since January 2026, by exports before, and by the tables of earlier programs. */
const commentFields: Readonly<Record<string, readonly [string, ...string[]]>> = {
  comment_id: ['TKTCT-CommentID', 'CT-COMMENT-ID', 'comment_id'],
  ticket_id: ['TKTCT-TicketID', 'CT-TKT-ID', 'ticket_id'],
  comment_text: ['TKTCT-Comment', 'CT-COMMENT', 'comment_text'],
  user_id: ['TKTCT-UserID', 'CT-USERID', 'user_id'],
  user_name: ['TKTCT-Username', 'CT-USERIDNAME', 'user_name'],
  owner_type: ['TKTCT-OwnerType', 'CT-OWNERTYPE', 'owner_type'],
  // Spelled so in those exports.
  created_time: ['TKTCT-Created Time', 'CT-DATEAMDTIME', 'created_time'],
  visible_to_customer: ['TKTCT-VisibleCustomer', 'CT-VISIBLE-CUSTOMER', 'visible_to_customer'],
  comment_type: ['TKTCT-Type', 'CT-TYPE', 'comment_type'],
  team: ['TKTCT-Team', 'CT-TKT-TEAM', 'team'],
}

/** The names under which a source may send a column. */
export function fieldsOf(view: ViewName, column: string): readonly [string, ...string[]] {
  return (view === 'comments' ? commentFields[column] : undefined) ?? [column]
}

/**
 * From the rows of a view, or of an export of it, to its table. Texts lose the blanks around them, an empty one is NULL. Dates are day first, times without
 * an offset are in `zone`, times of day have one spelling. Yes and no stay as they were told, since their columns are texts.
 *
 * @example
 * ```ts
 * const { row } = viewMapping('tickets', 'Australia/Sydney').apply({ 'TKT-Ticket ID': 4180001, 'TKT-Assigned To User': ' PendingAssignment' })
 * row.assignedToUser // 'PendingAssignment'
 * ```
 */
export function viewMapping(view: ViewName, zone: string): Mapping {
  const table = specOf(viewTables[view])
  return mappingOf(table, Object.fromEntries(table.columns.map((column) => [column.property, fieldMapping(view, column, zone)])))
}

function fieldMapping(view: ViewName, column: ColumnSpec, zone: string): FieldMapping {
  const told = from(...fieldsOf(view, column.name)).trim().emptyToNull()
  switch (column.type.kind) {
    case 'timestamp':
    case 'date':
      return told.dayFirst({ zone })
    case 'float':
      // As text, since a number of the source may have more digits than a decimal is held to; a point parts decimals, never thousands.
      return told.map(String, 'text').commaDecimal({ lonePoint: 'decimals' })
    case 'integer':
      return column.notNull ? told.required() : told
    default:
      if (view === 'timesheets' && timesOfDay.includes(column.property)) return told.map(timeOfDay)
      return /month/i.test(column.property) && !/this|last/i.test(column.property) ? told.map(monthOf) : told
  }
}

/** A month that a spreadsheet took for the first day of it. */
function monthOf(value: unknown): unknown {
  return typeof value === 'string' ? (/^(\d{4}-\d{2})-01(?:T00:00:00)?$/.exec(value)?.[1] ?? value) : value
}
