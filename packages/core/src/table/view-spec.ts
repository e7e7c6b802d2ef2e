import { createHash } from 'node:crypto'
import type { SQL } from 'drizzle-orm'
import { inlineWith } from '../engine/inline-expression.js'
import type { TableSpec } from './table-spec.js'

/** A view as data: some columns of one table, of all rows or of those that meet a condition. */
export interface ViewSpec {
  readonly schema: string | undefined
  readonly name: string
  readonly table: Pick<TableSpec, 'schema' | 'name'>
  /** The names of the columns, in order; the view's columns have the same. */
  readonly columns: readonly string[]
  readonly where?: SQL
}

/** A short text that is another one when the view would be another one. Engines keep it with the view, since they rewrite what a view says. */
export function viewMark(view: ViewSpec): string {
  const neutral = { quote: JSON.stringify, literal: (value: unknown) => JSON.stringify(typeof value === 'bigint' ? String(value) : value) }
  const facts = [view.table.schema ?? null, view.table.name, view.columns, view.where ? inlineWith(neutral, view.where) : null]
  return `varve view ${createHash('sha256').update(JSON.stringify(facts)).digest('hex').slice(0, 32)}`
}
