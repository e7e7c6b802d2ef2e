import type { DimensionDefinition, VersionRow } from '../definition/dimension-definition.js'
import { diffQuery, differenceReader } from './diff-query.js'
import { settledSource, type HistorySource } from './history-source.js'
import { readInstant } from './instant.js'
import type { MemberKey } from './member-key.js'
import type { StreamOptions } from './version-query.js'

/** What a column held before and after. */
export interface ColumnDifference<V = unknown> {
  readonly before: V
  readonly after: V
}

type Differences<R> = { readonly [P in keyof R]?: ColumnDifference<R[P]> }

/** How a member differs between two instants. */
export type Difference<D extends DimensionDefinition> = { readonly key: MemberKey<D> } & (
  | { readonly kind: 'appeared'; readonly after: VersionRow<D> }
  | { readonly kind: 'left'; readonly before: VersionRow<D> }
  | { readonly kind: 'changed'; readonly before: VersionRow<D>; readonly after: VersionRow<D>; readonly columns: Differences<VersionRow<D>> }
)

/**
 * Who appeared, who left and who changed between two instants, column by column, by key. Members that are the same at both are not sent.
 *
 * **Details**
 *
 * Compared are the tracked, overwrite and fixed columns, as typed values: NULL equals NULL, and a JSON object equals one with its
 * keys in another order. A member that was deleted in between and is back with equal values is no difference. `from` may lie
 * after `to`; then it reads backwards.
 *
 * @example
 * ```ts
 * for (const difference of await diffBetween(engine, definition, '2025-03-01', '2025-04-01')) {
 *   if (difference.kind === 'changed') console.log(difference.key, difference.columns)
 * }
 * ```
 * @throws VarveError V1009 when an instant is none.
 */
export async function diffBetween<D extends DimensionDefinition>(source: HistorySource, definition: D, from: string | Date, to: string | Date): Promise<Difference<D>[]> {
  const { session, phrases } = settledSource(source)
  const { rows } = await session.query(diffQuery(definition, phrases, readInstant(from, 'from'), readInstant(to, 'to')))
  return rows.map(differenceReader(definition))
}

/**
 * The same as {@link diffBetween}, a slice of differences at a time.
 *
 * @example
 * ```ts
 * for await (const differences of streamDiff(engine, definition, '2025-03-01', '2025-04-01')) console.log(differences.length)
 * ```
 * @throws VarveError V1009 when an instant is none.
 */
export function streamDiff<D extends DimensionDefinition>(source: HistorySource, definition: D, from: string | Date, to: string | Date, options: StreamOptions = {}): AsyncIterable<Difference<D>[]> {
  const { session, phrases } = settledSource(source)
  return differences(session.stream(diffQuery(definition, phrases, readInstant(from, 'from'), readInstant(to, 'to')), options), definition)
}

async function* differences<D extends DimensionDefinition>(slices: AsyncIterable<Record<string, unknown>[]>, definition: D): AsyncGenerator<Difference<D>[]> {
  const read = differenceReader(definition)
  for await (const slice of slices) yield slice.map(read)
}
