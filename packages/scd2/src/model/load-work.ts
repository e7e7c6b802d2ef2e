import type { DimensionDefinition } from '../definition/dimension-definition.js'
import { absentLaterFinding, conflictFinding, droppedFinding, futureFinding, type ModelFinding } from './finding.js'
import { versionsOf, type Unnumbered } from './fold.js'
import type { Instant } from './instant.js'
import { layoutOf, type Layout } from './layout.js'
import { covers, outcomeOf, sameVersions, strongest, type Outcome } from './load-counts.js'
import type { RowEvent } from './read-load.js'
import type { CompleteLoad, DimensionState, Member, Presence } from './state.js'
import { droppedInstants, timeline, wordOf } from './timeline.js'
import { withIds } from './version-ids.js'
import { conflictsIn, withEvent } from './with-event.js'

/** A member on its way through a load: its versions have no surrogate keys yet. */
type Step = Omit<Member, 'versions'> & { readonly versions: readonly Unnumbered[] }

/** One load on its way through the members. */
export class LoadWork {
  readonly layout: Layout
  readonly members: Map<string, Member>
  readonly changed = new Set<string>()
  readonly outcomes: Outcome[] = []
  readonly findings: ModelFinding[] = []
  nextVersionId: number
  absent = 0
  late = 0

  constructor(
    readonly definition: DimensionDefinition,
    readonly state: DimensionState,
    readonly completeLoads: readonly CompleteLoad[],
    readonly at: Instant,
    readonly number: number,
  ) {
    this.layout = layoutOf(definition)
    this.members = new Map(state.members)
    this.nextVersionId = state.nextVersionId
  }

  /** The rows of one member in the order of time, then the word of the load itself where it is complete. */
  applyRows(id: string, events: readonly RowEvent[], presence: Presence | undefined): void {
    const known = this.state.members.get(id)
    const start: Member = known ?? { id, key: (events[0] as RowEvent).key, observations: new Map(), deletions: new Map(), versions: [] } // a group has a member
    const horizon = horizonOf(start, this.state.completeLoads)
    const word = presence?.get(id)
    const isNew = start.versions.length === 0
    let member: Step = start
    // The row that the complete load's word on the member is about.
    let worded = 0
    const outcomes: Outcome[] = []
    for (const event of events.toSorted(inTime)) {
      this.notice(member, event)
      const next = this.refold(withEvent(this.definition, member, event, this.at, this.number), this.state.completeLoads)
      const outcome = event.kind === 'observed' ? outcomeOf(this.layout, isNew, member.versions, next.versions, event.instant) : sameVersions(member.versions, next.versions) ? 'unchanged' : 'closed'
      if (outcome !== 'unchanged' && event.instant < horizon) this.late += 1
      if (outcome !== 'unchanged' && event.kind === 'observed') this.noticeAbsence(event, next)
      if (event.kind === 'observed' && event.instant === word) worded = outcomes.length
      outcomes.push(outcome)
      member = next
    }
    if (presence) {
      const next = this.refold(member, this.completeLoads)
      if (!presence.has(id)) this.countAbsence(member, next)
      else outcomes[worded] = strongest(outcomes[worded] as Outcome, outcomeOf(this.layout, isNew, member.versions, next.versions, this.at))
      member = next
    }
    this.outcomes.push(...outcomes)
    this.settle(start, member)
  }

  /** The word of a complete load on a member that it has no row for. */
  applyWord(member: Member, presence: Presence): void {
    const next = this.refold(member, this.completeLoads)
    if (!presence.has(member.id)) this.countAbsence(member, next)
    this.settle(member, next)
  }

  private countAbsence(before: Step, after: Step): void {
    if (!sameVersions(before.versions, after.versions)) this.absent += 1
  }

  private refold(member: Step, completeLoads: readonly CompleteLoad[]): Step {
    return { ...member, versions: versionsOf(this.definition, timeline(this.definition, member, completeLoads)) }
  }

  private settle(before: Member, after: Step): void {
    // By what was there before the load and what is there after it, not by the steps between.
    const { versions, nextId } = withIds(this.layout, before.versions, after.versions, this.nextVersionId)
    this.nextVersionId = nextId
    this.members.set(after.id, { ...after, versions })
    if (!sameVersions(before.versions, after.versions)) this.changed.add(after.id)
    const known = new Set(droppedInstants(this.definition, before, this.state.completeLoads))
    for (const instant of droppedInstants(this.definition, after, this.completeLoads)) {
      if (!known.has(instant)) this.findings.push(droppedFinding(this.definition, { key: after.key, instant }, this.at))
    }
  }

  private notice(member: Step, event: RowEvent): void {
    if (event.instant > this.at) this.findings.push(futureFinding(this.definition, event, this.at))
    const columns = conflictsIn(this.layout, member, event)
    if (columns.length > 0) this.findings.push(conflictFinding(this.definition, event, columns))
  }

  private noticeAbsence(event: RowEvent, member: Step): void {
    const end = member.versions.find((version) => covers(version, event.instant))?.to
    const load = this.state.completeLoads.find((complete) => complete.at === end)
    if (load && wordOf(this.definition, load, member.id) === 'absent') this.findings.push(absentLaterFinding(this.definition, event, load.at))
  }
}

/** Deletions first: they win over an observation of the same instant, which then changes nothing. */
function inTime(one: RowEvent, other: RowEvent): number {
  if (one.instant !== other.instant) return one.instant < other.instant ? -1 : 1
  if (one.kind !== other.kind) return one.kind === 'deleted' ? -1 : 1
  // Two deletions at one instant, by two clocks: whichever order they came in, the counts are the same.
  return one.clock === other.clock ? 0 : one.clock === 'source' ? -1 : 1
}

/** Up to where something is known of a member: its latest event, or the last complete load. */
function horizonOf(member: Member, completeLoads: readonly CompleteLoad[]): Instant {
  return [...member.observations.keys(), ...member.deletions.keys(), completeLoads.at(-1)?.at ?? ''].reduce((latest, instant) => (instant > latest ? instant : latest))
}
