import { sql } from 'drizzle-orm'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { describeEngines, type EngineName } from '../../../test-support/engines.ts'
import { freshFact, loadFact, SequencedShifts } from './shift-facts.ts'

const periods = ['2025_01', '2025_02', '2025_03']
const runs: Readonly<Record<EngineName, number>> = { pglite: Number(process.env['VARVE_PROPERTY_RUNS'] ?? 12), postgres: Number(process.env['VARVE_PROPERTY_RUNS'] ?? 30) }

/** One state of a shift, as its source tells it: of one shift, no two are of one instant. */
interface State {
  readonly shiftId: number
  readonly minute: number
  readonly periodId: string
  readonly hours: string | null
  readonly note: string | null
}

const state = fc.record({
  shiftId: fc.integer({ min: 1, max: 4 }),
  minute: fc.integer({ min: 0, max: 8 }),
  periodId: fc.constantFrom(...periods),
  hours: fc.constantFrom(null, '0.00', '7.50', '8.00'),
  note: fc.constantFrom(null, '', 'a'),
})
const states = fc.uniqueArray(state, { minLength: 1, maxLength: 14, selector: ({ shiftId, minute }) => `${shiftId} ${minute}` })
/** Loads that bring all states, some of them more than once, in any order. */
const deliveries = states.chain((all) => fc.record({
  all: fc.constant(all),
  loads: fc.array(fc.array(fc.nat(all.length - 1), { maxLength: 10 }), { maxLength: 4 }).chain((some) => fc.shuffledSubarray(all.map((_, at) => at), { minLength: all.length, maxLength: all.length }).map((rest) => [...some, rest.slice(0, rest.length / 2), rest.slice(rest.length / 2)])),
}))

const rowOf = ({ shiftId, minute, periodId, hours, note }: State) => ({ periodId, shiftId, startsAt: '2025-01-10T08:00:00Z', hours, rawData: note === null ? null : { note }, modifiedOn: `2025-01-01T00:0${minute}:00Z` })

/** The model: of every fact the latest state, and what a load does to it. */
class Shifts {
  readonly #latest = new Map<number, State>()

  load(rows: readonly State[]) {
    const counts = { read: rows.length, rejected: 0, duplicate: 0, late: 0, new: 0, changed: 0, moved: 0, unchanged: 0, deleted: 0, inferred: 0 }
    const latest = new Map<number, State>()
    for (const row of rows) if (row.minute >= (latest.get(row.shiftId)?.minute ?? -1)) latest.set(row.shiftId, row)
    counts.duplicate = rows.length - latest.size
    for (const [id, row] of latest) {
      const stored = this.#latest.get(id)
      if (stored && stored.minute > row.minute) counts.late += 1
      else {
        if (!stored) counts.new += 1
        else if (stored.periodId !== row.periodId) counts.moved += 1
        else if (stored.minute === row.minute) counts.unchanged += 1
        else counts.changed += 1
        this.#latest.set(id, row)
      }
    }
    return counts
  }

  rows() {
    return [...this.#latest.values()].toSorted((a, b) => a.shiftId - b.shiftId).map(({ shiftId, periodId, hours, note }) => ({ shift_id: BigInt(shiftId), period_id: periodId, hours, raw_data: note === null ? null : { note } }))
  }
}

describeEngines('deliveries of facts', (context) => {
  it('come to the latest states, however they are split, shuffled and repeated, and are counted', async () => {
    const fact = await freshFact(context.engine, SequencedShifts, periods)
    await fc.assert(
      fc.asyncProperty(deliveries, async ({ all, loads }) => {
        await context.engine.query(sql`delete from facts.fact_shift`)
        const model = new Shifts()
        for (const load of loads) {
          const rows = load.map((at) => all[at] as State)
          expect((await loadFact(fact, rows.map(rowOf))).counts).toEqual(model.load(rows))
        }
        const { rows } = await context.engine.query(sql`select shift_id, period_id, hours, raw_data from facts.fact_shift order by shift_id`)
        expect(rows).toEqual(model.rows())
        const oneLoad = new Shifts()
        oneLoad.load(all)
        expect(rows).toEqual(oneLoad.rows())
      }),
      { numRuns: runs[context.engineName] },
    )
  }, 60_000)

  it('of a whole period leave what was staged of it, and nothing else of it', async () => {
    const fact = await freshFact(context.engine, SequencedShifts, periods)
    await fc.assert(
      fc.asyncProperty(fc.array(states, { minLength: 1, maxLength: 3 }), async (loads) => {
        await context.engine.query(sql`delete from facts.fact_shift`)
        const stored = new Map<number, State>()
        for (const [number, load] of loads.entries()) {
          const period = periods[number % periods.length] as string
          // Each load is later than those before it, and brings one state of a shift.
          const rows = [...new Map(load.map((one) => [one.shiftId, { ...one, periodId: period, minute: number }])).values()]
          await loadFact(fact, rows.map(rowOf), { periods: [period], allow: ['vanishing'] })
          for (const [id, one] of stored) if (one.periodId === period) stored.delete(id)
          for (const row of rows) stored.set(row.shiftId, row)
        }
        const { rows } = await context.engine.query(sql`select shift_id, period_id, hours from facts.fact_shift order by shift_id`)
        expect(rows).toEqual([...stored.values()].toSorted((a, b) => a.shiftId - b.shiftId).map(({ shiftId, periodId, hours }) => ({ shift_id: BigInt(shiftId), period_id: periodId, hours })))
      }),
      { numRuns: Math.ceil(runs[context.engineName] / 3) },
    )
  }, 60_000)
})
