import { sql } from 'drizzle-orm'
import type { LoadContext, Session } from '@varve/core'

/** By so many points of a hundred the share of orphans may move from one level to the next before it is a finding. */
export const notablePoints = 5

const views = {
  timesheets: sql`select count(*) as records, count(*) filter (where s.crm_id is null) as without_ticket, count(*) filter (where t.ticket_id is null) as orphaned
    from servicedesk.v_timesheets s left join servicedesk.v_tickets t on t.ticket_id = s.crm_id`,
  comments: sql`select count(*) as records, count(*) filter (where s.ticket_id is null) as without_ticket, count(*) filter (where t.ticket_id is null) as orphaned
    from servicedesk.v_comments s left join servicedesk.v_tickets t on t.ticket_id = s.ticket_id`,
} as const

interface Level {
  readonly records: number
  readonly withoutTicket: number
  readonly orphaned: number
}

/**
 * Keeps how many rows have no ticket that is loaded, where that became another number. Most of them have none, since the view of tickets holds those of ten
 * days only: the level is no finding, and no row is refused for it. That the level moved is one.
 */
export async function measureOrphans(context: LoadContext): Promise<void> {
  const { transaction, batchId } = context
  for (const [view, query] of Object.entries(views)) {
    const level = await levelOf(transaction, query)
    const before = await levelOf(transaction, sql`select records, without_ticket, orphaned from servicedesk.orphan_levels where view_name = ${view} order by measured_at desc, batch_id desc limit 1`)
    if (!level || (before ? before.records === level.records && before.withoutTicket === level.withoutTicket && before.orphaned === level.orphaned : level.records === 0)) continue
    await transaction.query(sql`insert into servicedesk.orphan_levels (view_name, batch_id, measured_at, records, without_ticket, orphaned) values (${view}, ${batchId}, clock_timestamp(), ${level.records}, ${level.withoutTicket}, ${level.orphaned})`)
    const [now, then] = [percentOf(level), before && percentOf(before)]
    if (now === undefined || then === undefined || Math.abs(now - then) <= notablePoints) continue
    context.find({ check: 'ORPHANS_CHANGED', severity: 'warn', table: `servicedesk.${view}`, message: `${now.toFixed(1)} % of the ${view} have no ticket that is loaded; it was ${then.toFixed(1)} % before. Look whether the view of tickets still holds what it held.`, raw: JSON.stringify({ record_id: view, percent: now, previous_percent: then }) })
  }
}

async function levelOf(session: Session, query: ReturnType<typeof sql>): Promise<Level | undefined> {
  const { rows } = await session.query<{ records: bigint; without_ticket: bigint; orphaned: bigint }>(query)
  return rows.map((row) => ({ records: Number(row.records), withoutTicket: Number(row.without_ticket), orphaned: Number(row.orphaned) }))[0]
}

function percentOf({ records, orphaned }: Level): number | undefined {
  return records === 0 ? undefined : (orphaned * 100) / records
}
