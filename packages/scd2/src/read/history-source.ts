import type { Engine, Phrases, Session } from '@varve/core'

/** Where history is read: an engine, or a session with the phrases of its engine, as batches and quality checks have them. */
export type HistorySource = Engine | SettledSource

/** A session and the phrases of its engine. */
export interface SettledSource {
  readonly session: Session
  readonly phrases: Phrases
}

/** The session to read with, and its phrases. */
export function settledSource(source: HistorySource): SettledSource {
  return 'session' in source ? source : { session: source, phrases: source.phrases }
}
