import { VirtualClock } from '../src/simulator/virtual-clock.js'
import { startConnectwiseSimulator, type ConnectwiseSimulator, type ConnectwiseSimulatorOptions } from '../src/simulator/connectwise/start-connectwise-simulator.js'
import { ConnectwiseClient, type ConnectwiseClientOptions } from '../src/connectwise/connectwise-client.js'
import { connectwiseSettings } from '../src/connectwise/connectwise-settings.js'

/** Simulated tenants on a clock of their own. */
export function startTenants(options: Partial<ConnectwiseSimulatorOptions> = {}): Promise<ConnectwiseSimulator> {
  return startConnectwiseSimulator({ seed: 'test', tickets: 120, clock: new VirtualClock('2025-03-10T00:00:00Z'), ...options })
}

/** A client of a tenant, on the same clock. */
export function tenantClient(simulator: ConnectwiseSimulator, { tenant = 'sitetechnology', environment = {}, ...options }: ConnectwiseClientOptions & { readonly tenant?: string; readonly environment?: Readonly<Record<string, string>> } = {}): ConnectwiseClient {
  return new ConnectwiseClient(connectwiseSettings(tenant, { ...simulator.environment, ...environment }), { clock: simulator.clock, random: () => 0.5, ...options })
}

/** Checkpoints that are kept in memory. */
export class MemoryCheckpointStore {
  readonly values = new Map<string, string>()
  read = (key: string) => Promise.resolve(this.values.get(key))
  write = (key: string, value: string) => Promise.resolve(void this.values.set(key, value))
  clear = (key: string) => Promise.resolve(void this.values.delete(key))
}
