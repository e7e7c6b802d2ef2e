import { startTracktikSimulator, VirtualClock, type TracktikSimulator } from '@varve/connectors'
import { tableLabel, etlBatches, etlSyncStatus, specOf, VarveError, type Engine } from '@varve/core'
import { sql } from 'drizzle-orm'

const start = '2025-03-10T00:00:00Z'
/** Since the beginning of its fiscal year. */
const historyDays = 73
const daysBetweenRuns = 14

/** The portal of the demo, and the story that it tells: two runs, two weeks apart, from where the last demo ended. */
export interface DemoPortal extends AsyncDisposable {
  readonly simulator: TracktikSimulator
  readonly clock: VirtualClock
  readonly environment: Readonly<Record<string, string>>
  /** What time it is in the portal. */
  readonly now: () => string
  /** Lets two weeks go by. */
  readonly liveOn: () => void
}

/** Starts the portal. It waits for nothing: its time, and that of whoever reads it, passes only where it has to. */
export async function startDemoPortal(engine: Engine): Promise<DemoPortal> {
  const clock = new VirtualClock(start)
  const watermark = await lastWatermark(engine)
  const simulator = await startTracktikSimulator({ seed: 'demo', scale: { employees: 40, shiftsPerDay: 20 }, clock, start, historyDays })
  const now = () => new Date(clock.now()).toISOString().replace(/\.\d+Z$/, 'Z')
  if (watermark !== undefined && Date.parse(watermark) > clock.now()) simulator.advanceTo(new Date(Math.ceil(Date.parse(watermark) / 1000) * 1000 + 60_000).toISOString())
  return {
    simulator,
    clock,
    environment: { ...simulator.environment, TRACKTIK_HISTORY_FROM: '2024-12-27' },
    now,
    liveOn: () => simulator.advanceTo(new Date(clock.now() + daysBetweenRuns * 86_400_000).toISOString()),
    [Symbol.asyncDispose]: () => simulator.close(),
  }
}

/** How far the last demo came in this database. */
async function lastWatermark(engine: Engine): Promise<string | undefined> {
  const { table } = engine.phrases
  const ledger = specOf(etlSyncStatus)
  const there = await engine.tableNames(ledger.schema ?? '')
  if (!there.includes(ledger.name) || !there.includes(etlBatches.spec.name)) return undefined
  const { rows: others } = await engine.query<{ portal: string }>(sql`select metadata ->> 'portal' as portal from ${table(etlBatches.spec)} where pipeline = 'tracktik' and coalesce(metadata ->> 'portal', '') not like '127.0.0.1:%' ${engine.phrases.firstRows(1)}`)
  const [other] = others
  if (other) throw new VarveError('V1006', `This database has shifts of a real portal (${other.portal ?? 'unknown'}), says ${tableLabel(etlBatches.spec)}. The demo would write invented ones among them: name another with --db, or none.`)
  const { rows } = await engine.query<{ watermark: string | null }>(sql`select watermark from ${table(ledger)} where pipeline = 'tracktik' and source = 'dim_employees'`)
  return rows[0]?.watermark ?? undefined
}
