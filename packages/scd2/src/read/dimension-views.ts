import { objectName, type ViewSpec } from '@varve/core'
import { sql } from 'drizzle-orm'
import type { DimensionDefinition } from '../definition/dimension-definition.js'
import { columnsInOrder } from './history-spec.js'

/**
 * The views over a dimension, for people who query the warehouse: `<table>_current` has the current versions, `<table>_history` all
 * of them. Their columns are the business columns, then the housekeeping.
 *
 * **Gotchas**
 *
 * Views show `valid_to` as it is stored: where the definition has a high date for an open end, that date, so that
 * `between` works on it.
 *
 * @example
 * ```ts
 * import { alignTableWithViews } from '@varve/core'
 *
 * await engine.transaction((tx) => alignTableWithViews(tx, physicalTable(definition), dimensionViews(definition)))
 * ```
 */
export function dimensionViews(definition: DimensionDefinition): readonly [current: ViewSpec, history: ViewSpec] {
  const { table, housekeeping, openEnd } = definition
  const end = sql`${sql.identifier(housekeeping.validTo)}`
  const view = (suffix: string) => ({ schema: table.schema, name: objectName([table.name, suffix]), table: { schema: table.schema, name: table.name }, columns: columnsInOrder(definition).map((column) => column.name) })
  return [{ ...view('current'), where: openEnd === null ? sql`${end} is null` : sql`${end} = ${openEnd}` }, view('history')]
}
