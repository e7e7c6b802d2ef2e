import type { DimensionDefinition, VersionRow } from '../definition/dimension-definition.js'
import type { HistorySource } from './history-source.js'
import { selectVersions, streamVersions, type Selection, type StreamOptions } from './version-query.js'

const isOpen: Selection = (interval) => interval.isOpen

/**
 * The current version of each living member, by key: the one whose end is open.
 *
 * @example
 * ```ts
 * const rows = await readCurrent(engine, definition)
 * rows[0]?.validTo // null, also where the definition stores a high date
 * ```
 */
export function readCurrent<D extends DimensionDefinition>(source: HistorySource, definition: D): Promise<VersionRow<D>[]> {
  return selectVersions(source, definition, isOpen)
}

/**
 * The same as {@link readCurrent}, a slice of rows at a time.
 *
 * @example
 * ```ts
 * for await (const rows of streamCurrent(engine, definition)) console.log(rows.length)
 * ```
 */
export function streamCurrent<D extends DimensionDefinition>(source: HistorySource, definition: D, options?: StreamOptions): AsyncIterable<VersionRow<D>[]> {
  return streamVersions(source, definition, isOpen, options)
}
