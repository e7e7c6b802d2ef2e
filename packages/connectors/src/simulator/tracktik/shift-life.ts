import { day, hour, minute, second, type Micros } from '../../time/micros.js'
import type { Random } from '../random.js'
import type { EmployeeRecord, PositionRecord, ShiftRecord } from './tracktik-records.js'
import { shiftFigures } from './shift-figures.js'
import { firstIds, type TracktikWorld } from './tracktik-world.js'

/** Shifts are on the schedule that long before their day. */
export const leadDays = 7

interface Pattern {
  readonly from: number
  readonly hours: number
  readonly breakInMinutes: number
}

/** Two of these touch midnight, and one lies across it. */
const patterns: readonly Pattern[] = [
  { from: 7, hours: 8.5, breakInMinutes: 30 },
  { from: 6.5, hours: 12, breakInMinutes: 60 },
  { from: 15, hours: 8, breakInMinutes: 30 },
  { from: 22, hours: 8, breakInMinutes: 0 },
  { from: 0, hours: 8, breakInMinutes: 0 },
  { from: 18, hours: 6, breakInMinutes: 0 },
  { from: 9, hours: 4.25, breakInMinutes: 0 },
]

// Billing periods of fourteen days, as the warehouse of this source has them: what is moved is moved across their ends first.
const aPeriodStart = Date.UTC(2024, 11, 27) * 1000
const periodDays = 14

/** Puts the shifts of a day on the schedule, and plans what becomes of them. `date` is midnight of that day, as if in UTC. */
export function planShiftDay(world: TracktikWorld, date: Micros): void {
  const random = world.random.fork(`shifts/${Math.round((date - world.start) / day)}`)
  const positions = [...world.all('positions')].filter((position) => position.status === 'ACTIVE' && world.get('clients', position.account).status === 'ACTIVE')
  const crew = new Crew(world, random)
  for (let i = 0; i < world.scale.shiftsPerDay && positions.length > 0; i++) putOnSchedule(world, random.fork(i), crew, random.pick(positions), date, random.pick(patterns))
  for (const zone of new Set(positions.map((position) => world.get('clients', position.account).timeZone))) {
    if (!world.zone(zone).transitions.some((change) => world.zone(zone).day(change) === dateText(date))) continue
    const local = positions.filter((position) => world.get('clients', position.account).timeZone === zone)
    // The night in which the clocks change, and one that begins in the hour that is skipped or comes twice.
    putOnSchedule(world, random.fork(`${zone} night`), crew, random.pick(local), date - day, { from: 22, hours: 8, breakInMinutes: 0 })
    putOnSchedule(world, random.fork(`${zone} early`), crew, random.pick(local), date, { from: 2.5, hours: 6, breakInMinutes: 0 })
  }
}

/** Whoever works in a region, in a random order; each is asked once a day. */
class Crew {
  readonly #byRegion = new Map<number, EmployeeRecord[]>()

  constructor(world: TracktikWorld, random: Random) {
    for (const employee of random.shuffled([...world.all('employees')])) {
      if (employee.status !== 'ACTIVE') continue
      const crew = this.#byRegion.get(employee.region)
      if (crew) crew.push(employee)
      else this.#byRegion.set(employee.region, [employee])
    }
  }

  take(region: number): number | null {
    const own = this.#byRegion.get(region)?.pop()
    if (own) return own.id
    for (const crew of this.#byRegion.values()) {
      const other = crew.pop()
      if (other) return other.id
    }
    return null
  }
}

function putOnSchedule(world: TracktikWorld, random: Random, crew: Crew, position: PositionRecord, date: Micros, pattern: Pattern): void {
  const site = world.get('clients', position.account)
  const zone = world.zone(site.timeZone)
  const startsAt = zone.toInstant(date + pattern.from * hour)
  const employee = random.chance(0.04) ? null : crew.take(site.region)
  const shift = world.insert('shifts', {
    customId: `SH-${dateText(date).replaceAll('-', '')}-${random.int(1000, 9999)}`,
    status: 'ACTIVE',
    attendanceStatus: 'SCHEDULED',
    employee,
    position: position.id,
    startsAt,
    endsAt: zone.toInstant(date + (pattern.from + pattern.hours) * hour),
    timeZone: site.timeZone,
    breakInMinutes: pattern.breakInMinutes,
    billable: !position.nonBillable,
    locked: false,
    billRateCents: position.billRateCents,
    payRateCents: position.payRateCents,
    clocked: null,
    approved: null,
    approvedBy: null,
    approvedAt: null,
    summaryErrorCents: random.chance(0.005) ? random.int(2, 500) : 0,
    exact: {},
  })
  const soon = (from: Micros, to: Micros) => from + random.int(0, Math.max(0, Math.floor((to - from) / second))) * second + (random.chance(0.3) ? random.int(1, 999_999) : 0)
  const changeAt = (at: Micros, change: () => void) => world.queue.plan(Math.max(at, world.now), () => world.find('shifts', shift.id)?.status === 'ACTIVE' && change())
  const before = Math.min(startsAt, soon(world.now + hour, startsAt - hour))

  if (random.chance(0.03)) changeAt(before, () => world.change('shifts', shift.id, { status: 'CANCELLED' }))
  else if (random.chance(nearPeriodEnd(date) ? 0.25 : 0.03)) changeAt(before, () => move(world, shift.id, movedBy(random, date)))
  if (employee === null && random.chance(0.6)) changeAt(before, () => world.change('shifts', shift.id, { employee: crew.take(site.region) }))
  if (random.chance(0.01)) changeAt(startsAt + random.int(30, 90) * hour, () => move(world, shift.id, movedBy(random, date)))
  planAttendance(world, random, shift.id)
  planApproval(world, random, shift)
}

/** Clocking in and out, at the times the shift has then: it may have been moved. */
function planAttendance(world: TracktikWorld, random: Random, id: number): void {
  const { startsAt } = world.get('shifts', id)
  world.queue.plan(Math.max(startsAt + random.int(-10, 9) * minute + random.int(0, 59) * second, world.now), () => {
    const shift = world.find('shifts', id)
    if (!shift || shift.status !== 'ACTIVE') return
    if (shift.startsAt > world.now + hour) return planAttendance(world, random, id) // moved to a later time
    if (shift.employee === null) return
    if (random.chance(0.02)) {
      world.queue.plan(Math.max(shift.endsAt, world.now), () => world.find('shifts', id)?.status === 'ACTIVE' && world.change('shifts', id, { attendanceStatus: 'MISSED' }))
      return
    }
    const session = world.insert('work-sessions', { shift: id, employee: shift.employee, position: shift.position, startsAt: world.now, endsAt: null, timeZone: shift.timeZone, clockInMethod: random.pick(['GUARD_APP', 'PHONE', 'KIOSK']), clockOutMethod: null })
    world.change('shifts', id, { attendanceStatus: 'IN_PROGRESS' })
    const late = random.int(-15, 20)
    const length = Math.max(hour, shift.endsAt - shift.startsAt) + late * minute
    world.queue.plan(world.now + length, () => {
      if (!world.find('work-sessions', session.id)) return
      world.change('work-sessions', session.id, { endsAt: world.now, clockOutMethod: session.clockInMethod })
      if (world.find('shifts', id)) world.change('shifts', id, { attendanceStatus: late < -5 ? 'EARLY_CLOCK_OUT' : late > 10 ? 'OVER_CLOCK' : 'COMPLETED', clocked: Math.round((length / hour) * 100) })
    })
  })
}

/** Most are approved within days, some after weeks, when their billing period is long over; a few are corrected after that. */
function planApproval(world: TracktikWorld, random: Random, { id, endsAt }: ShiftRecord): void {
  const dice = random.next()
  const days = dice < 0.8 ? random.int(1, 3) : dice < 0.95 ? random.int(5, 12) : random.int(16, 30)
  const approve = (hours: (planned: number, shift: ShiftRecord) => number) => () => {
    const shift = world.find('shifts', id)
    if (!shift || shift.status !== 'ACTIVE' || shift.clocked === null) return
    world.change('shifts', id, { approved: hours(shiftFigures(shift).planned, shift), approvedBy: firstIds.employees, approvedAt: world.now, locked: true })
  }
  const at = endsAt + days * day + random.int(0, 6 * 3600) * second
  world.queue.plan(Math.max(at, world.now), approve((planned, shift) => (random.chance(0.7) ? planned : (shift.clocked ?? planned))))
  if (random.chance(0.02)) world.queue.plan(at + random.int(2, 6) * day, approve((planned) => Math.max(25, planned - 25 * random.int(1, 4))))
}

function move(world: TracktikWorld, id: number, days: number): void {
  const shift = world.get('shifts', id)
  const zone = world.zone(shift.timeZone)
  const startsAt = zone.toInstant(zone.toWall(shift.startsAt) + days * day)
  const endsAt = zone.toInstant(zone.toWall(shift.endsAt) + days * day)
  world.change('shifts', id, { startsAt, endsAt })
}

/** Across the end of its billing period where that is near. */
function movedBy(random: Random, date: Micros): number {
  const inPeriod = dayInPeriod(date)
  if (inPeriod === 0) return -1
  if (inPeriod === periodDays - 1) return 1
  return random.pick([-2, -1, 1, 2])
}

function nearPeriodEnd(date: Micros): boolean {
  return dayInPeriod(date) === 0 || dayInPeriod(date) === periodDays - 1
}

function dayInPeriod(date: Micros): number {
  return (((Math.round((date - aPeriodStart) / day) % periodDays) + periodDays) % periodDays)
}

function dateText(date: Micros): string {
  return new Date(date / 1000).toISOString().slice(0, 10)
}

/** Nobody is left for what somebody who has gone was to do. */
export function leaveShiftsVacant(world: TracktikWorld, employee: number): void {
  for (const shift of world.all('shifts')) {
    if (shift.employee === employee && shift.startsAt > world.now && shift.status === 'ACTIVE') world.change('shifts', shift.id, { employee: null })
  }
}
