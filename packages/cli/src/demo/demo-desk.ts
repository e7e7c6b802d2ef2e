import { startOtcSimulator, VirtualClock } from '@varve/connectors'
import { etlBatches, failureOf, runPipeline, VarveError, type Engine, type PipelineResult, type PipelineRunOptions } from '@varve/core'
import { sql } from 'drizzle-orm'
import { CommandFailure } from '../command-failure.js'
import { runJson } from '../output/run-json.js'
import { otcPipeline } from '../pipeline/otc/otc-pipeline.js'

const start = '2026-01-12T00:00:00Z'
const daysBetweenRuns = 5

/** What the demo shows of a service desk. */
export interface DemoDesk {
  readonly runs: readonly { readonly at: string; readonly result: PipelineResult }[]
  readonly orphans: readonly { readonly view: string; readonly records: number; readonly percent: string }[]
  /** A ticket of which there is something to tell. */
  readonly timeline: readonly { readonly ticket: number; readonly status: string; readonly from: string; readonly to: string | null; readonly hours: string | null }[]
}

/** Runs the pipeline otc on a simulated desk twice, five days apart, from where the last demo ended. */
export async function runDemoDesk(engine: Engine, options: Pick<PipelineRunOptions, 'log' | 'signal'>): Promise<DemoDesk> {
  const last = await lastDemo(engine)
  const clock = new VirtualClock(start)
  await using simulator = await startOtcSimulator({ seed: 'demo', scale: { tickets: 120, timesheets: 800, duplicates: 20, comments: 300 }, clock, start })
  if (last !== undefined && Date.parse(last) >= clock.now()) simulator.advanceTo(new Date(Date.parse(last) + 60_000).toISOString())
  const pipeline = otcPipeline({ environment: simulator.environment, clock })
  const runs: { readonly at: string; readonly result: PipelineResult }[] = []
  for (const isLast of [false, true]) {
    const at = new Date(clock.now()).toISOString()
    const result = await runPipeline(pipeline, engine, { wait: 'refuse', ...options })
    const failure = failureOf(result)
    if (failure) throw new CommandFailure(failure, runJson(result))
    runs.push({ at, result })
    if (!isLast) simulator.advanceTo(new Date(clock.now() + daysBetweenRuns * 86_400_000).toISOString())
  }
  const { rows: orphans } = await engine.query<{ view: string; records: bigint; percent: string }>(sql`select view_name as view, records, orphan_percent as percent from servicedesk.v_orphaned_data order by 1`)
  const { rows: timeline } = await engine.query<DemoDesk['timeline'][number]>(sql`
    select ticket_id as ticket, status, to_char(entered_at at time zone 'UTC', 'YYYY-MM-DD HH24:MI') as "from", to_char(left_at at time zone 'UTC', 'YYYY-MM-DD HH24:MI') as "to", case when left_at is not null then cast(hours as text) end as hours from servicedesk.v_time_in_status
     where ticket_id = (select ticket_id from servicedesk.v_time_in_status group by ticket_id order by count(*) desc, ticket_id fetch first 1 row only) order by entered_at`)
  return { runs, orphans: orphans.map(({ records, ...rest }) => ({ ...rest, records: Number(records) })), timeline }
}

/**
 * When the last demo looked at its desk.
 *
 * @throws VarveError V1006 for a database with the rows of a real one.
 */
async function lastDemo(engine: Engine): Promise<string | undefined> {
  const { rows } = await engine.query<{ desk: string | null; modified: string | null }>(sql`select metadata ->> 'desk' as desk from ${engine.phrases.table(etlBatches.spec)} where pipeline = 'otc' and coalesce(metadata ->> 'desk', '') not like '127.0.0.1:%' ${engine.phrases.firstRows(1)}`)
  const [other] = rows
  if (other) throw new VarveError('V1006', `This database has tickets of a real service desk (${other.desk ?? 'unknown'}). The demo would write invented ones among them: name another with --db, or none.`)
  if (!(await engine.introspect('servicedesk', 'v_tickets'))) return undefined
  const { rows: [latest] } = await engine.query<{ modified: string | null }>(sql`select to_char(max(modified_time) at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as modified from servicedesk.v_tickets`)
  return latest?.modified ?? undefined
}
