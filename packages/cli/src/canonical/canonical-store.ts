import { sql } from 'drizzle-orm'
import { CurrentTable, tableLabel, type Engine, type ExtractContext, type LoadContext, type RowSource, type StagedRows, type StageOptions, type TableSpec } from '@varve/core'
import { physicalTable, Scd2Dimension } from '@varve/scd2'
import { canonicalCurrent } from './canonical-current.js'
import { canonicalDimension, canonicalDimensionTable, formerFields } from './canonical-definition.js'
import type { CanonicalTable } from './canonical-table.js'

/** How rows are poured into a canonical table. */
export interface CanonicalStageOptions {
  readonly mapping: NonNullable<StageOptions['mapping']>
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
export function canonicalStore(engine: Engine, canonical: CanonicalTable, schema: string): Promise<CanonicalStore> {
  return canonical.history === 'type_2' ? dimensionStore(engine, canonical, schema) : currentStore(engine, canonical, schema)
}

/** A canonical table as it is to stand in the database. */
export function canonicalPhysical(canonical: CanonicalTable, schema: string): TableSpec {
  return canonical.history === 'type_2' ? canonicalDimensionTable(canonical, schema) : canonicalCurrent(canonical, schema).table
}

/** The fields of a canonical table: what mappings fill. */
export function canonicalFields(canonical: CanonicalTable, schema: string): TableSpec {
  const physical = canonicalPhysical(canonical, schema)
  return { ...physical, columns: physical.columns.filter(({ property }) => Object.hasOwn(canonical.fields, property)), primaryKey: [], uniques: [], indexes: [], checks: [] }
}

async function dimensionStore(engine: Engine, canonical: CanonicalTable, schema: string): Promise<CanonicalStore> {
  const former = await formerFields(engine, canonicalDimensionTable(canonical, schema))
  const dimension = new Scd2Dimension(engine, canonicalDimension(canonical, schema, former))
  const fields = canonicalFields(canonical, schema)
  return {
    fields,
    physical: physicalTable(dimension.definition),
    async stage(context, rows, { mapping, at, total }) {
      const staged = await dimension.stage(context, rows, { mapping, at, total })
      return { rows: staged.rows, fields, merge: async (load) => void (await dimension.merge(load, staged)) }
    },
  }
}

async function currentStore(engine: Engine, canonical: CanonicalTable, schema: string): Promise<CanonicalStore> {
  const current = new CurrentTable(engine, canonicalCurrent(canonical, schema))
  const fields = canonicalFields(canonical, schema)
  const former = Object.keys(await formerFields(engine, current.definition.table))
  return {
    fields,
    physical: current.definition.table,
    async stage(context, rows, { mapping, total }) {
      const staged = await current.stage(context, rows, { mapping, total })
      const merge = async (load: LoadContext) => {
        await current.load(load, staged)
        for (const field of former) await tellFormer(load, current.definition.table, field)
      }
      return { rows: staged, fields, merge }
    },
  }
}

/** A field that only an earlier mapping knew: without history nothing writes to it, so what it holds grows old. */
async function tellFormer(context: LoadContext, physical: TableSpec, field: string): Promise<void> {
  const { engine, transaction } = context
  const { rows } = await transaction.query(sql`select 1 from ${engine.phrases.table(physical)} where ${sql.identifier(field)} is not null ${engine.phrases.firstRows(1)}`)
  if (rows.length > 0) context.find({ check: 'missing-column', severity: 'warn', table: tableLabel(physical), column: field, message: `The mapping has no "${field}" any more, though rows have values in it. They stay as they were.` })
}
