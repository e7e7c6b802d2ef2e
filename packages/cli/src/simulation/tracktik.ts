import type { SimulatedSource } from './simulated-source.js'

const secondsOfAToken = 3600

export const tracktik: SimulatedSource = {
  size: '60 employees and 40 shifts a day',
  hasTenants: false,
  async start({ port, seed, scale, clock, start, speed, faults }) {
    const { startTracktikSimulator } = await import('@varve/connectors')
    return startTracktikSimulator({ port, seed, scale, faults, clock, start, tokenSeconds: secondsOfAToken * speed })
  },
}
