import { createHash } from 'node:crypto'
import { sql } from 'drizzle-orm'
import type { Session } from '@varve/core'
import { ledgerViews } from './ledger-views.js'
import { monitoringViews } from './monitoring-views.js'
import { getBillingPeriod } from './period-function.js'
import { readerViews } from './reader-views.js'

/** Each after those that it reads. */
const objects = [getBillingPeriod, ...ledgerViews, ...monitoringViews, ...readerViews]

const mark = `varve tracktik ${createHash('sha256').update(JSON.stringify(objects)).digest('hex').slice(0, 32)}`

/** Whether the views and functions are there, all of them as they are declared here. */
async function areAligned(session: Session): Promise<boolean> {
  const { rows } = await session.query<{ mark: string | null }>(sql`select obj_description(to_regprocedure(${getBillingPeriod.name}), 'pg_proc') as mark`)
  return rows[0]?.mark === mark
}

/** Drops views of another version of this program, which would keep their tables from being brought up to date. */
export async function dropStaleObjects(session: Session): Promise<void> {
  if (await areAligned(session)) return
  for (const { kind, name } of objects.toReversed()) if (kind !== 'function') await session.query(sql.raw(`drop ${kind} if exists ${name}`))
}

/** Makes the views and functions where they are not there as declared; their tables must be. */
export async function alignObjects(session: Session): Promise<void> {
  if (await areAligned(session)) return
  await dropStaleObjects(session)
  for (const { create, indexes = [] } of objects) for (const statement of [create, ...indexes]) await session.query(sql.raw(statement))
  await session.query(sql.raw(`comment on function ${getBillingPeriod.name} is '${mark}'`))
}

/** Brings the summary up to date with what this transaction wrote; its readers go on reading meanwhile. */
export async function refreshSummary(session: Session): Promise<void> {
  await session.query(sql.raw('refresh materialized view concurrently tracktik.mv_period_summary'))
}
