import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { anyPlan, definitionOf, instantCount, instantOf, instantText, keyCount, keyTexts, loadOf, valueTexts, type Plan, type PlannedLoad } from '../../test/random-loads.js'
import { applyLoad } from './apply-load.js'
import { emptyState } from './state.js'
import { versionsIn, type ModelVersion } from './versions-in.js'

// The contract a second time, straight from its words and without folding anything: what holds of a member at one instant is
// asked of the whole list of loads, for every member and every instant. The versions must say the same.

interface Told {
  readonly of: number
  readonly values: readonly number[]
}

type Word = Told | 'gone' | undefined

const tracked = (told: { readonly values: readonly number[] }) => told.values.slice(0, 2).join()

/** What is known of a member at an instant by rows of that very instant: the first stays, or makes room (H5). */
function observedAt(plan: Plan, key: number, instant: number): { values: number[]; knownAt: number } | undefined {
  const rows = plan.loads.flatMap((load) => load.rows.flatMap((row) => (!row.isDelete && row.key === key && instantOf(plan, load, row) === instant ? [{ load, row }] : [])))
  let known: { values: number[] } | undefined
  for (const { row } of rows) {
    if (!known || (tracked(known) !== tracked(row) && plan.conflict === 'replace')) known = { values: [...row.values] }
    else if (tracked(known) === tracked(row)) {
      known.values[2] = row.values[2] as number
      known.values[3] ||= row.values[3] as number
    }
  }
  return known && { values: known.values, knownAt: Math.max(...rows.map(({ load }) => load.at)) }
}

const isDeleted = (plan: Plan, key: number, instant: number, bySource: boolean) =>
  plan.loads.some((load) => load.rows.some((row) => row.isDelete && row.key === key && instantOf(plan, load, row) === instant && (plan.hasSequence && row.instant !== null) === bySource))

/** The word of the last complete load for an instant on a member. */
function completeWord(plan: Plan, key: number, at: number): Word {
  const load = plan.loads.findLast((one) => one.isComplete && one.at === at)
  if (!load) return undefined
  const rows = load.rows.filter((row) => row.key === key)
  const absent = plan.deletes === 'close' ? 'gone' : undefined
  if (rows.length === 0) return absent
  const past = rows.filter((row) => instantOf(plan, load, row) <= at)
  if (past.length === 0) return undefined
  const of = Math.max(...past.map((row) => instantOf(plan, load, row)))
  if (past.some((row) => row.isDelete && instantOf(plan, load, row) === of)) return absent
  const observed = observedAt(plan, key, of)
  return observed && { of, values: observed.values }
}

const removedAt = (plan: Plan, key: number, instant: number) => isDeleted(plan, key, instant, false) || completeWord(plan, key, instant) === 'gone'

/** What is said of a member at exactly an instant. */
function saidAt(plan: Plan, key: number, instant: number): Word {
  if (isDeleted(plan, key, instant, false)) return 'gone'
  const word = completeWord(plan, key, instant)
  if (word !== undefined) return word
  if (isDeleted(plan, key, instant, true)) return 'gone'
  const observed = observedAt(plan, key, instant)
  if (!observed) return undefined
  for (let at = observed.knownAt + 1; at < instant; at++) if (removedAt(plan, key, at)) return undefined
  return { of: instant, values: observed.values }
}

/** What holds of a member at an instant: the last that was said up to it. */
function holdsAt(plan: Plan, key: number, instant: number): Word {
  for (let at = instant; at >= 0; at--) {
    const said = saidAt(plan, key, at)
    if (said !== undefined) return said
  }
  return 'gone'
}

function expectedAt(plan: Plan, key: number, version: { from: number; to: number }): Record<string, unknown> {
  const observed = Array.from({ length: instantCount }, (_, at) => ({ at, said: saidAt(plan, key, at) })).filter((one): one is { at: number; said: Told } => typeof one.said === 'object')
  const opening = observed.find(({ at }) => at === version.from)?.said as Told
  const last = observed.findLast(({ at }) => plan.overwriteScope === 'member' || at < version.to)?.said as Told
  const first = observed.filter(({ at }) => at < version.to).map(({ said }) => said.values[3] as number).find((value) => value !== 0) ?? 0
  const text = (index: number, value: number | undefined) => valueTexts[index]?.[value ?? 0]
  return {
    a: text(0, opening.values[0]), b: text(1, opening.values[1]), o: text(2, last.values[2]), f: text(3, first), g: text(4, opening.values[4]),
    ...(plan.hasSequence ? { at: instantText(opening.of) } : {}),
  }
}

const instants = new Map(Array.from({ length: instantCount }, (_, at) => [neutral(at), at]))
function neutral(instant: number): string {
  return String(instantText(instant))
}
const numbered = (version: ModelVersion) => ({ from: instants.get(version.validFrom) as number, to: version.validTo === null ? instantCount : (instants.get(version.validTo) as number) })

describe('the versions of the model', () => {
  it('say at every instant what the loads say by definition', () => {
    fc.assert(
      fc.property(anyPlan, (plan) => {
        const definition = definitionOf(plan)
        const state = plan.loads.reduce((so, load: PlannedLoad) => applyLoad(definition, so, loadOf(plan, load)).state, emptyState())
        const versions = versionsIn(state)
        const said: unknown[] = []
        const found: unknown[] = []
        for (let key = 0; key < keyCount; key++) {
          const texts = keyTexts(plan, key)
          const own = versions.filter((version) => Object.entries(texts).every(([name, text]) => version.values[name] === text))
          for (let at = 0; at < instantCount; at++) {
            const held = holdsAt(plan, key, at)
            said.push({ key, at, tracked: held === 'gone' || held === undefined ? [] : [[valueTexts[0]?.[held.values[0] as number], valueTexts[1]?.[held.values[1] as number]]] })
            found.push({ key, at, tracked: own.filter((version) => numbered(version).from <= at && at < numbered(version).to).map((version) => [version.values['a'], version.values['b']]) })
          }
          for (const version of own) {
            said.push({ ...texts, ...expectedAt(plan, key, numbered(version)) })
            found.push(version.values)
          }
        }
        expect(found).toEqual(said)
      }),
      { numRuns: 3000 },
    )
  })
})
