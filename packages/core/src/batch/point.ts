import { channel } from 'node:diagnostics_channel'

/** The named points that a batch passes, in order. */
export const points = [
  'ledger.migrating',
  'lock.taken',
  'leftovers.settled',
  'batch.opened',
  'stage.created',
  'stage.chunk',
  'stage.filled',
  'transaction.begun',
  'load.step',
  'load.done',
  'gates.passed',
  'watermarks.set',
  'steps.recorded',
  'batch.committing',
  'transaction.committed',
  'stage.dropping',
  'stage.dropped',
  'batch.closed',
] as const

/** A named point of a batch. */
export type Point = (typeof points)[number]

/** The diagnostics channel on which a batch tells of the points it passes: for tracing, and for tests that pull the plug there. */
export const pointChannel = channel('varve:point')

/** Tells whoever listens; nobody does in the ordinary case, and then it costs next to nothing. */
export function reachPoint(name: Point): void {
  if (pointChannel.hasSubscribers) pointChannel.publish({ name })
}
