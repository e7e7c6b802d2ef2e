import { tableLabel, type Engine } from '@varve/core'
import type { DimensionDefinition } from '../definition/dimension-definition.js'
import { ensureLoadTables } from '../dimension/ensure-load-tables.js'
import type { LoadOptions, LoadOutcome } from '../dimension/load-options.js'
import { instantText, readAt } from '../model/instant.js'
import { readLoads } from '../statement/read-loads.js'
import { hasRows } from '../statement/has-rows.js'
import type { LoadRecord } from '../strategy/known-loads.js'
import { MergeTables } from '../strategy/merge-tables.js'
import { named } from './named.js'
import { ReplayBatch } from './replay-batch.js'
import { rowsOf, type ReplayedLoad, type ReplayLoad, type ReplayOptions, type ReplayOutcome } from './replay-load.js'

/** What a replay needs of a dimension. */
export interface ReplayedDimension {
  readonly engine: Engine
  readonly definition: DimensionDefinition
  load(rows: ReturnType<typeof rowsOf>, options: LoadOptions): Promise<LoadOutcome>
}

/**
 * Loads a sequence of dated snapshots, or the pieces of a change feed, in their order. The result is that of loading them one by one.
 *
 * **Details**
 *
 * Into an empty dimension without a sequence column, plain loads that follow each other in time are merged in one go, as one batch: their
 * rows are read once, sorted once, and the versions are the runs among them. As soon as a load is of another kind (late, of another
 * completeness, with several rows for a member), it and the rest come one by one, each a batch of its own. So it is for dimensions with a
 * sequence column, fixed columns, a record hash, or overwrite columns that reach back over all versions.
 */
export async function replayLoads(dimension: ReplayedDimension, loads: Iterable<ReplayLoad> | AsyncIterable<ReplayLoad>, options: ReplayOptions = {}): Promise<ReplayOutcome> {
  const source = Symbol.asyncIterator in loads ? loads[Symbol.asyncIterator]() : loads[Symbol.iterator]()
  const waiting: ReplayLoad[] = []
  const next = async (): Promise<ReplayLoad | undefined> => {
    const first = waiting.shift()
    if (first) return first
    const step = await source.next()
    return step.done ? undefined : step.value
  }
  const replayed: ReplayedLoad[] = []
  let inOneGo = 0
  try {
    const first = await next()
    if (first) waiting.push(first)
    if (first && isPlain(dimension.definition) && (await isEmpty(dimension))) {
      const batch = new ReplayBatch(dimension.definition, next, options)
      await batch.run(dimension.engine, { signal: options.signal, wait: options.wait, log: options.log, progress: (_, rowsRead) => batch.tell(rowsRead) })
      replayed.push(...batch.replayed)
      inOneGo = batch.together
      if (batch.leftover) waiting.push(batch.leftover)
    }
    const known = await completeInstants(dimension)
    for (let load = await next(); load; load = await next()) replayed.push(await loadOne(dimension, load, { index: replayed.length, known }, options))
  } finally {
    await source.return?.()
  }
  return { loads: replayed, inOneGo }
}

async function loadOne(dimension: ReplayedDimension, load: ReplayLoad, { index, known }: { readonly index: number; readonly known: ReadonlySet<string> }, { allow = [], signal, wait, log, progress }: ReplayOptions): Promise<ReplayedLoad> {
  const at = instantText(readAt(load.at))
  const name = load.name ?? at
  const { complete, mapping, ignore } = load
  progress?.({ name, index, rowsRead: 0 })
  const { batchId, counts, findings } = await named(name, () =>
    dimension.load(rowsOf(load), { at, complete, mapping, ignore, allow: known.has(at) ? [...allow, 'older'] : allow, signal, wait, log, metadata: { replay: name }, ...(progress && { progress: (_, rowsRead) => progress({ name, index, rowsRead }) }) }),
    goOn(index),
  )
  return { name, at, batchId, counts, findings }
}

/** The instants of complete loads so far: one of them may come again, however old it is. */
async function completeInstants({ engine, definition }: ReplayedDimension): Promise<ReadonlySet<string>> {
  await ensureLoadTables(engine, definition)
  const { rows } = await engine.query<LoadRecord>(readLoads(engine.phrases, tableLabel(definition.table)))
  return new Set(rows.filter((row) => row.complete).map((row) => row.at))
}

function goOn(done: number): string {
  if (done === 0) return ''
  return ` ${done === 1 ? 'The load before it is done and stays' : `The ${done} loads before it are done and stay`}. When this one is mended, run the replay again: what is loaded already changes nothing.`
}

/** Whether runs of equal rows are all there is to the versions. */
function isPlain({ sequence, fixed, overwrite, overwriteScope, housekeeping }: DimensionDefinition): boolean {
  return !sequence && fixed.length === 0 && housekeeping.recordHash === undefined && (overwrite.length === 0 || overwriteScope === 'version')
}

async function isEmpty({ engine, definition }: ReplayedDimension): Promise<boolean> {
  await ensureLoadTables(engine, definition)
  if ((await engine.query(readLoads(engine.phrases, tableLabel(definition.table)))).rows.length > 0) return false
  const tables = new MergeTables(definition, engine.phrases, definition.table, undefined)
  if (!(await engine.introspect(tables.physical.schema, tables.physical.name))) return true
  return (await engine.query(hasRows(tables, tables.physical))).rows.length === 0
}
