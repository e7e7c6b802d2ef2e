import { startConnectwiseSimulator, VirtualClock } from '@varve/connectors'
import { failureOf, runPipeline, type Engine, type PipelineResult, type PipelineRunOptions } from '@varve/core'
import { sql } from 'drizzle-orm'
import { CommandFailure } from '../command-failure.js'
import { tenantBatch } from '../canonical/table-service.js'
import { tenantSchema } from '../canonical/tenant-schema.js'
import { tickets } from '../canonical/tables/tickets.js'
import { runJson } from '../output/run-json.js'
import { connectwisePipeline } from '../pipeline/connectwise/connectwise-pipeline.js'
import { readUntil } from '../pipeline/connectwise/window-batch.js'
import { keptMark } from '../pipeline/connectwise/kept-mark.js'

/** Names that no real tenant has. */
const tenants = ['demo-sitetechnology', 'demo-northpier'] as const
const start = '2025-03-10T00:00:00Z'
const daysBetweenRuns = 7

/** What the demo shows of tenants and their tickets. */
export interface DemoTenants {
  readonly runs: readonly { readonly at: string; readonly result: PipelineResult }[]
  readonly tables: readonly { readonly table: string; readonly rows: number; readonly current: number; readonly columns: number }[]
  /** A ticket of which there is something to tell. */
  readonly timeline: readonly { readonly id: string; readonly summary: string; readonly from: string; readonly to: string | null; readonly status: string | null; readonly priority: string | null; readonly owner: string | null }[]
}

/** Runs the pipeline connectwise on two simulated tenants twice, a week apart, from where the last demo ended. */
export async function runDemoTenants(engine: Engine, options: Pick<PipelineRunOptions, 'log' | 'signal'>): Promise<DemoTenants> {
  const clock = new VirtualClock(start)
  await using simulator = await startConnectwiseSimulator({ seed: 'demo', tenants, tickets: 150, clock, start })
  const mark = await keptMark(engine, tenantBatch(tenants[0], tickets), readUntil)
  if (mark !== undefined && Date.parse(mark) > clock.now()) simulator.advanceTo(new Date(Date.parse(mark) + 60_000).toISOString())
  const pipeline = connectwisePipeline({ environment: simulator.environment, clock }).withOptions({ table: 'tickets', reconcile: true })
  const runs: { readonly at: string; readonly result: PipelineResult }[] = []
  for (const isLast of [false, true]) {
    const at = new Date(clock.now()).toISOString()
    const result = await runPipeline(pipeline, engine, { wait: 'refuse', ...options })
    const failure = failureOf(result)
    if (failure) throw new CommandFailure(failure, runJson(result))
    runs.push({ at, result })
    if (!isLast) simulator.advanceTo(new Date(clock.now() + daysBetweenRuns * 86_400_000).toISOString())
  }
  const named = (tenant: string) => sql`${sql.identifier(tenantSchema(tenant))}.tickets`
  const tables: DemoTenants['tables'][number][] = []
  for (const tenant of tenants) {
    const { rows: [counted] } = await engine.query<{ rows: number; current: number }>(sql`select cast(count(*) as int) as rows, cast(sum(case when is_current then 1 else 0 end) as int) as current from ${named(tenant)}`)
    const columns = (await engine.introspect(tenantSchema(tenant), tickets.name))?.columns.length ?? 0
    tables.push({ table: `${tenantSchema(tenant)}.tickets`, rows: counted?.rows ?? 0, current: counted?.current ?? 0, columns })
  }
  const { rows: timeline } = await engine.query<DemoTenants['timeline'][number]>(sql`
    select id, summary, cast(effective_start_date as date) as "from", cast(effective_end_date as date) as "to", status, priority, owner_name as owner
      from ${named(tenants[0])} where id = (select id from ${named(tenants[0])} group by id order by count(distinct concat_ws('|', status, priority, owner_name)) desc, count(*) desc, id fetch first 1 row only) order by effective_start_date`)
  return { runs, tables, timeline }
}
