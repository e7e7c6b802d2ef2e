import { alignTable, rowEncoder, sentColumns, type EncodedRow, type Engine, type TableSpec } from '@varve/core'
import { physicalTable, type DimensionDefinition } from '../src/index.ts'

/** A version as it is put into the table by hand, by property. */
export type StoredVersion = Readonly<Record<string, unknown>>

/** Makes the table of a dimension and puts versions into it as they are. */
export async function storeVersions(engine: Engine, definition: DimensionDefinition, versions: readonly StoredVersion[]): Promise<void> {
  const table = physicalTable(definition)
  await alignTable(engine, table)
  await pour(engine, table, versions)
}

/** The same into a table that holds nothing back: without keys and checks, any column may be NULL, and surrogate keys are as they are given. */
export async function storeDamaged(engine: Engine, definition: DimensionDefinition, versions: readonly StoredVersion[]): Promise<void> {
  const table = unguarded(physicalTable(definition))
  await engine.change({ kind: 'drop-table', table })
  await engine.change({ kind: 'create-table', table })
  await pour(engine, table, versions)
}

/** The slices of a stream. */
export async function slicesOf<T>(stream: AsyncIterable<T[]>): Promise<T[][]> {
  const answer: T[][] = []
  for await (const slice of stream) answer.push(slice)
  return answer
}

async function pour(engine: Engine, table: TableSpec, versions: readonly StoredVersion[]): Promise<void> {
  const columns = sentColumns(table)
  const encode = rowEncoder(columns)
  const rows = versions.map((version) => {
    const answer = encode(version)
    if (!Array.isArray(answer)) throw new Error(`A version of the test cannot be stored: ${JSON.stringify(answer)}`)
    return answer as EncodedRow
  })
  await engine.bulkIn({ schema: table.schema, name: table.name, columns }, slices(rows))
}

async function* slices(rows: readonly EncodedRow[]): AsyncGenerator<readonly EncodedRow[]> {
  yield await Promise.resolve(rows)
}

function unguarded(table: TableSpec): TableSpec {
  return { ...table, primaryKey: [], uniques: [], indexes: [], checks: [], columns: table.columns.map((column) => ({ ...column, notNull: false, identity: false })) }
}
