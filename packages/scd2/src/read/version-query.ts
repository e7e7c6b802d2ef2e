import { sql, type SQL } from 'drizzle-orm'
import { rowReader } from '@varve/core'
import type { DimensionDefinition, VersionRow } from '../definition/dimension-definition.js'
import { historySpec } from './history-spec.js'
import { settledSource, type HistorySource, type SettledSource } from './history-source.js'
import { intervalOf, type Interval } from './interval.js'

const alias = 'v'

/** How a large answer is cut. */
export interface StreamOptions {
  /** @defaultValue 1000 */
  readonly sliceRows?: number
}

/** Which versions a reading is of. */
export type Selection = (interval: Interval, source: SettledSource, alias: string) => SQL | undefined

/** The versions of a selection, by key and begin. */
export async function selectVersions<D extends DimensionDefinition>(source: HistorySource, definition: D, selection: Selection): Promise<VersionRow<D>[]> {
  const { rows } = await settledSource(source).session.query(versionQuery(source, definition, selection))
  return rows.map(versionReader(definition))
}

/** The same, a slice at a time. */
export async function* streamVersions<D extends DimensionDefinition>(source: HistorySource, definition: D, selection: Selection, options: StreamOptions = {}): AsyncGenerator<VersionRow<D>[]> {
  const read = versionReader(definition)
  for await (const slice of settledSource(source).session.stream(versionQuery(source, definition, selection), options)) yield slice.map(read)
}

/** What turns the columns of a version into its row. */
export function versionReader<D extends DimensionDefinition>(definition: D): (row: Readonly<Record<string, unknown>>) => VersionRow<D> {
  const read = rowReader({ spec: historySpec(definition), columns: {} })
  return (row) => read(row) as VersionRow<D> // the columns of the spec are those of the definition
}

function versionQuery(source: HistorySource, definition: DimensionDefinition, selection: Selection): SQL {
  const settled = settledSource(source)
  const { phrases } = settled
  const { columns } = historySpec(definition)
  const interval = intervalOf(definition, phrases, alias)
  const where = selection(interval, settled, alias)
  const list = (names: readonly string[]) => sql.join(names.map((name) => phrases.column(name, alias)), sql`, `)
  return sql`select ${list(columns.map((column) => column.name))} from ${phrases.table(definition.table)} ${sql.identifier(alias)}${where ? sql` where ${where}` : sql``} order by ${list(definition.key.map((column) => column.name))}, ${interval.begin}`
}
