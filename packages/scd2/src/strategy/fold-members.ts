import type { EncodedRow, Session, TableSpec } from '@varve/core'
import type { DimensionDefinition } from '../definition/dimension-definition.js'
import { recall } from '../memory/recall.js'
import { remember } from '../memory/remember.js'
import { sameMemory, type MemoryRow } from '../memory/memory-row.js'
import { wordsOn, type CompleteInstant } from '../memory/said-word.js'
import { presenceOf, withCompleteLoad } from '../model/complete-load.js'
import { instantText, type Instant } from '../model/instant.js'
import { LoadWork } from '../model/load-work.js'
import type { RowEvent } from '../model/read-load.js'
import { emptyState, type CompleteLoad, type DimensionState, type Member, type Version } from '../model/state.js'
import { readMembers } from '../statement/read-members.js'
import { readOfMembers } from '../statement/read-of-members.js'
import type { ChangeSamples } from './change-samples.js'
import { memberNumber, type ChangeTables } from './change-tables.js'
import type { KnownLoads } from './known-loads.js'
import type { LoadTotals } from './load-totals.js'
import { MemberReader } from './member-reader.js'
import { MemoryCodec } from './memory-codec.js'
import type { MergeTables } from './merge-tables.js'
import { rowTexts } from './row-texts.js'
import { StagedEvents } from './staged-events.js'
import { VersionCodec } from './version-codec.js'

/** A load as far as its members must know it. */
export interface MemberLoad {
  readonly definition: DimensionDefinition
  readonly at: Instant
  readonly complete: boolean
  readonly loads: KnownLoads
}

interface KnownMember {
  readonly key: readonly string[]
  readonly events: readonly RowEvent[]
  readonly isUnreadable: boolean
  readonly memory: readonly MemoryRow[]
  readonly member: Member
  readonly isKnown: boolean
  readonly words: ReturnType<typeof wordsOn>
}

const sliceMembers = 500

/**
 * Folds the listed members one by one, by the model itself, and writes what that changes into the change tables. Members pass by a
 * slice at a time, so that memory stays flat.
 */
export async function foldMembers(session: Session, tables: MergeTables, changes: ChangeTables, load: MemberLoad, totals: LoadTotals, samples?: ChangeSamples): Promise<void> {
  const { definition, loads } = load
  const versions = new VersionCodec(definition, loads)
  const memory = new MemoryCodec(definition, loads)
  const staged = new StagedEvents(definition, load.at)
  const read = (table: TableSpec | undefined, columns: MergeTables['stage']['columns']) => (table ? new MemberReader(session.stream(readOfMembers(tables, changes, table, columns))) : undefined)
  const readers = {
    versions: read(tables.physical, versions.readColumns),
    memory: read(tables.memory, memory.readColumns),
    staged: read(tables.stage, staged.readColumns),
    unreadable: read(tables.unreadable, []),
  }
  const keyTexts = rowTexts(definition.key)
  try {
    for await (const slice of session.stream(readMembers(tables, changes), { sliceRows: sliceMembers })) {
      const members: KnownMember[] = []
      for (const row of slice) {
        const number = row[memberNumber.name] as bigint // numbered by us
        const key = keyTexts(row) as string[] // a key is never NULL
        const held = ((await readers.versions?.take(number)) ?? []).map((one) => versions.read(one, 0)).toSorted((one, other) => (one.from < other.from ? -1 : 1)).map((version, index) => ({ ...version, id: index + 1 }))
        const remembered = ((await readers.memory?.take(number)) ?? []).map((one) => memory.read(one))
        const { events } = staged.distinct(((await readers.staged?.take(number)) ?? []).map((one) => staged.read(one, key)))
        const isUnreadable = ((await readers.unreadable?.take(number)) ?? []).length > 0
        members.push({ key, events, isUnreadable, memory: remembered, isKnown: held.length > 0 || remembered.length > 0, ...recall(definition, key, held, remembered, loads.complete) })
      }
      const folded = foldSlice(load, members, totals)
      for (const { key, before, after } of samples ? folded : []) samples?.add(key, before, after)
      await write(session, changes, definition, folded, versions, memory)
    }
  } finally {
    for (const reader of Object.values(readers)) await reader?.close()
  }
}

interface MemberChange {
  readonly key: readonly string[]
  readonly before: readonly Version[]
  readonly after: readonly Version[]
  readonly forgotten: readonly MemoryRow[]
  readonly remembered: readonly MemoryRow[]
}

function foldSlice(load: MemberLoad, members: readonly KnownMember[], totals: LoadTotals): MemberChange[] {
  const { definition, at, loads } = load
  const completeBefore = loads.complete.map((complete) => completeOf(complete, members))
  // Versions are numbered within their member, so each member is folded on its own.
  return members.map((known) => {
    const { id } = known.member
    const state: DimensionState = { ...emptyState(), definition, members: known.isKnown ? new Map([[id, known.member]]) : new Map(), completeLoads: completeBefore, nextVersionId: known.member.versions.length + 1 }
    const presence = load.complete ? presenceOf({ at, events: known.events, unreadable: new Set(known.isUnreadable ? [id] : []) }) : undefined
    const completeLoads = presence ? withCompleteLoad(completeBefore, at, presence, loads.number, [id]) : completeBefore
    const work = new LoadWork(definition, state, completeLoads, at, loads.number)
    if (known.events.length > 0) work.applyRows(id, known.events, presence)
    else if (presence && known.isKnown) work.applyWord(known.member, presence)
    for (const outcome of work.outcomes) totals.count(outcome)
    for (const finding of work.findings) totals.find(finding)
    totals.absent += work.absent
    totals.late += work.late
    const member = work.members.get(id) ?? known.member
    const memory = remember(definition, { member, words: wordsOn(definition, id, completeLoads) }, presence ? loads.completeWith(at) : loads.complete)
    return {
      key: known.key,
      before: known.member.versions,
      after: member.versions,
      forgotten: known.memory.filter((row) => !memory.some((other) => sameMemory(row, other))),
      remembered: memory.filter((row) => !known.memory.some((other) => sameMemory(row, other))),
    }
  })
}

/** A complete load with what it said of some members. */
function completeOf({ at, load }: CompleteInstant, members: readonly KnownMember[]): CompleteLoad {
  const present = new Map<string, Instant | null>()
  const revised = new Map<string, number>()
  for (const { member, words } of members) {
    const said = words.get(at)
    if (!said) continue
    if (said.word !== 'absent') present.set(member.id, said.word)
    if (said.load !== load) revised.set(member.id, said.load)
  }
  return { at, load, present, revised }
}

async function write(session: Session, changes: ChangeTables, definition: DimensionDefinition, members: readonly MemberChange[], versions: VersionCodec, memory: MemoryCodec): Promise<void> {
  const versionRows: EncodedRow[] = []
  const memoryRows: EncodedRow[] = []
  for (const { key, before, after, forgotten, remembered } of members) {
    const old = new Map(before.map((version) => [version.id, version]))
    for (const version of after) {
      const former = old.get(version.id)
      old.delete(version.id)
      if (!former) versionRows.push(['insert', null, ...versions.write(key, version)])
      else if (!isSame(definition, former, version)) versionRows.push(['update', instantText(former.from), ...versions.write(key, version)])
    }
    for (const version of old.values()) versionRows.push(['delete', instantText(version.from), ...versions.write(key, version)])
    for (const row of forgotten) memoryRows.push(['delete', ...memory.write(key, row)])
    for (const row of remembered) memoryRows.push(['insert', ...memory.write(key, row)])
  }
  if (versionRows.length > 0) await session.bulkIn(changes.versions, inOneSlice(versionRows))
  if (memoryRows.length > 0) await session.bulkIn(changes.memory, inOneSlice(memoryRows))
}

/** Whether the row of a version stays as it is. */
function isSame({ housekeeping }: DimensionDefinition, one: Version, other: Version): boolean {
  return (
    one.from === other.from && one.to === other.to && one.sequence === other.sequence &&
    (housekeeping.openedBy === undefined || one.openedBy === other.openedBy) &&
    (housekeeping.closedBy === undefined || one.closedBy === other.closedBy) &&
    one.values.every((value, index) => value === other.values[index])
  )
}

async function* inOneSlice<T>(rows: readonly T[]): AsyncGenerator<readonly T[]> {
  yield await Promise.resolve(rows)
}
