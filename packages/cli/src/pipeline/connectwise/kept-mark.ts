import { sql } from 'drizzle-orm'
import { etlSyncStatus, migrateLedger, type Engine } from '@varve/core'

/** A watermark as the last batch left it, for whoever must know it before a batch is run. */
export async function keptMark(engine: Engine, pipeline: string, source: string): Promise<string | undefined> {
  await migrateLedger(engine)
  const { rows } = await engine.query<{ watermark: string | null }>(sql`select watermark from ${engine.phrases.table(etlSyncStatus.spec)} where pipeline = ${pipeline} and source = ${source}`)
  return rows[0]?.watermark ?? undefined
}
