import { sql, type SQL } from 'drizzle-orm'
import { etlBatches, etlBatchSteps, etlSyncStatus, VarveError, type Engine, type Session } from '@varve/core'
import { dimensionLoads, dimensionTurns } from '../dimension/load-tables.js'
import type { DimensionRecord } from '../record/dimension-record.js'

/** What a revert reads and writes of the ledger. */
export class RevertLedger {
  constructor(private readonly engine: Engine, private readonly session: Session) {}

  /** The pipeline of a batch that can be reverted at all. */
  async pipelineOf(batchId: string): Promise<string> {
    if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(batchId)) throw new VarveError('V1009', `${JSON.stringify(batchId)} is not the id of a batch. "varve runs" lists them.`, { context: { batchId } })
    const { rows } = await this.session.query<{ pipeline: string; status: string; reverted_by: string | null }>(sql`select pipeline, status, reverted_by from ${this.table(etlBatches)} where batch_id = ${batchId}`)
    const [found] = rows
    if (!found) throw new VarveError('V2009', `There is no batch ${batchId} in ${this.engine.description}. "varve runs" lists those there are.`, { context: { batchId } })
    if (found.status === 'failed' || found.status === 'abandoned') throw new VarveError('V2009', `Batch ${batchId} ${found.status === 'failed' ? 'failed' : 'was abandoned'}, so the warehouse has nothing of it that could be reverted.`, { context: { batchId, status: found.status } })
    if (found.reverted_by !== null) throw new VarveError('V2009', `Batch ${batchId} was reverted already, by batch ${found.reverted_by}.`, { context: { batchId, revertedBy: found.reverted_by } })
    return found.pipeline
  }

  /** The dimensions that batches loaded, in the order of their names. */
  async dimensionsOf(batchIds: readonly string[]): Promise<DimensionRecord[]> {
    // Made with the first dimension: a warehouse may have none.
    if (!(await this.session.introspect(dimensionTurns.spec.schema, dimensionTurns.spec.name))) return []
    const { rows } = await this.session.query<{ dimension: string; record: string | null }>(
      sql`select d.dimension, ${this.engine.phrases.cast(sql`d.record`, { kind: 'text' })} as record from ${this.table(dimensionTurns)} d where d.dimension in (select l.dimension from ${this.table(dimensionLoads)} l where l.batch_id in (${this.list(batchIds)})) order by d.dimension`,
    )
    return rows.map(({ dimension, record }) => {
      if (record === null) throw new VarveError('V2009', `Dimension ${dimension} was last loaded by an earlier version of this program, which did not write down what a revert needs. Load it once more, then revert.`, { context: { dimension } })
      return JSON.parse(record) as DimensionRecord // written by none but us
    })
  }

  /** Batches in the order in which they came. */
  async inOrder(batchIds: readonly string[]): Promise<string[]> {
    const { rows } = await this.session.query<{ batch_id: string }>(sql`select batch_id from ${this.table(etlBatches)} where batch_id in (${this.list(batchIds)}) order by started_at, batch_id`)
    return rows.map((row) => row.batch_id)
  }

  /** Refuses batches that also wrote what keeps no history. */
  async refuseOtherTables(batchIds: readonly string[]): Promise<void> {
    const { rows } = await this.session.query<{ batch_id: string; table_name: string }>(
      sql`select distinct s.batch_id, s.table_name from ${this.table(etlBatchSteps)} s where s.batch_id in (${this.list(batchIds)}) and s.table_name is not null
          and not exists (select 1 from ${this.table(dimensionLoads)} l where l.batch_id = s.batch_id and l.dimension = s.table_name) order by s.batch_id, s.table_name`,
    )
    const [first] = rows
    if (!first) return
    const tables = rows.filter((row) => row.batch_id === first.batch_id).map((row) => row.table_name)
    throw new VarveError('V2009', `Batch ${first.batch_id} also wrote ${tables.join(', ')}, which ${tables.length === 1 ? 'keeps' : 'keep'} no history, so it cannot be taken back as a whole. Nothing was changed.`, { context: { batchId: first.batch_id, tables } })
  }

  /** Marks batches as reverted, and takes their watermarks back. */
  async markReverted(batchIds: readonly string[], by: string): Promise<void> {
    const { now } = this.engine.phrases
    await this.session.query(sql`update ${this.table(etlBatches)} set reverted_by = ${by} where batch_id in (${this.list(batchIds)})`)
    const { rows: marks } = await this.session.query<{ pipeline: string; source: string; watermark: string | null }>(sql`select pipeline, source, watermark from ${this.table(etlSyncStatus)} where batch_id in (${this.list(batchIds)})`)
    if (marks.length === 0) return
    const { rows: moves } = await this.session.query<{ watermark_before: string | null; watermark_after: string }>(
      sql`select s.watermark_before, s.watermark_after from ${this.table(etlBatchSteps)} s join ${this.table(etlBatches)} b on b.batch_id = s.batch_id
          where s.batch_id in (${this.list(batchIds)}) and s.watermark_after is not null order by b.started_at desc, s.step_number desc`,
    )
    for (const { pipeline, source, watermark } of marks) {
      let back = watermark
      for (const move of moves) if (move.watermark_after === back) back = move.watermark_before
      await this.session.query(sql`update ${this.table(etlSyncStatus)} set watermark = ${back}, batch_id = ${by}, updated_at = ${now()} where pipeline = ${pipeline} and source = ${source}`)
    }
  }

  private table({ spec }: { readonly spec: Parameters<Engine['phrases']['table']>[0] }): SQL {
    return this.engine.phrases.table(spec)
  }

  private list(batchIds: readonly string[]): SQL {
    return sql.join(batchIds.map((id) => this.engine.phrases.cast(sql`${id}`, { kind: 'uuid' })), sql`, `)
  }
}
