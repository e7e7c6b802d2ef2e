import { VirtualClock } from '../src/simulator/virtual-clock.js'
import { startTracktikSimulator, type TracktikSimulator, type TracktikSimulatorOptions } from '../src/simulator/tracktik/start-tracktik-simulator.js'
import { TracktikClient, type TracktikClientOptions } from '../src/tracktik/tracktik-client.js'
import { tracktikSettings } from '../src/tracktik/tracktik-settings.js'

/** A simulated portal on a clock of its own, small enough for a test. */
export function startPortal(options: Partial<TracktikSimulatorOptions> = {}): Promise<TracktikSimulator> {
  return startTracktikSimulator({ seed: 'test', scale: { employees: 20, shiftsPerDay: 12 }, clock: new VirtualClock('2025-03-10T00:00:00Z'), ...options })
}

/** A client of it, on the same clock. */
export function clientOf(simulator: TracktikSimulator, options: TracktikClientOptions = {}, environment: Readonly<Record<string, string>> = {}): TracktikClient {
  return new TracktikClient(tracktikSettings({ ...simulator.environment, ...environment }), { clock: simulator.clock, random: () => 0.5, ...options })
}

/** Everything that was ever scheduled. */
export const allTime = { from: '2025-01-01T00:00:00Z', to: '2025-07-01T00:00:00Z' }
