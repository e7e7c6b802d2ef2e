import type { SimulatedSource } from './simulated-source.js'

const ticketsAtScale1 = 5000

export const connectwise: SimulatedSource = {
  size: `${ticketsAtScale1} tickets in each tenant`,
  hasTenants: true,
  async start({ port, seed, scale, clock, start, faults, tenants }) {
    const { startConnectwiseSimulator } = await import('@varve/connectors')
    return startConnectwiseSimulator({ port, seed, tickets: Math.ceil(ticketsAtScale1 * scale), tenants, faults, clock, start })
  },
}
