import type { CheckSpec, ColumnSpec, IndexSpec, TableSpec, UniqueSpec } from './table-spec.js'
import { tableLabel } from './table-spec.js'
import { typeText, type LogicalType } from './logical-type.js'
import { boundText, type PartitionBound } from './partition-bound.js'
import type { ViewSpec } from './view-spec.js'

/** One step from a live table to its declaration. Every one of them keeps every value. Creating a table creates its schema. */
export type SchemaChange =
  | { readonly kind: 'create-table'; readonly table: TableSpec; readonly unlogged?: boolean }
  /** Makes an empty table with the columns of another, and none of its keys, checks and indexes. */
  | { readonly kind: 'create-like'; readonly table: Pick<TableSpec, 'schema' | 'name'>; readonly like: Pick<TableSpec, 'schema' | 'name'> }
  | { readonly kind: 'drop-table'; readonly table: Pick<TableSpec, 'schema' | 'name'> }
  /** Makes a partition without hindering those who read or write the others. */
  | { readonly kind: 'create-partition'; readonly table: TableSpec; readonly name: string; readonly bound: PartitionBound }
  /** Leaves a partition and its rows as a table of their own. */
  | { readonly kind: 'detach-partition'; readonly table: Pick<TableSpec, 'schema' | 'name'>; readonly name: string }
  | { readonly kind: 'add-column'; readonly table: TableSpec; readonly column: ColumnSpec }
  | { readonly kind: 'widen-column'; readonly table: TableSpec; readonly column: ColumnSpec; readonly from: LogicalType }
  | { readonly kind: 'allow-null'; readonly table: TableSpec; readonly column: ColumnSpec }
  | { readonly kind: 'set-default'; readonly table: TableSpec; readonly column: ColumnSpec }
  /** Gives its primary key to a table that was created without, so as to be filled first. */
  | { readonly kind: 'add-primary-key'; readonly table: TableSpec }
  | { readonly kind: 'add-unique'; readonly table: TableSpec; readonly unique: UniqueSpec }
  | { readonly kind: 'add-index'; readonly table: TableSpec; readonly index: IndexSpec }
  | { readonly kind: 'add-check'; readonly table: TableSpec; readonly check: CheckSpec }
  | ViewChange

/** A step that concerns a view. A view that is there already is replaced, which engines do as long as its columns only grow at the end. */
export type ViewChange =
  | { readonly kind: 'create-view'; readonly view: ViewSpec }
  | { readonly kind: 'drop-view'; readonly view: Pick<ViewSpec, 'schema' | 'name'> }

/** A change in words, for plans and logs. */
export function describeChange(change: SchemaChange): string {
  switch (change.kind) {
    case 'create-table':
      return `create table ${tableLabel(change.table)} with ${change.table.columns.length} columns`
    case 'create-like':
      return `create table ${tableLabel(change.table)} with the columns of ${tableLabel(change.like)}`
    case 'drop-table':
      return `drop table ${tableLabel(change.table)}`
    case 'create-partition':
      return `create partition ${change.name} of ${tableLabel(change.table)} for ${boundText(change.bound)}`
    case 'detach-partition':
      return `detach partition ${change.name} of ${tableLabel(change.table)}`
    case 'add-column':
      return `add column ${change.column.name} ${typeText(change.column.type)} to ${tableLabel(change.table)}`
    case 'widen-column':
      return `widen column ${change.column.name} of ${tableLabel(change.table)} from ${typeText(change.from)} to ${typeText(change.column.type)}`
    case 'allow-null':
      return `allow NULL in column ${change.column.name} of ${tableLabel(change.table)}`
    case 'set-default':
      return `set the default of column ${change.column.name} of ${tableLabel(change.table)}`
    case 'add-primary-key':
      return `add the primary key (${change.table.primaryKey.join(', ')}) to ${tableLabel(change.table)}`
    case 'add-unique':
      return `add unique constraint ${change.unique.name} to ${tableLabel(change.table)}`
    case 'add-index':
      return `add ${change.index.unique ? 'unique ' : ''}index ${change.index.name} to ${tableLabel(change.table)}`
    case 'add-check':
      return `add check ${change.check.name} to ${tableLabel(change.table)}`
    case 'create-view':
      return `create or replace view ${tableLabel(change.view)} over ${tableLabel(change.view.table)}`
    case 'drop-view':
      return `drop view ${tableLabel(change.view)}`
  }
}
