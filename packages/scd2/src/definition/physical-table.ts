import { sql } from 'drizzle-orm'
import { checkedSpec, objectName, type IndexSpec, type TableSpec } from '@varve/core'
import type { DimensionDefinition } from './dimension-definition.js'
import { housekeepingColumns } from './housekeeping.js'

/**
 * The table of a dimension as it stands in the database: the business columns, the housekeeping columns, and the constraints
 * that hold H1 where an engine can.
 *
 * **Details**
 *
 * The primary key is the natural key with the begin of the interval, which every engine can enforce, spread over machines or
 * not. A partial unique index allows one current version for each key. The surrogate key gets a plain index: engines that
 * spread a table could not make it unique, and it is numbered by the engine anyway.
 *
 * @example
 * ```ts
 * import { t, table } from '@varve/core'
 * import { dimensionDefinition, physicalTable } from '@varve/scd2'
 *
 * const sites = table('dim_site', { siteId: t.integer().notNull(), name: t.text() })
 * const definition = dimensionDefinition(sites, { key: ['siteId'], housekeeping: { validFrom: 'effective_start', validTo: 'effective_end' } })
 * physicalTable(definition).columns.map((column) => column.name) // ['site_id', 'name', 'effective_start', 'effective_end']
 * ```
 */
export function physicalTable(definition: DimensionDefinition): TableSpec {
  const { table, key, housekeeping, openEnd } = definition
  const { validFrom, validTo, isCurrent, surrogateKey } = housekeeping
  const own = housekeepingColumns(housekeeping, openEnd)
  const keyNames = key.map((column) => column.name)
  const begin = sql`${sql.identifier(validFrom)}`
  const end = sql`${sql.identifier(validTo)}`
  // By the interval, which is always there, and in words that every engine takes in a predicate.
  const isOpen = openEnd === null ? sql`${end} is null` : sql`${end} = ${openEnd}`
  const indexes: IndexSpec[] = [{ name: objectName([table.name, 'current', 'key']), columns: keyNames, unique: true, where: isOpen }]
  if (surrogateKey !== undefined) indexes.push({ name: objectName([table.name, surrogateKey, 'idx']), columns: [surrogateKey], unique: false })
  const interval = { name: objectName([table.name, 'interval']), condition: sql`${end} > ${begin}` }
  // The view is called <table>_current, and there are engines on which no check may share the name of a view.
  const current = { name: objectName([table.name, 'current', 'end']), condition: sql`cast(${sql.identifier(isCurrent ?? '')} as int) = case when ${isOpen} then 1 else 0 end` }
  return checkedSpec({
    ...table,
    columns: [...own.filter((column) => column.property === 'surrogateKey'), ...table.columns, ...own.filter((column) => column.property !== 'surrogateKey')],
    primaryKey: [...keyNames, validFrom],
    uniques: [],
    indexes: [...table.indexes.filter((index) => !index.unique), ...indexes],
    checks: [...table.checks, interval, ...(isCurrent === undefined ? [] : [current])],
  })
}
