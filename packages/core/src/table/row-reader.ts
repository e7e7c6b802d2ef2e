import { specOf, type RowOf, type TableLike } from './table-like.js'

/**
 * Makes the function that turns a row as an engine answers it (column names, neutral values) into a row of the table
 * (properties, the table's own types).
 *
 * @example
 * ```ts
 * import { sql } from 'drizzle-orm'
 * import { openEngine, rowReader, t, table } from '@varve/core'
 *
 * const sites = table('dim_site', { siteId: t.integer().notNull(), name: t.text() })
 * await using engine = await openEngine('pglite://memory')
 * const { rows } = await engine.query(sql`select 1 as site_id, 'Depot' as name`)
 * rows.map(rowReader(sites)) // [{ siteId: 1, name: 'Depot' }]
 * ```
 */
export function rowReader<const T extends TableLike>(table: T): (row: Readonly<Record<string, unknown>>) => RowOf<T> {
  const { columns } = specOf(table)
  return (row) => {
    const answer: Record<string, unknown> = {}
    for (const { property, name, decode } of columns) {
      const value = row[name] ?? null
      answer[property] = decode && value !== null ? decode(value) : value
    }
    return answer as RowOf<T> // made column by column from the same table
  }
}
