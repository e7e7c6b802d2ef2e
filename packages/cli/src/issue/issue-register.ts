import { sql } from 'drizzle-orm'
import { dataQualityIssues, type LoadContext, type Session } from '@varve/core'

/** Something that is wrong with one record, as long as it lasts. */
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
export interface LookedFor {
  readonly table: string
  readonly types: readonly string[]
}

/**
 * Records issues that are not open already, and closes open ones that are gone: an issue that lasts is one row, however often it is found.
 *
 * @example
 * ```ts
 * await registerLastingIssues(context, issues, { table: 'crm.people', types: ['TWO_NAMES'] })
 * ```
 */
export async function registerLastingIssues(context: Pick<LoadContext, 'engine' | 'transaction' | 'find'>, issues: readonly LastingIssue[], looked: LookedFor): Promise<void> {
  const { engine, transaction } = context
  const open = await openIssues(context, looked)
  const known = new Set(open.map(({ key }) => key))
  // What is met twice in one run is one issue.
  const found = new Map(issues.map((issue) => [keyOf(issue.type, issue.recordId), issue]))
  for (const [key, { type, severity, table, recordId, message, data }] of found) {
    if (!known.has(key)) context.find({ check: type, severity, table, message, raw: JSON.stringify({ record_id: recordId, ...data }) })
  }
  const { table, now } = engine.phrases
  for (const { issueId } of open.filter(({ key }) => !found.has(key))) {
    await transaction.query(sql`update ${table(dataQualityIssues.spec)} set resolved_at = ${now()} where issue_id = ${issueId}`)
  }
}

async function openIssues({ engine, transaction }: { readonly engine: Pick<LoadContext['engine'], 'phrases'>; readonly transaction: Session }, { table, types }: LookedFor): Promise<{ readonly issueId: string; readonly key: string }[]> {
  const { rows } = await transaction.query<{ issue_id: bigint | string; check_name: string; raw: string | null }>(sql`
    select issue_id, check_name, raw from ${engine.phrases.table(dataQualityIssues.spec)}
     where resolved_at is null and table_name = ${table} and check_name in (${sql.join(types.map((type) => sql`${type}`), sql`, `)})`)
  return rows.map((row) => ({ issueId: String(row.issue_id), key: keyOf(row.check_name, recordOf(row.raw)) }))
}

function recordOf(raw: string | null): string {
  const data = JSON.parse(raw ?? '{}') as { readonly record_id?: string } // written above
  return data.record_id ?? ''
}

function keyOf(type: string, recordId: string): string {
  return `${type} ${recordId}`
}
