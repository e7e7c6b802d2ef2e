import { tableLabel, VarveError, type LoadContext } from '@varve/core'
import type { DimensionDefinition } from '../definition/dimension-definition.js'
import { instantOf, instantText } from '../model/instant.js'
import type { LoadCounts } from '../model/load-counts.js'
import type { Guard } from '../model/load.js'
import { guardRefusal } from '../model/refusal.js'
import { dimensionRecord } from '../record/dimension-record.js'
import { hasRows } from '../statement/has-rows.js'
import { readLoads } from '../statement/read-loads.js'
import { recordLoad } from '../statement/record-load.js'
import { stampedColumns } from '../statement/stamped-columns.js'
import { takeTurn } from '../statement/take-turn.js'
import { writeRecord } from '../statement/write-record.js'
import type { MergeResult } from '../strategy/merge-dimension.js'
import type { Gathered, GatheredLoad } from './gathered.js'
import { named } from './named.js'
import { findSnapshotRuns } from './find-snapshot-runs.js'
import { countRuns, findRuns, insertRuns } from './run-statements.js'

/** Merges the gathered loads into the empty dimension, and answers what each of them did. */
export async function mergeRuns({ engine, transaction, batchId }: LoadContext, definition: DimensionDefinition, { tables, rows, runs, places, loads }: Gathered, allow: readonly Guard[]): Promise<MergeResult[]> {
  const { phrases } = engine
  const dimension = tableLabel(definition.table)
  await transaction.query(takeTurn(phrases, dimension))
  await transaction.query(writeRecord(phrases, dimensionRecord(definition)))
  const isTaken = (await transaction.query(readLoads(phrases, dimension))).rows.length > 0 || (await transaction.query(hasRows(tables, tables.physical))).rows.length > 0
  if (isTaken) throw new VarveError('V4001', `Dimension ${dimension} was loaded by another batch while the replay read its loads. Nothing of the replay was loaded; run it again.`, { context: { dimension } })
  refuseEndless(definition, loads)
  const closesAbsent = definition.deletes === 'close' && (loads[0]?.complete ?? false)
  await transaction.grantMemory(sortMegabytes)
  await transaction.query(closesAbsent ? findSnapshotRuns(tables, rows, runs, loads.length) : findRuns(tables, rows, runs))
  const found = new Map((await transaction.query<{ place: number; outcome: string; found: bigint }>(countRuns(phrases, runs))).rows.map((row) => [`${row.place} ${row.outcome}`, Number(row.found)]))
  const results: MergeResult[] = []
  let living = 0
  for (const [index, load] of loads.entries()) {
    const counts = countsOf(load, (outcome) => found.get(`${index + 1} ${outcome}`) ?? 0)
    if (load.complete) await named(load.name, () => refuseByGuards(definition, loads, index, counts, living, allow))
    living += counts.new + counts.reopened - counts.closed
    results.push({ counts, findings: load.findings })
    await transaction.query(recordLoad(phrases, { dimension, number: index + 1, batchId, at: instantText(load.at), complete: load.complete, unchanged: counts.unchanged, members: null, journalled: null }))
  }
  await transaction.query(insertRuns(tables, runs, places, batchId, stampedColumns(tables, new Date().toISOString())))
  return results
}

/** For the one sort, or the one join, of all rows. */
const sortMegabytes = 256

function countsOf({ read, rejected, staged }: GatheredLoad, of: (outcome: string) => number): LoadCounts {
  const acted = ['new', 'changed', 'overwritten', 'reopened', 'closed'].reduce((sum, outcome) => sum + of(outcome), 0)
  const absent = of('absent')
  return { read, rejected, duplicate: 0, unchanged: staged - acted, new: of('new'), changed: of('changed'), overwritten: of('overwritten'), reopened: of('reopened'), closed: of('closed') + absent, absent, late: 0 }
}

function refuseByGuards(definition: DimensionDefinition, loads: readonly GatheredLoad[], index: number, counts: LoadCounts, living: number, allow: readonly Guard[]): Promise<void> {
  const { at, staged } = loads[index] as GatheredLoad // of the list
  const refused = guardRefusal(definition, { at, last: loads[index - 1]?.at, present: staged - (counts.closed - counts.absent), living, closing: counts.absent }, allow)
  return refused ? Promise.reject(refused) : Promise.resolve()
}

/** H3: no version could begin or end at the instant that stands for an open end. */
function refuseEndless({ openEnd, table }: DimensionDefinition, loads: readonly GatheredLoad[]): void {
  const beyond = openEnd === null ? undefined : loads.find(({ at }) => at >= instantOf(openEnd))
  if (!beyond) return
  throw new VarveError('V2003', `Dimension ${tableLabel(table)}: load ${beyond.name} at ${instantText(beyond.at)} is not before ${openEnd}, which stands for an open end. Nothing was loaded. Mend the instant, or choose an open end that is farther away.`, { context: { table: tableLabel(table), openEnd, load: beyond.name } })
}
