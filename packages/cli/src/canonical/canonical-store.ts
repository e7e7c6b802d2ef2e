import type { Engine, ExtractContext, LoadContext, Mapping, RowSource, StagedRows, TableSpec } from '@varve/core'
import { physicalTable, Scd2Dimension } from '@varve/scd2'
import { canonicalDimension, canonicalDimensionTable, formerFields } from './canonical-definition.js'
import type { CanonicalTable } from './canonical-table.js'

/** How rows are poured into a canonical table. */
export interface CanonicalStageOptions {
  readonly mapping: Mapping
  /** All rows were changed before this instant. */
  readonly at: string
  readonly total?: number | undefined
}

/** Rows of a canonical table that are in the engine, and not yet in the table. */
export interface StagedCanonical {
  readonly rows: StagedRows
  readonly fields: TableSpec
  /** Merges them, within the load phase of the batch. */
  merge(context: LoadContext): Promise<void>
}

/** A canonical table in a database, whichever way it keeps its history. */
export interface CanonicalStore {
  /** The fields alone: what mappings fill. */
  readonly fields: TableSpec
  /** The table as it stands in the database. */
  readonly physical: TableSpec
  stage(context: ExtractContext, rows: RowSource<object>, options: CanonicalStageOptions): Promise<StagedCanonical>
}

/** The store of a canonical table in a schema, with what is left there of an earlier mapping. */
export async function canonicalStore(engine: Engine, canonical: CanonicalTable, schema: string): Promise<CanonicalStore> {
  const former = await formerFields(engine, canonicalDimensionTable(canonical, schema))
  const dimension = new Scd2Dimension(engine, canonicalDimension(canonical, schema, former))
  return {
    fields: dimension.definition.table,
    physical: physicalTable(dimension.definition),
    async stage(context, rows, { mapping, at, total }) {
      const staged = await dimension.stage(context, rows, { mapping, at, total })
      return { rows: staged.rows, fields: dimension.definition.table, merge: async (load) => void (await dimension.merge(load, staged)) }
    },
  }
}
