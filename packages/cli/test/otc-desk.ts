import { startOtcSimulator, VirtualClock, type OtcSimulator, type OtcSimulatorOptions } from '@varve/connectors'
import { failureOf, runPipeline, type Engine, type PipelineResult, type PipelineRunOptions, type StepCounts } from '@varve/core'
import { otcPipeline } from '../src/pipeline/otc/otc-pipeline.ts'

/** A small service desk and a pipeline that reads it, on one clock. */
export interface Desk extends AsyncDisposable {
  readonly simulator: OtcSimulator
  readonly environment: Record<string, string>
  readonly result: (engine: Engine, chosen?: Readonly<Record<string, string>>, options?: PipelineRunOptions) => Promise<PipelineResult>
  /** Runs the pipeline; throws what it fails with. */
  readonly run: (engine: Engine, chosen?: Readonly<Record<string, string>>, options?: PipelineRunOptions) => Promise<PipelineResult>
}

export async function startDesk(options: Partial<OtcSimulatorOptions> = {}): Promise<Desk> {
  const clock = new VirtualClock('2026-01-20T00:00:00Z')
  const simulator = await startOtcSimulator({ seed: 'varve', scale: { tickets: 40, timesheets: 300, duplicates: 12, comments: 120 }, clock, ...options })
  const environment = { ...simulator.environment }
  const result: Desk['result'] = (engine, chosen = {}, runOptions = {}) => runPipeline(otcPipeline({ environment, clock }).withOptions(chosen), engine, runOptions)
  return {
    simulator,
    environment,
    result,
    run: async (engine, chosen, runOptions) => {
      const ended = await result(engine, chosen, runOptions)
      const failure = failureOf(ended)
      if (failure) throw failure
      return ended
    },
    [Symbol.asyncDispose]: () => simulator.close(),
  }
}

/** What a run counted for a table. */
export function countsOf(result: PipelineResult, table: string): Partial<StepCounts> {
  const steps = result.steps.flatMap((step) => (step.status === 'done' && step.outcome && 'steps' in step.outcome ? step.outcome.steps : []))
  const { counts } = steps.find((step) => step.table === table) ?? {}
  return Object.fromEntries(Object.entries(counts ?? {}).filter(([, count]) => count > 0))
}
