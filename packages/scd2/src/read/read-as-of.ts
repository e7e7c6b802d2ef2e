import { sql } from 'drizzle-orm'
import type { DimensionDefinition, VersionRow } from '../definition/dimension-definition.js'
import type { HistorySource } from './history-source.js'
import { readInstant } from './instant.js'
import { keyCondition, type MemberKey } from './member-key.js'
import { selectVersions, streamVersions, type Selection, type StreamOptions } from './version-query.js'

/**
 * The version of each member that held at an instant, by key. A version holds from its begin on, and at its end no longer.
 *
 * @param instant ISO text with any offset (UTC without one; a bare day is its midnight) or a `Date`.
 * @param key Of one member only.
 * @example
 * ```ts
 * const march = await readAsOf(engine, definition, '2025-03-31')
 * ```
 * @throws VarveError V1009 when the instant is none.
 */
export async function readAsOf<D extends DimensionDefinition>(source: HistorySource, definition: D, instant: string | Date, key?: MemberKey<D>): Promise<VersionRow<D>[]> {
  return selectVersions(source, definition, key ? both(heldAt(instant), keyCondition(definition, key)) : heldAt(instant))
}

/**
 * The same as {@link readAsOf}, a slice of rows at a time.
 *
 * @example
 * ```ts
 * for await (const rows of streamAsOf(engine, definition, '2025-03-31')) console.log(rows.length)
 * ```
 * @throws VarveError V1009 when the instant is none.
 */
export function streamAsOf<D extends DimensionDefinition>(source: HistorySource, definition: D, instant: string | Date, options?: StreamOptions): AsyncIterable<VersionRow<D>[]> {
  return streamVersions(source, definition, heldAt(instant), options)
}

function both(one: Selection, other: Selection): Selection {
  return (...given) => sql`${one(...given)} and ${other(...given)}`
}

function heldAt(instant: string | Date): Selection {
  const at = readInstant(instant, 'instant')
  return (interval) => interval.holdsAt(at)
}
