import type { VarveError } from '@varve/core'
import type { DimensionDefinition } from '../definition/dimension-definition.js'
import { alignState } from './align-state.js'
import { presenceOf, withCompleteLoad } from './complete-load.js'
import { missingColumnFinding, namelessFinding, type ModelFinding } from './finding.js'
import type { LoadCounts, Outcome } from './load-counts.js'
import { LoadWork } from './load-work.js'
import type { Load } from './load.js'
import { readLoad, type RejectedEvent, type RowEvent } from './read-load.js'
import { refusalOf } from './refusal.js'
import type { DimensionState } from './state.js'

/** What a load did. */
export interface LoadResult {
  readonly state: DimensionState
  readonly counts: LoadCounts
  readonly findings: readonly ModelFinding[]
  /** The rows that could not be read (H9). */
  readonly rejected: readonly RejectedEvent[]
  /** Why the load was refused; the state is then what it was before. */
  readonly refused?: VarveError
}

/**
 * Applies a load to a dimension: the contract of history as a pure function. It is what engines are held to, and lets a
 * dimension be tested in memory; {@link historyOf} is the short form for that.
 *
 * **Details**
 *
 * A member's memory is the set of its events; its versions are folded from it. So the versions are a function of what was said,
 * and not of the order in which it arrived (H2), with two exceptions that lie in the nature of things: where two loads
 * contradict each other on one instant, the first stays or makes room (H5), and of two complete loads for one instant the
 * later is taken as the correction of the other.
 *
 * @example
 * ```ts
 * import { t, table } from '@varve/core'
 * import { applyLoad, dimensionDefinition, emptyState, load } from '@varve/scd2'
 *
 * const sites = dimensionDefinition(table('dim_site', { siteId: t.integer().notNull(), name: t.text() }), { key: ['siteId'], deletes: 'close' })
 * const first = applyLoad(sites, emptyState(), load('2025-01-01', [{ siteId: 1, name: 'Depot' }], { complete: true }))
 * const second = applyLoad(sites, first.state, load('2025-02-01', [{ siteId: 1, name: 'Yard' }], { complete: true }))
 * second.counts.changed // 1
 * ```
 */
export function applyLoad(definition: DimensionDefinition, before: DimensionState, given: Load): LoadResult {
  // Rows can often be gone through once only, and are needed again where a batch is reverted.
  const load = { ...given, rows: [...given.rows] }
  const state = alignState(definition, before)
  const read = readLoad(definition, load)
  const presence = read.complete ? presenceOf(read) : undefined
  const refused = refusalOf(definition, state, read, presence, load.allow ?? [])
  if (refused) return { state: before, counts: countsOf(read, []), findings: [], rejected: read.rejected, refused }

  const number = state.loads.length
  const completeLoads = presence ? withCompleteLoad(state.completeLoads, read.at, presence, number, state.members.keys()) : state.completeLoads
  const work = new LoadWork(definition, state, completeLoads, read.at, number)
  const rows = byMember(read.events)
  for (const [id, events] of rows) work.applyRows(id, events, presence)
  if (presence) for (const member of state.members.values()) if (!rows.has(member.id)) work.applyWord(member, presence)
  for (const column of read.missing) {
    const index = work.layout.columns.indexOf(column)
    const isHeld = [...state.members.values()].some((member) => member.versions.at(-1)?.to === null && member.versions.at(-1)?.values[index] !== null)
    if (isHeld) work.findings.push(missingColumnFinding(column.property))
  }
  if (read.complete && read.nameless > 0 && work.absent > 0) work.findings.push(namelessFinding(read.nameless, work.absent))
  const applied = { batch: load.batch ?? String(number + 1), load, definition, spokeOf: new Set(rows.keys()), changed: work.changed }
  return {
    state: { definition, members: work.members, completeLoads, loads: [...state.loads, applied], nextVersionId: work.nextVersionId },
    counts: countsOf(read, work.outcomes, work.absent, work.late),
    findings: work.findings,
    rejected: read.rejected,
  }
}

function countsOf(read: { readonly read: number; readonly rejected: readonly unknown[]; readonly duplicate: number }, outcomes: readonly Outcome[], absent = 0, late = 0): LoadCounts {
  const count = (outcome: Outcome) => outcomes.filter((one) => one === outcome).length
  return {
    read: read.read, rejected: read.rejected.length, duplicate: read.duplicate,
    unchanged: count('unchanged'), new: count('new'), changed: count('changed'), overwritten: count('overwritten'), reopened: count('reopened'),
    closed: count('closed') + absent, absent, late,
  }
}

function byMember(events: readonly RowEvent[]): Map<string, RowEvent[]> {
  const groups = new Map<string, RowEvent[]>()
  for (const event of events) {
    const group = groups.get(event.member)
    if (group) group.push(event)
    else groups.set(event.member, [event])
  }
  return groups
}
