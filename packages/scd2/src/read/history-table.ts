import { Column, tableFromSpec, type DeclaredTable, type LogicalData, type LogicalKind, type Table } from '@varve/core'
import type { DimensionDefinition } from '../definition/dimension-definition.js'
import { housekeepingColumns, type HousekeepingNames } from '../definition/housekeeping.js'
import { historySpec } from './history-spec.js'

type PartColumn<K extends LogicalKind, NotNull extends boolean, Filled extends boolean = false> = Column<K, NotNull, Filled, LogicalData[K], K extends 'bigint' ? true : false>

interface PartColumns {
  surrogateKey: PartColumn<'bigint', true, true>
  validFrom: PartColumn<'timestamp', true>
  validTo: PartColumn<'timestamp', false>
  isCurrent: PartColumn<'boolean', true>
  openedBy: PartColumn<'uuid', true>
  closedBy: PartColumn<'uuid', false>
  createdAt: PartColumn<'timestamp', true, true>
  updatedAt: PartColumn<'timestamp', true, true>
  recordHash: PartColumn<'text', true>
  recordSource: PartColumn<'text', true>
}

/** The housekeeping columns of a dimension, for the compiler. */
export type HousekeepingColumns<H extends HousekeepingNames> = {
  readonly [P in keyof PartColumns as P extends 'validFrom' | 'validTo' ? P : H[P] extends string | object ? P : never]: PartColumns[P]
}

/** The table of a dimension with its housekeeping columns. */
export type HistoryTable<T, H extends HousekeepingNames> = T extends Table<infer Name, infer C> ? Table<Name, Flatten<C & HousekeepingColumns<H>>> : never

type Flatten<T> = { readonly [K in keyof T]: T[K] }

/**
 * The table of a dimension as it stands in the database, housekeeping included, to compose queries of one's own: `.pg` and
 * `.mssql` are drizzle tables, `$row` is the type of their rows.
 *
 * **Gotchas**
 *
 * Queries of drizzle answer `validTo` as it is stored: where the definition has a high date for an open end, that date.
 *
 * @example
 * ```ts
 * import { eq, sql } from 'drizzle-orm'
 * import { t, table } from '@varve/core'
 * import { dimensionDefinition, historyTable } from '@varve/scd2'
 *
 * const sites = dimensionDefinition(table('dim_site', { siteId: t.integer().notNull(), name: t.text() }), { key: ['siteId'] })
 * const { pg } = historyTable(sites)
 * const changes = sql`select ${pg.siteId}, ${pg.validFrom} from ${pg} where ${eq(pg.isCurrent, false)}`
 * ```
 */
export function historyTable<T extends DeclaredTable, H extends HousekeepingNames>(definition: DimensionDefinition<T, H>): HistoryTable<T, H> {
  const own = housekeepingColumns(definition.housekeeping, definition.openEnd).map(({ property, name, type, notNull, identity }) => [property, new Column({ type, notNull, identity, columnName: name })] as const)
  // By the same parts and names that the type is made from.
  return tableFromSpec(historySpec(definition), { ...definition.declared.columns, ...Object.fromEntries(own) }) as unknown as HistoryTable<T, H>
}
