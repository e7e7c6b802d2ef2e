import { sql, type SQL } from 'drizzle-orm'
import type { LoadContext, Session } from '@varve/core'

/** Something that is wrong with one record, for as long as it lasts. */
export interface LastingIssue {
  readonly type: string
  readonly severity: 'info' | 'warn' | 'error'
  readonly table: string
  /** What it is about, the same text each time. */
  readonly recordId: string
  readonly message: string
  readonly data: Readonly<Record<string, unknown>>
}

/** What was looked for, so that what is no longer found is known to be over. */
export interface LookedFor<Type extends string = string> {
  readonly types: readonly Type[]
  /** Where: a table with its schema, or a schema with all of its tables. */
  readonly in: string
  /** Open issues that were not looked at, and stay open: a condition over the issue `i`, with its `record_id`, `check_name`, `table_name` and `found_at`. */
  readonly unless?: SQL
}

/**
 * Records issues that are not open already, and closes open ones that are gone: an issue that lasts is one row, however often it is found.
 *
 * @example
 * ```ts
 * await registerIssues(context, issues, { in: 'crm.people', types: ['TWO_NAMES'] })
 * ```
 */
export async function registerIssues<Type extends string>(context: Pick<LoadContext, 'transaction' | 'find'>, issues: readonly (LastingIssue & { readonly type: Type })[], looked: LookedFor<Type>): Promise<void> {
  const open = await openIssues(context.transaction, looked)
  // What is read twice in one run is found twice.
  const found = new Map(issues.map((issue) => [keyOf(issue.type, issue.table, issue.recordId), issue]))
  const known = new Set(open.map(({ key }) => key))
  for (const [key, { type, severity, table, recordId, message, data }] of found) {
    if (!known.has(key)) context.find({ check: type, severity, table, message, raw: JSON.stringify({ record_id: recordId, ...data }) })
  }
  const over = open.filter(({ key, mayEnd }) => mayEnd && !found.has(key)).map(({ issueId }) => issueId)
  if (over.length > 0) await context.transaction.query(sql`update varve.data_quality_issues set resolved_at = clock_timestamp() where issue_id in (select cast(id as bigint) from json_array_elements_text(cast(${JSON.stringify(over)} as json)) j (id))`)
}

interface OpenIssue {
  readonly issueId: string
  readonly key: string
  readonly mayEnd: boolean
}

async function openIssues(session: Session, { types, in: place, unless }: LookedFor): Promise<OpenIssue[]> {
  const isThere = place.includes('.') ? sql`table_name = ${place}` : sql`table_name like ${`${place.replaceAll(/[!%_]/g, '!$&')}.%`} escape '!'`
  const { rows } = await session.query<{ issue_id: bigint; check_name: string; table_name: string; record_id: string | null; may_end: boolean }>(sql`
    select i.issue_id, i.check_name, i.table_name, i.record_id, ${unless ? sql`not (${unless})` : sql`true`} as may_end
      from (select issue_id, check_name, table_name, found_at, cast(raw as json) ->> 'record_id' as record_id from varve.data_quality_issues
             where resolved_at is null and ${isThere} and check_name in (${sql.join(types.map((type) => sql`${type}`), sql`, `)})) i`)
  return rows.map((row) => ({ issueId: String(row.issue_id), key: keyOf(row.check_name, row.table_name, row.record_id ?? ''), mayEnd: row.may_end }))
}

function keyOf(type: string, table: string, recordId: string): string {
  return `${type} ${table} ${recordId}`
}
