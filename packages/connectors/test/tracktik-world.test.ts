import { describe, expect, it } from 'vitest'
import { microsOf } from '../src/time/micros.js'
import { areas } from '../src/simulator/tracktik/found-portal.js'
import { startPortal } from './portal.ts'

const end = '2025-04-09T00:00:00Z'
const hoursOf = ({ startsOn, endsOn }: { readonly startsOn: string; readonly endsOn: string }) => ((microsOf(endsOn) ?? 0) - (microsOf(startsOn) ?? 0)) / 3_600e6

describe('a simulated world', () => {
  it('is the same to the byte for the same seed, and another for another', async () => {
    await using one = await startPortal()
    await using same = await startPortal()
    await using other = await startPortal({ seed: 'another' })
    for (const simulator of [one, same, other]) simulator.advanceTo(end)
    expect(same.world.snapshot()).toBe(one.world.snapshot())
    expect(same.truth()).toEqual(one.truth())
    expect(other.world.snapshot()).not.toBe(one.world.snapshot())
  })

  it('is the same whether time moves in one step, in thirty, or in odd ones', async () => {
    await using once = await startPortal()
    await using daily = await startPortal()
    await using oddly = await startPortal()
    once.advanceTo(end)
    for (let day = 1; day <= 30; day++) daily.advanceTo(new Date(Date.UTC(2025, 2, 10 + day)).toISOString())
    for (const at of ['2025-03-10T03:17:42.5Z', '2025-03-10T03:17:43Z', '2025-03-22T23:59:59.999999Z', end]) oddly.advanceTo(at)
    expect(daily.world.snapshot()).toBe(once.world.snapshot())
    expect(oddly.world.snapshot()).toBe(once.world.snapshot())
  })

  it('has everything in it that makes a warehouse hard', async () => {
    await using simulator = await startPortal()
    const firstDates = new Map<number, string>()
    for (let day = 0; day <= 30; day++) {
      simulator.advanceTo(new Date(Date.UTC(2025, 2, 10 + day)).toISOString())
      for (const { id, date } of simulator.truth().shifts) if (!firstDates.has(id)) firstDates.set(id, date)
    }
    const { shifts, employees, clients, positions, regions } = simulator.truth()
    const was = (id: number) => firstDates.get(id) ?? ''
    const days = (a: string, b: string) => (Date.parse(a) - Date.parse(b)) / 86_400e3
    const some = (found: readonly unknown[]) => expect(found.length).toBeGreaterThan(0)

    some(shifts.filter(({ status }) => status === 'CANCELLED'))
    some(shifts.filter(({ employee }) => employee === null))
    some(shifts.filter(({ attendanceStatus }) => attendanceStatus === 'MISSED'))
    some(shifts.filter(({ approvedOn, endsOn }) => approvedOn !== null && days(approvedOn, endsOn) > 14))
    some(shifts.filter(({ id, date }) => was(id) !== date))
    // Across the end of a billing period.
    some(shifts.filter(({ id, date }) => ['2025-03-21', '2025-04-04'].some((first) => was(id) < first !== date < first)))
    some(shifts.filter(({ billTotal, summaryBillTotal }) => billTotal !== summaryBillTotal))
    some(shifts.filter(({ overtimeHours }) => overtimeHours !== '0.00'))
    some(shifts.filter(({ modifiedOn }) => modifiedOn.includes('.')))
    for (const { zone } of areas) {
      const local = shifts.filter(({ timeZone }) => timeZone === zone)
      some(local.filter(({ startsOn, endsOn, date }) => new Date(endsOn).toLocaleDateString('sv', { timeZone: zone }) > date && hoursOf({ startsOn, endsOn }) < 12))
      some(local.filter(({ startsOn }) => new Date(startsOn).toLocaleTimeString('sv', { timeZone: zone }) === '00:00:00'))
      // The night in which the clocks change is an hour shorter or longer than it looks.
      some(local.filter((shift) => hoursOf(shift) === (zone === 'Australia/Sydney' ? 9 : 7)))
    }
    some(employees.filter(({ history }) => history.at(-1)?.values['status'] === 'TERMINATED'))
    some(employees.filter(({ history }) => history.filter(({ values }) => values['status'] === 'ACTIVE').length > 1 && history.some(({ values }) => values['status'] === 'TERMINATED')))
    some(regions.filter(({ history }) => new Set(history.map(({ values }) => values['parentRegion'])).size > 1))
    some(clients.filter(({ history }) => new Set(history.map(({ values }) => values['company'])).size > 1))
    some(positions.filter(({ history }) => history.length > 1))
    some(clients.filter(({ history }) => history[0]?.values['type'] === 'SERVICE_LOCATION'))
  })

  it('has histories without gaps, whose members change at most once a day', async () => {
    await using simulator = await startPortal({ scale: { employees: 120, shiftsPerDay: 5 } })
    simulator.advanceTo(end)
    const truth = simulator.truth()
    for (const { history } of [...truth.employees, ...truth.clients, ...truth.positions, ...truth.regions]) {
      expect(history.slice(1).map(({ from }) => from)).toEqual(history.slice(0, -1).map(({ to }) => to))
      expect(history.at(-1)?.to).toBeNull()
      expect(new Set(history.map(({ from }) => from.slice(0, 10))).size).toBe(history.length)
      for (const { from, values } of history) expect(values['updatedOn']).toBe(from)
    }
  })

  it('tells what a reader knows who looked at some instants only', async () => {
    await using simulator = await startPortal({ scale: { employees: 120, shiftsPerDay: 5 } })
    simulator.advanceTo(end)
    const daily = Array.from({ length: 31 }, (_, day) => new Date(Date.UTC(2025, 2, 10 + day)).toISOString())
    const full = simulator.truth().employees
    const seenDaily = simulator.truth(daily).employees
    // What changed before the first look is not known.
    expect(seenDaily.flatMap(({ history }) => history).length).toBeGreaterThan(full.length)
    expect(seenDaily).toEqual(full.map(({ id, history }) => ({ id, history: history.filter(({ to }) => to === null || (microsOf(to) ?? 0) > (microsOf('2025-03-10') ?? 0)) })))
    const seenOnce = simulator.truth([end]).employees
    expect(seenOnce).toEqual(full.map(({ id, history }) => ({ id, history: history.slice(-1) })))
  })

  it('counts money in whole cents: total is hours by rate and what overtime adds, rounded once', async () => {
    await using simulator = await startPortal()
    simulator.advanceTo(end)
    const hundredths = (text: string) => BigInt(text.replace('.', ''))
    for (const { billableHours, billRate, overtimeHours, billTotal, effectiveRate } of simulator.truth().shifts) {
      const exact = 2n * hundredths(billableHours) * hundredths(billRate) + hundredths(overtimeHours) * hundredths(billRate)
      expect(hundredths(billTotal)).toBe((exact + 100n) / 200n)
      expect(effectiveRate === null).toBe(billableHours === '0.00')
    }
  })

  it('does not go back in time', async () => {
    await using simulator = await startPortal()
    expect(() => simulator.advanceTo('2025-03-09T00:00:00Z')).toThrow('cannot go back')
    expect(() => simulator.advanceTo('tomorrow')).toThrow('is no instant')
  })

  it('is changed from outside at the time of its clock', async () => {
    await using simulator = await startPortal()
    await simulator.clock.sleep(90_000)
    expect(simulator.world.change('shifts', 900_001).updatedAt).toBe(Date.parse('2025-03-10T00:01:30Z') * 1000)
  })
})
