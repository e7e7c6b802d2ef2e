import { VirtualClock } from '../src/simulator/virtual-clock.js'
import { startOtcSimulator, type OtcSimulator, type OtcSimulatorOptions } from '../src/simulator/otc/start-otc-simulator.js'
import { OtcClient, type OtcClientOptions } from '../src/otc/otc-client.js'
import { otcManners } from '../src/otc/otc-manners.js'
import { otcSettings } from '../src/otc/otc-settings.js'

export const deskStart = '2026-01-20T00:00:00Z'

/** A simulated service desk on a clock of its own, small enough for a test. */
export function startDesk(options: Partial<OtcSimulatorOptions> = {}): Promise<OtcSimulator> {
  return startOtcSimulator({ seed: 'test', scale: { tickets: 60, timesheets: 300, duplicates: 20, comments: 100 }, clock: new VirtualClock(deskStart), start: deskStart, ...options })
}

/** A client of it on the same clock, with the manners that a real desk is treated with. */
export function politeClient(simulator: Pick<OtcSimulator, 'clock' | 'environment'>, options: OtcClientOptions = {}): OtcClient {
  return new OtcClient({ ...otcSettings(simulator.environment), manners: otcManners }, { clock: simulator.clock, random: () => 0, ...options })
}
