import { microsOf, utcText, type Micros } from '../../time/micros.js'
import { everything, renderRow, type RenderedRow } from './render.js'
import { shiftFigures, twoPlaces } from './shift-figures.js'
import type { TracktikRecords, TracktikResource } from './tracktik-records.js'
import type { TracktikWorld } from './tracktik-world.js'

/** One state of a member, and for how long it held. */
export interface MemberState {
  /** The source's own instant of the change. */
  readonly from: string
  readonly to: string | null
  /** The row as the API shows it, on-demand fields included. */
  readonly values: RenderedRow
}

/** A member with all its states. */
export interface MemberTruth {
  readonly id: number
  readonly history: readonly MemberState[]
}

/** A shift as it is in the end; hours and money are decimals with two places. */
export interface ShiftTruth {
  readonly id: number
  readonly status: string
  readonly attendanceStatus: string
  readonly employee: number | null
  readonly position: number
  /** The site, found through the position. */
  readonly site: number
  readonly client: number
  /** The day on which it begins, on the clocks of the site. */
  readonly date: string
  readonly timeZone: string
  readonly startsOn: string
  readonly endsOn: string
  readonly modifiedOn: string
  readonly approvedBy: number | null
  readonly approvedOn: string | null
  readonly plannedHours: string
  readonly clockedHours: string | null
  readonly approvedHours: string | null
  readonly billableHours: string
  readonly payableHours: string
  readonly overtimeHours: string
  readonly billRate: string
  readonly effectiveRate: string | null
  readonly overtimeImpact: string
  /** As it follows from hours and rates. */
  readonly billTotal: string
  /** As the source's summary has it; a few are wrong. */
  readonly summaryBillTotal: string
}

/** What a warehouse of this source must hold. */
export interface TracktikTruth {
  readonly at: string
  readonly regions: readonly MemberTruth[]
  readonly employees: readonly MemberTruth[]
  readonly clients: readonly MemberTruth[]
  readonly positions: readonly MemberTruth[]
  readonly shifts: readonly ShiftTruth[]
  readonly workSessions: readonly RenderedRow[]
}

/**
 * Tells the truth: members that still exist with their histories, shifts as they are now. With `observedAt`, the histories are those that a
 * reader sees who looks at these instants only.
 */
export function truthOf(world: TracktikWorld, observedAt?: readonly string[]): TracktikTruth {
  const looks = observedAt?.map((text) => microsOf(text) ?? NaN)
  const members = (resource: TracktikResource) => [...world.histories(resource)].map(([id, states]) => ({ id, history: historyOf(world, resource, looks ? seenAt(states, looks) : states) })).filter(({ history }) => history.length > 0)
  return {
    at: utcText(world.now),
    regions: members('regions'),
    employees: members('employees'),
    clients: members('clients'),
    positions: members('positions'),
    shifts: [...world.all('shifts')].map((shift) => shiftTruth(world, shift)),
    workSessions: [...world.all('work-sessions')].map((session) => renderRow(world, 'work-sessions', session, everything)),
  }
}

function historyOf<R extends TracktikResource>(world: TracktikWorld, resource: R, states: readonly TracktikRecords[R][]): MemberState[] {
  return states.map((state, at) => {
    const next = states[at + 1]
    return { from: utcText(state.updatedAt), to: next ? utcText(next.updatedAt) : null, values: renderRow(world, resource, state, everything) }
  })
}

function seenAt<Kept extends { readonly updatedAt: Micros }>(states: readonly Kept[], looks: readonly Micros[]): Kept[] {
  const seen = new Set(looks.map((look) => states.findLast((state) => state.updatedAt <= look)))
  return states.filter((state) => seen.has(state))
}

function shiftTruth(world: TracktikWorld, shift: TracktikRecords['shifts']): ShiftTruth {
  const figures = shiftFigures(shift)
  const site = world.get('clients', world.get('positions', shift.position).account)
  const text = (name: string, hundredths: number) => shift.exact[name] ?? twoPlaces(hundredths)
  const billTotal = text('billTotal', figures.billTotalCents)
  return {
    id: shift.id,
    status: shift.status,
    attendanceStatus: shift.attendanceStatus,
    employee: shift.employee,
    position: shift.position,
    site: site.id,
    client: site.parentClient ?? site.id,
    date: world.zone(shift.timeZone).day(shift.startsAt),
    timeZone: shift.timeZone,
    startsOn: utcText(shift.startsAt),
    endsOn: utcText(shift.endsAt),
    modifiedOn: utcText(shift.updatedAt),
    approvedBy: shift.approvedBy,
    approvedOn: shift.approvedAt === null ? null : utcText(shift.approvedAt),
    plannedHours: text('plannedDurationHours', figures.planned),
    clockedHours: shift.clocked === null ? null : text('clockedHours', shift.clocked),
    approvedHours: shift.approved === null ? null : text('approvedHours', shift.approved),
    billableHours: text('billableHours', figures.billable),
    payableHours: text('payableHours', figures.payable),
    overtimeHours: text('overtimeHours', figures.overtime),
    billRate: text('billRate', figures.billRateCents),
    effectiveRate: figures.effectiveRateCents === null ? null : twoPlaces(figures.effectiveRateCents),
    overtimeImpact: twoPlaces(figures.overtimeImpactCents),
    billTotal,
    summaryBillTotal: shift.exact['billTotal'] ?? twoPlaces(figures.billTotalCents + (figures.billTotalCents === 0 ? 0 : shift.summaryErrorCents)),
  }
}
