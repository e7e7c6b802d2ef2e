import { sentColumns, tableLabel, type ByteSource, type ColumnSpec, type DeletionRows, type RejectedRow, type RowSource, type StagedRows, type TableSpec } from '@varve/core'
import type { DimensionDefinition } from '../definition/dimension-definition.js'
import { readAt } from '../model/instant.js'
import { layoutOf, memberId } from '../model/layout.js'
import { DeleteEvent } from '../model/load.js'
import { readKey } from '../model/read-load.js'
import { deletedMarker } from '../strategy/merge-tables.js'
import type { StagedLoad } from '../strategy/staged-load.js'
import type { StageLoadOptions } from './load-options.js'

/** The field in which a row says that it is a delete event. */
const operationField = '_op'

/** How rows get into the engine: by a batch, or in a transaction that is only tried. */
export type PourRows = (table: TableSpec, rows: RowSource<object>, options: {
  readonly mapping?: StageLoadOptions['mapping']
  readonly ignore?: StageLoadOptions['ignore']
  readonly deletions?: DeletionRows
  readonly rejects?: 'quarantine' | 'refuse' | number
  readonly label?: string
  readonly total?: number | undefined
  readonly onRejected?: (rows: readonly RejectedRow[]) => void
}) => Promise<StagedRows>

/** Pours the rows of a load into staging, delete events among them. */
export async function stageLoad(definition: DimensionDefinition, rows: RowSource<object>, options: StageLoadOptions, pour: PourRows): Promise<StagedLoad> {
  const at = readAt(options.at ?? new Date())
  const complete = options.complete ?? false
  const unreadable = new Map<string, readonly string[]>()
  let nameless = 0
  const layout = layoutOf(definition)
  const { rejects } = definition
  const staged = await pour({ ...definition.table, columns: [...definition.table.columns, deletedMarker] }, isBytes(rows) ? rows : withDeletions(rows), {
    mapping: options.mapping,
    ignore: options.ignore,
    deletions: deletionRows(definition),
    rejects: typeof rejects === 'object' ? rejects.maxShare : rejects,
    label: tableLabel(definition.table),
    total: options.total,
    ...(complete
      ? {
          onRejected: (rejected: readonly RejectedRow[]) => {
            for (const { row } of rejected) {
              const key = row && readKey(layout, row)
              if (key) unreadable.set(memberId(key), key)
              else nameless += 1
            }
          },
        }
      : {}),
  })
  return { at, complete, allow: options.allow ?? [], rows: staged, nameless, unreadable: unreadable.size > 0 ? await pour(keyTable(definition), keyRows(definition, unreadable.values()), { label: `${tableLabel(definition.table)}, rejected keys` }) : undefined }
}

function deletionRows({ key, sequence, table }: DimensionDefinition): DeletionRows {
  const read = sentColumns(table).flatMap((column): ColumnSpec[] => {
    const { property, name, type } = column
    const plain = { property, name, type, notNull: column.notNull, identity: false }
    return key.includes(column) ? [plain] : column === sequence ? [{ ...plain, notNull: false }] : []
  })
  return { field: operationField, columns: read, marker: deletedMarker.name }
}

function keyTable({ table, key }: DimensionDefinition): TableSpec {
  return { ...table, columns: key, primaryKey: [], uniques: [], indexes: [], checks: [] }
}

function* keyRows({ key }: DimensionDefinition, keys: Iterable<readonly string[]>): Generator<Record<string, string | undefined>> {
  for (const texts of keys) yield Object.fromEntries(key.map((column, index) => [column.property, texts[index]]))
}

function isBytes(rows: RowSource<object>): rows is ByteSource {
  return 'bytes' in rows && 'format' in rows
}

const withOperation = (row: object) => (row instanceof DeleteEvent ? { ...row.row, [operationField]: 'delete' } : row)

function withDeletions(rows: Iterable<object> | AsyncIterable<object>): Iterable<object> | AsyncIterable<object> {
  return Symbol.iterator in rows ? plainRows(rows) : lateRows(rows)
}

function* plainRows(rows: Iterable<object>): Generator<object> {
  for (const row of rows) yield withOperation(row)
}

async function* lateRows(rows: AsyncIterable<object>): AsyncGenerator<object> {
  for await (const row of rows) yield withOperation(row)
}
