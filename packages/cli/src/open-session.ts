import type { Command } from 'commander'
import type { Host } from './host.js'
import type { Session } from './session.js'

/** Opens the session of a command; what that needs is loaded only now. */
export async function openSession(host: Host, command: Command): Promise<Session> {
  const { Session: Loaded } = await import('./session.js')
  return Loaded.open(host, command)
}
