import { sql } from 'drizzle-orm'
import { specOf, type Session } from '@varve/core'
import type { LastingIssue } from '../../../issue/issue-register.js'
import { fieldsOf } from '../mapping/view-mapping.js'
import { viewTables, type ViewName } from '../otc-view.js'

/** The columns that hold something, but that no row of a delivery has a field for: they grow old without a word, and the history knows them no more. */
export async function missingFields(session: Session, view: ViewName, missing: readonly string[]): Promise<(LastingIssue & { readonly type: 'MISSING_FIELD' })[]> {
  const columns = specOf(viewTables[view]).columns.filter(({ property }) => missing.includes(property))
  if (columns.length === 0) return []
  const held = columns.map(({ name }) => sql`count(${sql.identifier(name)}) > 0 as ${sql.identifier(name)}`)
  const { rows: [found] } = await session.query<Record<string, boolean>>(sql`select ${sql.join(held, sql`, `)} from ${sql.identifier('servicedesk')}.${sql.identifier(view)}`)
  return columns.filter(({ name }) => found?.[name]).map(({ name }) => {
    const [field] = fieldsOf(view, name)
    const history = view === 'tickets' ? '; where their history keeps it, it is not known from here on' : ''
    return { type: 'MISSING_FIELD', severity: 'warn', table: `servicedesk.${view}`, recordId: field, message: `No row has the field "${field}" any more. What is stored of it stays as it was${history}. Look whether the view still shows it.`, data: { field } }
  })
}
