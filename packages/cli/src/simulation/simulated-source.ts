import type { FaultScript, SimulatorClock } from '@varve/connectors'

/** How a source is simulated, as the command line says. */
export interface SimulationChoices {
  readonly port: number | undefined
  readonly seed: string
  readonly scale: number
  readonly clock: SimulatorClock
  /** What time it is in there at first. */
  readonly start: string
  /** How much faster time passes in there. */
  readonly speed: number
  readonly faults: FaultScript | undefined
  /** Undefined for a source that has none, or when nothing is said. */
  readonly tenants: readonly string[] | undefined
}

/** A simulated source that runs. */
export interface Simulation extends AsyncDisposable {
  readonly url: string
  /** The variables that point a pipeline at it. */
  readonly environment: Readonly<Record<string, string>>
  /** Lets it live on until then. */
  advanceTo(instant: string): void
}

/** A source that can be simulated. */
export interface SimulatedSource {
  /** How large it is at scale 1. */
  readonly size: string
  readonly hasTenants: boolean
  start(choices: SimulationChoices): Promise<Simulation>
}
