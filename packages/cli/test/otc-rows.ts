import { expect } from 'vitest'
import { sql, type SQL } from 'drizzle-orm'
import type { BatchOutcome, Engine, StepCounts } from '@varve/core'
import type { ViewName } from '../src/pipeline/otc/otc-view.ts'
import { ViewBatch } from '../src/pipeline/otc/view-batch.ts'

/** Loads rows as if a view had delivered them. */
export function deliver(engine: Engine, view: ViewName, rows: readonly object[], since?: string): Promise<BatchOutcome> {
  return new ViewBatch({ view, type: view, rows: () => rows, zone: 'Australia/Sydney', since }).run(engine)
}

/** What a batch counted for its view, zeros left out. */
export function counted({ steps }: BatchOutcome, table: string): Partial<StepCounts> {
  const { counts } = steps.find((step) => step.table === `servicedesk.${table}`) ?? {}
  return Object.fromEntries(Object.entries(counts ?? {}).filter(([, count]) => count > 0))
}

export async function rowsOf(engine: Engine, query: SQL): Promise<Record<string, unknown>[]> {
  return (await engine.query(query)).rows
}

/** Where each row of the schema lies, and which transaction wrote it: the same twice when nothing was written between. */
export async function writtenState(engine: Engine): Promise<unknown> {
  const state: Record<string, unknown> = {}
  for (const table of ['tickets', 'timesheets', 'comments', 'dim_ticket', 'user_lookup', 'orphan_levels']) {
    const { rows } = await engine.query(sql`select count(*)::int as rows, md5(string_agg(r.ctid::text || '/' || r.xmin::text, ',' order by r.ctid)) as written from ${sql.identifier('servicedesk')}.${sql.identifier(table)} r`)
    state[table] = rows[0]
  }
  expect(Object.keys(state)).toHaveLength(6)
  return state
}

/** A booking with a key of its own unless told otherwise. */
export const booking = (values: Readonly<Record<string, unknown>> = {}) => ({ 'TS-User Username': 'jsample', 'TS-User Full Name': 'Jo Sample', 'TS-Date': '05/01/2026', 'TS-Time From': '09:00', 'TS-Time To': '10:30', 'TS-Type': 'Normal', 'TS-Hours': '1,5', 'TS-Crm ID': 4180001, ...values })

export const ticket = (values: Readonly<Record<string, unknown>> = {}) => ({ 'TKT-Ticket ID': 4180001, 'TKT-Title': 'Disk space low', 'TKT-Status': 'Open', 'TKT-Team': 'NOC', 'TKT-Created Time': '05/01/2026 08:00', 'TKT-Modified Time': '05/01/2026 08:00', ...values })

export const comment = (values: Readonly<Record<string, unknown>> = {}) => ({ 'TKTCT-CommentID': 77001, 'TKTCT-TicketID': 4180001, 'TKTCT-Comment': 'Rebooted', 'TKTCT-UserID': 912, 'TKTCT-Username': 'jsample', 'TKTCT-OwnerType': 'user', 'TKTCT-Created Time': '2026-01-05T10:31:00', 'TKTCT-VisibleCustomer': 'No', 'TKTCT-Type': 'worknotes', 'TKTCT-Team': 'NOC', ...values })
