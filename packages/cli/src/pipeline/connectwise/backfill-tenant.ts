import { noCounts, VarveError, type BatchRunOptions, type Engine, type StepCounts } from '@varve/core'
import { canonicalPhysical } from '../../canonical/canonical-store.js'
import { addPopulated, type PopulatedFields } from '../../canonical/populated-fields.js'
import { tenantBatch } from '../../canonical/table-service.js'
import { tenantSchema } from '../../canonical/tenant-schema.js'
import { BackfillBatch, placeAfter } from './backfill-batch.js'
import { backfillMark, chunksOf, doneMark, readPlace, type BackfillPlace } from './backfill-place.js'
import { keptMark } from './kept-mark.js'
import { resourceOf, type WindowTarget } from './window-batch.js'

/** What a backfill may be told. */
export interface BackfillChoices {
  /** From then on, by the last change. @defaultValue everything */
  readonly since?: string | undefined
  /** No more rows than that; what is left is for the next time, with `resume`. */
  readonly limit?: number | undefined
  /** @defaultValue 30 */
  readonly chunkDays?: number | undefined
  /** Go on where the last one stopped, if it did. */
  readonly resume?: boolean | undefined
}

/** What a backfill of one tenant did. */
export interface BackfillOutcome {
  readonly tenant: string
  /** Whether it has come to its end; if not, `resume` goes on. */
  readonly isComplete: boolean
  /** Whether it went on from an earlier one. */
  readonly isResumed: boolean
  readonly chunks: number
  readonly counts: StepCounts
  /** Of how many of the rows each field has a value. */
  readonly populated: PopulatedFields
}

/** Told how many rows were read, and of how many. */
export type BackfillProgress = (rowsRead: number, total: number) => void

/**
 * Reads a table of a tenant from its beginning, a chunk of time after the other, each of them a batch of its own. What is killed goes on at
 * the chunk where it was; what a limit cut, behind the last row.
 */
export async function backfillTenant(engine: Engine, target: WindowTarget, choices: BackfillChoices, options: Omit<BatchRunOptions, 'progress'> & { readonly progress?: BackfillProgress } = {}): Promise<BackfillOutcome> {
  const { source: { client, tenant }, canonical } = target
  const { progress, ...batchOptions } = options
  const physical = canonicalPhysical(canonical, tenantSchema(tenant))
  // Where the table was dropped, there is nothing to go on from.
  const isThere = (await engine.introspect(physical.schema, physical.name)) !== undefined
  const mark = choices.resume && isThere ? await keptMark(engine, tenantBatch(tenant, canonical), backfillMark) : undefined
  if (mark === doneMark) return { tenant, isComplete: true, isResumed: true, chunks: 0, counts: noCounts(), populated: {} }
  const resumed = readPlace(mark)
  if (resumed && choices.chunkDays !== undefined && choices.chunkDays !== resumed.chunkDays) {
    throw new VarveError('V1006', `The backfill of ${tenant} that --resume goes on with was begun with chunks of ${resumed.chunkDays} days, so its place means nothing with chunks of ${choices.chunkDays}. Leave out --chunk, or begin anew without --resume.`, { context: { tenant } })
  }
  const begin = await client.serverTime()
  if (!resumed && choices.since !== undefined && choices.since >= begin) throw new VarveError('V1006', `--since is ${choices.since}, and for ${tenant} it is ${begin}: nothing was changed after that yet. Name an earlier instant, or none.`, { context: { tenant } })
  let place: BackfillPlace = resumed ?? { since: choices.since ?? null, until: begin, chunkDays: choices.chunkDays ?? 30, chunk: 0, after: null }
  const chunks = chunksOf(place)
  const resource = resourceOf(canonical)
  const rest = await client.count(resource, { since: chunks[place.chunk]?.from, until: place.until })
  const total = Math.min(rest, choices.limit ?? Infinity)
  const counts = noCounts()
  let populated: PopulatedFields = {}
  let rows = 0
  let batches = 0
  while (place.chunk < chunks.length && rows < (choices.limit ?? Infinity)) {
    const isLast = place.chunk + 1 === chunks.length
    const { from, until } = chunks[place.chunk] ?? { from: undefined, until: place.until }
    // Nothing to read is nothing to commit, but for the last, which says that this is the end.
    const counted = await client.count(resource, { since: from, until })
    if (!isLast && counted === 0) {
      place = { ...place, chunk: place.chunk + 1, after: null }
      continue
    }
    const before = rows
    const batch = new BackfillBatch(target, place, { counted, limit: choices.limit === undefined ? undefined : choices.limit - rows })
    // What has begun waits for a run that slips in between two chunks: it takes minutes, and giving up would cost the rest.
    const outcome = await batch.run(engine, { ...batchOptions, wait: batches > 0 ? 'wait' : batchOptions.wait, progress: (_, rowsRead) => progress?.(before + rowsRead, total) })
    batches++
    rows += batch.reading?.rows ?? 0
    for (const step of outcome.steps) for (const name of Object.keys(counts) as (keyof StepCounts)[]) counts[name] += step.counts[name] ?? 0
    populated = addPopulated(populated, batch.populated)
    place = placeAfter(place, { isWhole: batch.reading?.isWhole ?? true, lastId: batch.reading?.lastId })
  }
  return { tenant, isComplete: place.chunk >= chunks.length, isResumed: resumed !== undefined, chunks: batches, counts, populated }
}
