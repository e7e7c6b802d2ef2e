import { sql } from 'drizzle-orm'
import type { Finding, Session, TableSpec } from '@varve/core'

/** What is to be said of columns that the mapping has no longer: they stay, and are NULL from now on. Worth a word while they have values. */
export async function findRemovedFields(session: Session, physical: TableSpec): Promise<Finding[]> {
  const live = await session.introspect(physical.schema, physical.name)
  const declared = new Set(physical.columns.map(({ name }) => name))
  const removed = (live?.columns ?? []).filter(({ name }) => !declared.has(name))
  const findings: Finding[] = []
  for (const { name } of removed) {
    const { rows } = await session.query(sql`select 1 from ${sql.identifier(physical.schema ?? 'public')}.${sql.identifier(physical.name)} where ${sql.identifier(name)} is not null limit 1`)
    if (rows.length > 0) findings.push({ check: 'removed field', severity: 'warn', column: name, message: `"${name}" is no field of the mapping any more. The column stays with its values, and new rows and versions have NULL in it.` })
  }
  return findings
}
