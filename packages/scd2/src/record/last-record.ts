import type { Phrases, Session } from '@varve/core'
import { readRecord } from '../statement/read-record.js'
import type { DimensionRecord } from './dimension-record.js'

/** What was written down of a dimension when it was loaded last. */
export async function lastRecord(session: Session, phrases: Phrases, dimension: string): Promise<DimensionRecord | undefined> {
  const [last] = (await session.query<{ record: string }>(readRecord(phrases, dimension))).rows
  return last && (JSON.parse(last.record) as DimensionRecord) // as write-record.ts wrote it
}
