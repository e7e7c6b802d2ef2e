import { VarveError } from '../error/varve-error.js'
import type { Engine, Session } from '../engine/engine.js'
import type { LiveIndex, LiveTable } from '../engine/live-table.js'
import { sameType, typeText } from './logical-type.js'
import { describeChange, type SchemaChange } from './schema-change.js'
import { nullableOf, tableLabel, type ColumnSpec, type TableSpec } from './table-spec.js'
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
  if (live.kind !== 'table') return { changes: [], refusals: [`"${tableLabel(table)}" is ${live.kind === 'index' ? 'an' : 'a'} ${live.kind}, and would become a table`], undeclared: [] }
  const columns = table.columns.map((column) => columnDiff(table, column, live))
  const keys = keyDiff(table, live)
  const declared = new Set(table.columns.map((column) => column.name))
  const undeclared = live.columns.filter((column) => !declared.has(column.name))
  const orphans = undeclared
    .filter((column) => column.notNull && !column.hasDefault && !column.identity && !column.generated)
    .map((column) => `column "${column.name}" is no longer declared, but it is not null without a default, so no row could be written`)
  return {
    changes: [...columns.flatMap((column) => column.changes), ...keys.changes],
    refusals: [...columns.flatMap((column) => column.refusals), ...keys.refusals, ...orphans],
    undeclared: undeclared.map((column) => column.name),
  }
}

type PartialDiff = Pick<TableDiff, 'changes' | 'refusals'>

function columnDiff(table: TableSpec, column: ColumnSpec, live: LiveTable): PartialDiff {
  const changes: SchemaChange[] = []
  const refusals: string[] = []
  const name = `column "${column.name}"`
  const found = live.columns.find((candidate) => candidate.name === column.name)
  if (!found) {
    const isFilled = column.default !== undefined || column.identity || column.generated !== undefined
    if (column.notNull && !isFilled && live.hasRows) return { changes, refusals: [`${name} is new and not null, but the table has rows and the column has no default`] }
    return { changes: [{ kind: 'add-column', table, column }], refusals }
  }
  if (found.generated !== (column.generated !== undefined)) {
    refusals.push(found.generated ? `${name} is computed by the engine and would become a column that rows are sent for` : `${name} holds values and would be computed by the engine`)
  }
  // A default that draws from a sequence numbers the rows just as well.
  if (column.identity && !found.identity && !found.hasDefault) refusals.push(`${name} is not numbered by the engine and would become an identity column`)
  if (!column.identity && found.identity) refusals.push(`${name} is numbered by the engine and would become a column that rows are sent for`)
  if (found.type === undefined || !sameType(found.type, column.type)) {
    const from = found.type === undefined ? found.nativeType : typeText(found.type)
    if (found.type === undefined || !isLosslessWidening(found.type, column.type)) refusals.push(`${name} is ${from} and would become ${typeText(column.type)}, which can lose values`)
    else if (live.partitionedBy?.columns.includes(column.name)) refusals.push(`${name} is ${from} and would become ${typeText(column.type)}, but the table is partitioned by it`)
    else changes.push({ kind: 'widen-column', table, column, from: found.type })
  }
  if (found.notNull && !column.notNull) changes.push({ kind: 'allow-null', table, column })
  if (!found.notNull && column.notNull) refusals.push(`${name} allows NULL and would become not null`)
  // A default that is there stays: engines rewrite its text, so it cannot be compared.
  if (column.default && !found.hasDefault) changes.push({ kind: 'set-default', table, column })
  return { changes, refusals }
}

function keyDiff(table: TableSpec, live: LiveTable): PartialDiff {
  const changes: SchemaChange[] = []
  const refusals: string[] = []
  if (!sameList(live.primaryKey, table.primaryKey)) refusals.push(`the primary key is (${live.primaryKey.join(', ')}) and would become (${table.primaryKey.join(', ')})`)
  const from = live.partitionedBy && `partitioned by ${live.partitionedBy.by} (${live.partitionedBy.columns.join(', ')})`
  const to = table.partitionBy && `partitioned by ${table.partitionBy.by} (${table.partitionBy.column})`
  if (from !== to) refusals.push(`the table is ${from ?? 'not partitioned'} and would become ${to ?? 'not partitioned'}`)
  // Where no column may be NULL it makes no difference whether NULLs are equal, and engines differ in what they say of it.
  const described = (index: IndexFacts) => indexText({ ...index, nullsEqual: index.nullsEqual && nullableOf(table, index.columns).length > 0 })
  for (const unique of table.uniques) {
    const wanted = described({ ...unique, unique: true, partial: false })
    const named = live.indexes.find((index) => index.name === unique.name)
    if (live.indexes.some((index) => described(index) === wanted)) continue // under whichever name
    if (named) refusals.push(`"${unique.name}" is ${described(named)} and would become ${wanted}`)
    else changes.push({ kind: 'add-unique', table, unique })
  }
  for (const check of table.checks) if (!live.constraints.includes(check.name)) changes.push({ kind: 'add-check', table, check })
  for (const index of table.indexes) {
    const named = live.indexes.find((candidate) => candidate.name === index.name)
    // Engines rewrite the text of a predicate, so only its presence is compared.
    const wanted = described({ ...index, partial: index.where !== undefined, nullsEqual: index.nullsEqual ?? false })
    if (!named) changes.push({ kind: 'add-index', table, index })
    else if (index.definition === undefined && described(named) !== wanted) refusals.push(`"${index.name}" is ${described(named)} and would become ${wanted}`)
  }
  return { changes, refusals }
}

type IndexFacts = Omit<LiveIndex, 'name'>

function indexText(index: IndexFacts): string {
  const words = [index.partial ? 'partial' : '', index.unique ? 'unique' : '', 'index'].filter((word) => word !== '').join(' ')
  return `${words === 'index' ? 'an' : 'a'} ${words} on (${index.columns.join(', ')})${index.unique && index.nullsEqual ? ' where NULLs are equal' : ''}`
}

function sameList(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((name, at) => name === b[at])
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

/** The columns that rows are sent for: all but those that the engine numbers or computes itself. */
export function sentColumns(table: TableSpec): readonly ColumnSpec[] {
  return table.columns.filter((column) => !column.identity && !column.generated)
}
