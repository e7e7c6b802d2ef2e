import type { SQL } from 'drizzle-orm'
import { alignTable, tableLabel, type Engine, type Session } from '@varve/core'
import type { DimensionDefinition } from '../definition/dimension-definition.js'
import { missingColumnFinding, namelessFinding, type ModelFinding } from '../model/finding.js'
import { instantText } from '../model/instant.js'
import type { LoadCounts } from '../model/load-counts.js'
import { dimensionRecord } from '../record/dimension-record.js'
import { formerColumns } from '../record/former-columns.js'
import { lastRecord } from '../record/last-record.js'
import { journalBefore } from '../revert/journal.js'
import { countSeveral } from '../statement/count-several.js'
import { deleteMemory } from '../statement/delete-memory.js'
import { deleteVersions } from '../statement/delete-versions.js'
import { hasRows } from '../statement/has-rows.js'
import { hasValues } from '../statement/has-values.js'
import { insertMemory } from '../statement/insert-memory.js'
import { insertVersions } from '../statement/insert-versions.js'
import { listSpoken } from '../statement/list-spoken.js'
import { listMembers } from '../statement/list-members.js'
import { readLoads } from '../statement/read-loads.js'
import { recordLoad } from '../statement/record-load.js'
import { takeTurn } from '../statement/take-turn.js'
import { writeRecord } from '../statement/write-record.js'
import { updateVersions } from '../statement/update-versions.js'
import type { ChangeSamples } from './change-samples.js'
import { ChangeTables } from './change-tables.js'
import { CommonChanges } from './common-changes.js'
import { foldMembers, type MemberLoad } from './fold-members.js'
import { InferredFill } from './inferred-fill.js'
import { KnownLoads, type LoadRecord } from './known-loads.js'
import { LoadTotals } from './load-totals.js'
import { MergeTables } from './merge-tables.js'
import { livingIn, refuseByGuards, refuseContradictions, refuseEndless } from './refuse-load.js'
import { refuseOtherEnd } from './refuse-other-end.js'
import { refuseFormerLoss, refuseOtherRoles } from './refuse-other-roles.js'
import { rowTexts } from './row-texts.js'
import { sampleCommon } from './sample-common.js'
import type { StagedLoad } from './staged-load.js'
import { createUnindexed, indexFilled } from './unindexed-table.js'

/** What a merge did. */
export interface MergeResult {
  readonly counts: LoadCounts
  readonly findings: readonly ModelFinding[]
}

/** How much a step of a statement may keep in memory, so that a million members of ten columns need not be written aside to be compared. */
const memoryMb = 128
/** Fewer rows are dealt with at once, however the engine goes about it. */
const manyRows = 20_000

/** Merges a staged load into its dimension, within a transaction. */
export async function mergeDimension(engine: Engine, session: Session, definition: DimensionDefinition, batchId: string, staged: StagedLoad, samples?: ChangeSamples): Promise<MergeResult> {
  const { phrases } = engine
  const dimension = tableLabel(definition.table)
  const tables = new MergeTables(definition, phrases, staged.rows.table, staged.unreadable?.table)
  await session.query(takeTurn(phrases, dimension))
  // Only now: whoever had the turn before may have written it.
  const last = await lastRecord(session, phrases, dimension)
  await refuseOtherEnd(session, tables, last)
  await refuseOtherRoles(session, tables, last)
  const former = await formerColumns(session, definition, last)
  const record = dimensionRecord(definition, former, last)
  await session.query(writeRecord(phrases, record))
  await session.grantMemory(memoryMb)
  if (staged.rows.staged >= manyRows) await session.refreshStatistics(staged.rows.table, tables.keyNames)
  const loads = new KnownLoads((await session.query<LoadRecord>(readLoads(phrases, dimension))).rows, batchId)
  const isNew = loads.isFirst && (await session.introspect(tables.physical.schema, tables.physical.name)) === undefined
  if (isNew) await createUnindexed(session, tables.physical)
  else await alignTable(session, tables.physical)
  if (tables.memory) await alignTable(session, tables.memory)
  const load: MemberLoad = { definition, at: staged.at, complete: staged.complete, loads }
  const exists = async (statement: SQL) => (await session.query(statement)).rows.length > 0

  const prefix = `stage_${batchId.replaceAll('-', '')}_${loads.number}`
  const inferred = await InferredFill.take(engine, session, tables, prefix)
  await refuseEndless(session, tables, load)
  const hasSeveral = Number((await session.query<{ members: bigint }>(countSeveral(tables))).rows[0]?.members) > 0
  const duplicate = hasSeveral ? await refuseContradictions(session, tables, load) : 0
  const hasMemory = tables.memory !== undefined && (await exists(hasRows(tables, tables.memory)))
  const isFirst = loads.isFirst && !hasMemory && !(await exists(hasRows(tables, tables.physical)))
  const totals = new LoadTotals()
  if (!isFirst) await findMissing(session, tables, staged, totals)

  const changes = new ChangeTables(definition, prefix)
  await changes.create(session, engine.capabilities.unloggedTables)
  const common = new CommonChanges(session, tables, changes, load, { hasSeveral, hasMemory, isFirst: isFirst && !samples, staged: staged.rows.staged })
  await common.find()
  let isWhole = isFirst
  if (staged.complete && !isFirst) {
    const living = await livingIn(session, tables)
    isWhole = !hasSeveral && common.held === living
    await refuseByGuards(session, tables, load, staged.allow, { living, isWhole, hasPresent: common.hasPlain || staged.unreadable !== undefined })
    if (!isWhole) await common.findUnspoken()
  }
  common.total(totals)
  const { rowCount } = await session.query(listMembers(tables, changes, staged.complete ? { at: instantText(staged.at), isWhole, hasMemory } : undefined))
  if (rowCount > 0) {
    await foldMembers(session, tables, changes, load, totals, samples)
    await refuseFormerLoss(session, tables, changes, former)
  }
  // A first load needs no journal: whatever is there afterwards is its own.
  const journalled = isFirst || samples ? null : await journalBefore(engine, session, record, { batchId, number: loads.number }, changes, { folded: rowCount > 0, amended: common.hasAmended })
  if (samples) await sampleCommon(session, tables, changes, loads, samples, () => common.apply())
  else await common.apply()
  if (rowCount > 0) await applyChanges(session, tables, changes)
  await inferred?.finish()
  await changes.drop(session)
  if (isNew) await indexFilled(session, tables.physical)
  const counts = countsOf(staged, duplicate, totals)
  if (staged.nameless > 0 && counts.absent > 0) totals.find(namelessFinding(staged.nameless, counts.absent))
  // Engines that look after their statistics do so some time later, and not all do.
  if (counts.new + counts.changed + counts.reopened + counts.closed >= manyRows) await session.refreshStatistics(tables.physical, [...tables.keyNames, tables.begin, tables.end])
  await session.query(recordLoad(phrases, { dimension, number: loads.number, batchId, at: instantText(staged.at), complete: staged.complete, unchanged: counts.unchanged, members: await spokenMembers(session, tables, staged), journalled }))
  return { counts, findings: totals.findings }
}

async function applyChanges(session: Session, tables: MergeTables, changes: ChangeTables): Promise<void> {
  const stamp = new Date().toISOString()
  await session.query(deleteVersions(tables, changes))
  await session.query(updateVersions(tables, changes, 'closed', stamp))
  await session.query(updateVersions(tables, changes, 'open', stamp))
  await session.query(insertVersions(tables, changes, stamp))
  if (!tables.memory) return
  await session.query(deleteMemory(tables, changes, tables.memory))
  await session.query(insertMemory(tables, changes, tables.memory))
}

/** The keys of a partial load's rows, where they are few enough to be kept with it. */
async function spokenMembers(session: Session, tables: MergeTables, { complete, rows: { staged } }: StagedLoad): Promise<string | null> {
  if (complete || staged > keptMembers) return null
  const texts = rowTexts(tables.definition.key)
  return JSON.stringify((await session.query(listSpoken(tables))).rows.map(texts))
}

const keptMembers = 1000

/** H12: a column that the source no longer sends is worth a word where it has values. */
async function findMissing(session: Session, tables: MergeTables, staged: StagedLoad, totals: LoadTotals): Promise<void> {
  const { definition } = tables
  for (const column of [...definition.tracked, ...definition.overwrite, ...definition.fixed, ...definition.ignored]) {
    if (staged.rows.missing.includes(column.property) && (await session.query(hasValues(tables, column))).rows.length > 0) totals.find(missingColumnFinding(column.property))
  }
}

function countsOf({ rows }: StagedLoad, duplicate: number, totals: LoadTotals): LoadCounts {
  return {
    read: rows.read, rejected: rows.rejected, duplicate,
    unchanged: totals.of('unchanged'), new: totals.of('new'), changed: totals.of('changed'), overwritten: totals.of('overwritten'), reopened: totals.of('reopened'),
    closed: totals.of('closed') + totals.absent, absent: totals.absent, late: totals.late,
  }
}

