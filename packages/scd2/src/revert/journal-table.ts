import { ledgerSchema, objectName, type ColumnSpec, type TableSpec } from '@varve/core'
import { memoryColumns } from '../memory/memory-table.js'
import type { DimensionRecord } from '../record/dimension-record.js'

const column = (name: string, type: ColumnSpec['type'], notNull = false): ColumnSpec => ({ property: name, name, type, notNull, identity: false })

/** The columns of a journal beside those of versions and of memory. */
export const journalColumns = {
  batchId: column('varve_journal_batch_id', { kind: 'uuid' }, true),
  loadNumber: column('varve_load_number', { kind: 'integer' }, true),
  /** `member` for each member that is written down, then its rows as they were: `version`, `memory`. */
  part: column('varve_part', { kind: 'text', length: 7 }, true),
} as const satisfies Record<string, ColumnSpec>

/**
 * The side table that makes reverts exact: members as they were before a load that did more to them than open and close versions,
 * which is what the versions tell themselves.
 */
export function journalTable({ table, memory, key }: DimensionRecord): TableSpec {
  const own = table.columns.map(({ name, type }) => column(name, type))
  const remembered = memory ? Object.values(memoryColumns).map(({ name, type }) => column(name, type)) : []
  return {
    schema: ledgerSchema,
    name: objectName(['before', ...(table.schema === null ? [] : [table.schema]), table.name]),
    columns: [...Object.values(journalColumns), ...own, ...remembered],
    primaryKey: [],
    uniques: [],
    indexes: [{ name: objectName(['before', ...(table.schema === null ? [] : [table.schema]), table.name, 'key']), columns: [journalColumns.batchId.name, ...key], unique: false }],
    checks: [],
  }
}
