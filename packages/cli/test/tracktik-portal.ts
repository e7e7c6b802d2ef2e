import { startTracktikSimulator, VirtualClock, type TracktikSimulator, type TracktikSimulatorOptions } from '@varve/connectors'
import { failureOf, runPipeline, type Engine, type PipelineResult, type PipelineRunOptions } from '@varve/core'
import { tracktikPipeline } from '../src/pipeline/tracktik/tracktik-pipeline.ts'

/** A small portal and a pipeline that reads it, on one clock. */
export interface Portal extends AsyncDisposable {
  readonly simulator: TracktikSimulator
  readonly environment: Record<string, string>
  /** Lets the portal live on, at least up to its own clock, which waiting has moved; answers what time it is then. */
  liveTo(instant: string): Promise<string>
  /** Runs the pipeline; throws what it fails with. */
  run(engine: Engine, chosen?: Readonly<Record<string, string | boolean>>, options?: PipelineRunOptions): Promise<PipelineResult>
}

export async function startPortal(options: Partial<TracktikSimulatorOptions> = {}, variables: Record<string, string> = {}): Promise<Portal> {
  const clock = new VirtualClock('2025-03-10T00:00:00Z')
  const simulator = await startTracktikSimulator({ seed: 'varve', scale: { employees: 20, shiftsPerDay: 10 }, clock, ...options })
  const environment = { ...simulator.environment, TRACKTIK_HISTORY_FROM: '2025-02-21', ...variables }
  return {
    simulator,
    environment,
    liveTo: (instant) => {
      const at = new Date(Math.max(Date.parse(instant), clock.now())).toISOString()
      simulator.advanceTo(at)
      return Promise.resolve(at)
    },
    run: async (engine, chosen = {}, runOptions = {}) => {
      const result = await runPipeline(tracktikPipeline({ environment, clock }).withOptions(chosen), engine, runOptions)
      const failure = failureOf(result)
      if (failure) throw failure
      return result
    },
    [Symbol.asyncDispose]: () => simulator.close(),
  }
}
