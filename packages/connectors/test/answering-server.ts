import { startLoopbackServer, type LoopbackServer, type SimulatedAnswer, type SimulatedRequest } from '../src/simulator/loopback-server.js'
import { readFaultScript, type FaultScript } from '../src/simulator/fault-script.js'
import { VirtualClock } from '../src/simulator/virtual-clock.js'

/** A source that answers whatever a test says, on a clock of its own. */
export interface AnsweringServer extends LoopbackServer, AsyncDisposable {
  readonly clock: VirtualClock
}

export async function startAnswering(answer: (request: SimulatedRequest) => SimulatedAnswer | Promise<SimulatedAnswer>, faults: FaultScript = { faults: [] }): Promise<AnsweringServer> {
  const clock = new VirtualClock('2025-03-10T00:00:00Z')
  const server = await startLoopbackServer(
    { isTokenPath: (path) => path === '/token', answer, failure: (status, text) => ({ status, body: JSON.stringify({ status, error: text }) }), expireTokens: () => undefined },
    { clock, faults: readFaultScript(faults) },
  )
  return { ...server, clock, [Symbol.asyncDispose]: server.close }
}

export const ok = (body: unknown): SimulatedAnswer => ({ status: 200, body: JSON.stringify(body) })
