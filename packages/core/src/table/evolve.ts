import { VarveError } from '../error/varve-error.js'
import type { Engine, Session } from '../engine/engine.js'
import type { LiveTable } from '../engine/live-table.js'
import { sameType, typeText } from './logical-type.js'
import { describeChange, type SchemaChange } from './schema-change.js'
import { tableLabel, type ColumnSpec, type TableSpec } from './table-spec.js'
import { isLosslessWidening } from './widening.js'

/** How a live table differs from its declaration. */
export interface TableDiff {
  /** What can be done by itself, in order. Empty when the two agree. */
  readonly changes: readonly SchemaChange[]
  /** What would lose or break something, in words; nothing is changed while there is any. */
  readonly refusals: readonly string[]
  /** Columns that live on though the declaration has them no longer. */
  readonly undeclared: readonly string[]
}

/**
 * Compares a declaration with the live table: additions and lossless widenings become changes, anything lossy a refusal.
 *
 * @example
 * ```ts
 * const diff = diffTable(customers.spec, await engine.introspect('crm', 'dim_customer'))
 * diff.changes.map(describeChange) // ['add column tier text to crm.dim_customer']
 * ```
 */
export function diffTable(table: TableSpec, live: LiveTable | undefined): TableDiff {
  if (!live) return { changes: creation(table), refusals: [], undeclared: [] }
  const changes: SchemaChange[] = []
  const refusals: string[] = []
  const liveColumns = new Map(live.columns.map((column) => [column.name, column]))
  for (const column of table.columns) {
    const found = liveColumns.get(column.name)
    if (!found) {
      if (column.notNull && !column.default && !column.identity && live.hasRows) {
        refusals.push(`column "${column.name}" is new and not null, but the table has rows and the column has no default`)
      } else changes.push({ kind: 'add-column', table, column })
      continue
    }
    if (found.type === undefined || !sameType(found.type, column.type)) {
      const from = found.type === undefined ? found.nativeType : typeText(found.type)
      if (found.type !== undefined && isLosslessWidening(found.type, column.type)) changes.push({ kind: 'widen-column', table, column, from: found.type })
      else refusals.push(`column "${column.name}" is ${from} and would become ${typeText(column.type)}, which can lose values`)
    }
    if (found.notNull && !column.notNull) changes.push({ kind: 'allow-null', table, column })
    if (!found.notNull && column.notNull) refusals.push(`column "${column.name}" allows NULL and would become not null`)
  }
  if (live.primaryKey.join(',') !== table.primaryKey.join(',')) {
    refusals.push(`the primary key is (${live.primaryKey.join(', ')}) and would become (${table.primaryKey.join(', ')})`)
  }
  if (live.partitionedBy !== table.partitionBy?.column) {
    refusals.push(`the table is ${live.partitionedBy ? `partitioned by ${live.partitionedBy}` : 'not partitioned'} and would become ${table.partitionBy ? `partitioned by ${table.partitionBy.column}` : 'not partitioned'}`)
  }
  for (const unique of table.uniques) if (!live.constraints.includes(unique.name)) changes.push({ kind: 'add-unique', table, unique })
  for (const check of table.checks) if (!live.constraints.includes(check.name)) changes.push({ kind: 'add-check', table, check })
  for (const index of table.indexes) if (!live.indexes.includes(index.name)) changes.push({ kind: 'add-index', table, index })
  const declared = new Set(table.columns.map((column) => column.name))
  const undeclared = live.columns.filter((column) => !declared.has(column.name))
  for (const column of undeclared) {
    if (column.notNull && !column.hasDefault && !column.identity) {
      refusals.push(`column "${column.name}" is no longer declared, but it is not null without a default, so no row could be written`)
    }
  }
  return { changes, refusals, undeclared: undeclared.map((column) => column.name) }
}

function creation(table: TableSpec): SchemaChange[] {
  return [{ kind: 'create-table', table }, ...table.indexes.map((index): SchemaChange => ({ kind: 'add-index', table, index }))]
}

/**
 * Brings a live table to its declaration, or creates it. What would lose something is refused before anything is written.
 *
 * @example
 * ```ts
 * await engine.transaction((tx) => alignTable(tx, customers.spec))
 * ```
 * @throws VarveError V2001 with every lossy change.
 */
export async function alignTable(session: Session, table: TableSpec): Promise<TableDiff> {
  const diff = diffTable(table, await session.introspect(table.schema, table.name))
  refuseLossy(table, diff)
  for (const change of diff.changes) await session.change(change)
  return diff
}

/** What {@link alignTable} would run, as text. */
export async function explainAlignment(engine: Engine, table: TableSpec): Promise<readonly string[]> {
  const diff = diffTable(table, await engine.introspect(table.schema, table.name))
  refuseLossy(table, diff)
  return diff.changes.flatMap((change) => [`-- ${describeChange(change)}`, ...engine.explainChange(change)])
}

function refuseLossy(table: TableSpec, diff: TableDiff): void {
  if (diff.refusals.length === 0) return
  throw new VarveError(
    'V2001',
    `Table ${tableLabel(table)} cannot be brought to its declaration without losing something: ${diff.refusals.join('; ')}. Nothing was changed. Change the declaration, or migrate the table by hand.`,
    { context: { table: tableLabel(table), refusals: diff.refusals } },
  )
}

/** The columns that rows are sent for: all but those that the engine numbers itself. */
export function sentColumns(table: TableSpec): readonly ColumnSpec[] {
  return table.columns.filter((column) => !column.identity)
}
