import type { SimulatedSource } from './simulated-source.js'

export const otc: SimulatedSource = {
  size: '400 tickets, 3000 timesheets and 1500 comments in its views',
  hasTenants: false,
  async start({ port, seed, scale, clock, start, faults }) {
    const { startOtcSimulator } = await import('@varve/connectors')
    return startOtcSimulator({ port, seed, scale, faults, clock, start })
  },
}
