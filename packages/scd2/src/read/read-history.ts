import type { DimensionDefinition, VersionRow } from '../definition/dimension-definition.js'
import type { HistorySource } from './history-source.js'
import { keyCondition, type MemberKey } from './member-key.js'
import { selectVersions, streamVersions, type StreamOptions } from './version-query.js'

/**
 * All versions of one member, from the first on. A member that never was has none.
 *
 * @example
 * ```ts
 * const versions = await readHistory(engine, definition, { customerId: 7 })
 * ```
 * @throws VarveError V1009 when the key lacks a column, has one too many, or a value that its column cannot hold.
 */
export async function readHistory<D extends DimensionDefinition>(source: HistorySource, definition: D, key: MemberKey<D>): Promise<VersionRow<D>[]> {
  return selectVersions(source, definition, keyCondition(definition, key))
}

/**
 * All versions of all members, by key and begin, a slice of rows at a time.
 *
 * @example
 * ```ts
 * for await (const rows of streamHistory(engine, definition)) console.log(rows.length)
 * ```
 */
export function streamHistory<D extends DimensionDefinition>(source: HistorySource, definition: D, options?: StreamOptions): AsyncIterable<VersionRow<D>[]> {
  return streamVersions(source, definition, () => undefined, options)
}
