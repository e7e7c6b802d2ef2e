import { VarveError } from '@varve/core'
import type { DimensionDefinition, VersionRow } from '../definition/dimension-definition.js'
import type { HistorySource } from './history-source.js'
import { isBefore, readInstant } from './instant.js'
import { selectVersions, streamVersions, type Selection, type StreamOptions } from './version-query.js'

/**
 * The versions that held at some instant from `from` on and before `to`, by key and begin. Each is answered whole, with the begin and
 * the end that it has, not cut to the span.
 *
 * @example
 * ```ts
 * const march = await readBetween(engine, definition, '2025-03-01', '2025-04-01')
 * ```
 * @throws VarveError V1009 when an instant is none, or `from` does not lie before `to`.
 */
export async function readBetween<D extends DimensionDefinition>(source: HistorySource, definition: D, from: string | Date, to: string | Date): Promise<VersionRow<D>[]> {
  return selectVersions(source, definition, heldBetween(from, to))
}

/**
 * The same as {@link readBetween}, a slice of rows at a time.
 *
 * @example
 * ```ts
 * for await (const rows of streamBetween(engine, definition, '2025-03-01', '2025-04-01')) console.log(rows.length)
 * ```
 * @throws VarveError V1009 when an instant is none, or `from` does not lie before `to`.
 */
export function streamBetween<D extends DimensionDefinition>(source: HistorySource, definition: D, from: string | Date, to: string | Date, options?: StreamOptions): AsyncIterable<VersionRow<D>[]> {
  return streamVersions(source, definition, heldBetween(from, to), options)
}

function heldBetween(from: string | Date, to: string | Date): Selection {
  const [begin, end] = [readInstant(from, 'from'), readInstant(to, 'to')]
  if (!isBefore(begin, end)) throw new VarveError('V1009', `from (${begin}) does not lie before to (${end}), so no version can hold between them. Swap them, or read as of one instant.`, { context: { from: begin, to: end } })
  return (interval) => interval.meets(begin, end)
}
