import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { agreeingPlan, anyPlan, definitionOf, instantOf, instantText, keyTexts, loadOf, valueTexts, type Plan, type PlannedLoad } from '../../test/random-loads.js'
import { table } from '@varve/core'
import { resolveDefinition, type DimensionDefinition } from '../definition/dimension-definition.js'
import { applyLoad, type LoadResult } from './apply-load.js'
import { DeleteEvent, type Load } from './load.js'
import { revertBatch } from './revert-batch.js'
import { emptyState, type DimensionState } from './state.js'
import { versionsIn, type ModelVersion } from './versions-in.js'

// What holds of every history, whatever is thrown at it. A failing seed and the smallest loads that show it are printed.

function applyAll(plan: Plan, loads: readonly PlannedLoad[] = plan.loads, each?: (result: LoadResult, before: DimensionState) => void): DimensionState {
  const definition = definitionOf(plan)
  return loads.reduce((before, load, index) => {
    const result = applyLoad(definition, before, loadOf(plan, load, String(index)))
    if (result.refused) throw result.refused
    each?.(result, before)
    return result.state
  }, emptyState())
}

/** What a reader sees: no surrogate keys, no lineage, which depend on who came first. */
const seen = (state: DimensionState) => versionsIn(state).map(({ values, validFrom, validTo }) => ({ ...values, validFrom, validTo }))

const trackedOf = (version: ModelVersion) => JSON.stringify([version.values['a'], version.values['b']])

function membersIn(versions: readonly ModelVersion[]): ModelVersion[][] {
  const groups = new Map<string, ModelVersion[]>()
  for (const version of versions) {
    const key = JSON.stringify([version.values['id'], version.values['one'], version.values['other']])
    groups.set(key, [...(groups.get(key) ?? []), version])
  }
  return [...groups.values()]
}

/** Time of a neutral instant as a number: no fraction is cut. */
const timeOf = (instant: string) => Date.parse(`${instant.slice(0, 19)}Z`) * 1000 + Number(instant.slice(20, -1).padEnd(6, '0'))

/** A definition without its column "b". */
function narrowed(definition: DimensionDefinition): DimensionDefinition {
  const { declared, key, sequence, overwrite, fixed, ignored, deletes, conflict, overwriteScope } = definition
  const names = (columns: DimensionDefinition['key']) => columns.map((column) => column.property)
  if (!('columns' in declared)) throw new Error('not a declared table')
  const { b: _, ...columns } = declared.columns
  return resolveDefinition(table('dim', columns), { key: names(key), sequence: sequence?.property ?? null, overwrite: names(overwrite), fixed: names(fixed), ignore: names(ignored), deletes, conflict, overwriteScope })
}

function withoutB(one: Load): Load {
  return { ...one, rows: [...one.rows].map((row) => (row instanceof DeleteEvent ? row : Object.fromEntries(Object.entries(row).filter(([name]) => name !== 'b')))) }
}

describe('every history', () => {
  it('has the shape of H1: in order, of positive length, without overlap, and with no equal neighbours', () => {
    fc.assert(
      fc.property(anyPlan, (plan) => {
        const faults = membersIn(versionsIn(applyAll(plan))).flatMap((versions) =>
          versions.flatMap((version, index) => {
            const next = versions[index + 1]
            const isShort = version.validTo !== null && timeOf(version.validTo) <= timeOf(version.validFrom)
            const overlaps = next !== undefined && (version.validTo === null || timeOf(version.validTo) > timeOf(next.validFrom))
            const isSplit = next !== undefined && version.validTo === next.validFrom && trackedOf(version) === trackedOf(next)
            return isShort || overlaps || isSplit ? [[version, next]] : []
          }),
        )
        expect(faults).toEqual([])
      }),
      { numRuns: 2000 },
    )
  })

  it('is the same for every order, split and repetition of its events', () => {
    const scrambled = agreeingPlan.chain((plan) =>
      fc.record({
        plan: fc.constant(plan),
        order: fc.shuffledSubarray(plan.loads.flatMap((_, index) => [index, index]), { minLength: plan.loads.length * 2 }),
        cuts: fc.array(fc.nat(6), { minLength: plan.loads.length, maxLength: plan.loads.length }),
        spelling: fc.nat(5),
      }),
    )
    fc.assert(
      fc.property(scrambled, ({ plan, order, cuts, spelling }) => {
        const pieces = order.flatMap((index) => {
          const load = plan.loads[index] as PlannedLoad
          const rows = load.rows.map((row) => ({ ...row, spelling: row.spelling + spelling })).toReversed()
          // What is complete stays whole, or it would say that the rest is absent.
          const cut = cuts[index] as number
          return load.isComplete || cut === 0 ? [{ ...load, rows }] : [{ ...load, rows: rows.slice(cut) }, { ...load, rows: rows.slice(0, cut) }]
        })
        expect(seen(applyAll(plan, pieces))).toEqual(seen(applyAll(plan)))
      }),
      { numRuns: 3000 },
    )
  })

  it('reads as of a complete load like that load, row for row (H7)', () => {
    fc.assert(
      fc.property(agreeingPlan, (plan) => {
        const versions = versionsIn(applyAll(plan))
        for (const load of plan.loads.filter((one) => one.isComplete)) {
          // Events of the future say nothing of the load's own instant, and a deletion by the load's clock at this very instant comes on top.
          const isRemoved = (key: number) => plan.loads.some((other) => other !== load && other.at === load.at && other.rows.some((row) => row.isDelete && row.key === key && (row.instant === null || !plan.hasSequence)))
          const lastOf = (key: number) => load.rows.filter((row) => row.key === key && instantOf(plan, load, row) <= load.at).toSorted((one, other) => instantOf(plan, load, one) - instantOf(plan, load, other) || Number(one.isDelete) - Number(other.isDelete)).at(-1)
          const hasRow = (key: number) => load.rows.some((row) => row.key === key)
          const keys = [0, 1, 2, 3].filter((key) => !isRemoved(key) && (lastOf(key) !== undefined || !hasRow(key)) && (plan.deletes === 'close' || lastOf(key)?.isDelete === false))
          const at = timeOf(String(instantText(load.at)))
          const read = keys.flatMap((key) => versions.filter((version) => Object.entries(keyTexts(plan, key)).every(([name, text]) => version.values[name] === text) && timeOf(version.validFrom) <= at && (version.validTo === null || at < timeOf(version.validTo))).map((version) => [key, version.values['a'], version.values['b']]))
          const sent = keys.flatMap((key) => {
            const row = lastOf(key)
            return row && !row.isDelete ? [[key, valueTexts[0]?.[row.values[0] as number], valueTexts[1]?.[row.values[1] as number]]] : []
          })
          expect(read).toEqual(sent)
        }
      }),
      { numRuns: 2000 },
    )
  })

  it('has counts that add up, and says "unchanged" exactly where nothing changed (H15)', () => {
    fc.assert(
      fc.property(anyPlan, (plan) => {
        applyAll(plan, plan.loads, ({ counts, state }, before) => {
          const { read, rejected, duplicate, unchanged, new: opened, changed, overwritten, reopened, closed, absent, late } = counts
          expect(rejected + duplicate + unchanged + opened + changed + overwritten + reopened + closed - absent).toBe(read)
          expect(late).toBeLessThanOrEqual(read - rejected - duplicate - unchanged)
          if (opened + changed + overwritten + reopened + closed === 0) expect(seen(state)).toEqual(seen(before))
          const hadVersions = (id: string) => (before.members.get(id)?.versions.length ?? 0) > 0
          expect([...state.members.values()].filter((member) => !hadVersions(member.id) && member.versions.length > 0).length).toBe(opened)
        })
      }),
      { numRuns: 1500 },
    )
  })

  it('is not changed by the same load again, which says so (H13)', () => {
    fc.assert(
      fc.property(agreeingPlan, (plan) => {
        const definition = definitionOf(plan)
        const state = applyAll(plan)
        for (const load of plan.loads) {
          const again = applyLoad(definition, state, loadOf(plan, load, 'again'))
          expect(again.counts).toMatchObject({ read: load.rows.length, unchanged: load.rows.length, closed: 0, late: 0 })
          expect(versionsIn(again.state)).toEqual(versionsIn(state))
        }
      }),
      { numRuns: 500 },
    )
  })

  it('keeps the surrogate key of every version that begins where one began, and never gives one twice (H16)', () => {
    fc.assert(
      fc.property(anyPlan, (plan) => {
        const given = new Set<number>()
        applyAll(plan, plan.loads, ({ state }, before) => {
          const [old, now] = [versionsIn(before), versionsIn(state)]
          const ids = now.map((version) => version.versionId)
          expect(new Set(ids).size).toBe(ids.length)
          for (const [index, versions] of [old, now].entries()) for (const { versionId } of versions) if (index === 0) given.add(versionId)
          const nameOf = ({ values: { id, one, other }, validFrom }: ModelVersion) => JSON.stringify([id, one, other, validFrom])
          const stayed = new Map(now.map((version) => [nameOf(version), version.versionId]))
          const oldIds = new Set(old.map((version) => version.versionId))
          for (const version of old) if (stayed.has(nameOf(version))) expect(stayed.get(nameOf(version))).toBe(version.versionId)
          for (const id of ids) if (!oldIds.has(id)) expect(given.has(id)).toBe(false)
        })
      }),
      { numRuns: 1500 },
    )
  })

  it('is the same when a column comes on the way as when it had always been there, and NULL (H12)', () => {
    fc.assert(
      fc.property(anyPlan.filter((plan) => plan.loads.length > 1), fc.nat(5), (plan, pick) => {
        const cut = pick % plan.loads.length
        const grown = definitionOf(plan)
        const narrow = narrowed(grown)
        const early = plan.loads.slice(0, cut).map((one) => loadOf(plan, one)).map((one) => ({ ...one, rows: [...one.rows].map((row) => (row instanceof DeleteEvent ? row : { ...row, b: undefined })) }))
        const late = plan.loads.slice(cut).map((one) => loadOf(plan, one))
        const applied = (first: DimensionDefinition) => {
          const start = early.reduce((so, one) => applyLoad(first, so, first === narrow ? withoutB(one) : one).state, emptyState())
          return late.reduce((so, one) => applyLoad(grown, so, one).state, start)
        }
        expect(versionsIn(applied(narrow))).toEqual(versionsIn(applied(grown)))
      }),
      { numRuns: 800 },
    )
  })

  it('names as lineage the loads that brought what a version begins and ends with (H14)', () => {
    fc.assert(
      fc.property(agreeingPlan, (plan) => {
        const versions = versionsIn(applyAll(plan))
        const speaksAt = (batch: string, instant: string) => {
          const load = plan.loads[Number(batch)] as PlannedLoad
          const time = timeOf(instant)
          return (load.isComplete && timeOf(String(instantText(load.at))) === time) || load.rows.some((row) => timeOf(String(instantText(instantOf(plan, load, row)))) === time)
        }
        expect(versions.filter((version) => !speaksAt(version.openedBy, version.validFrom))).toEqual([])
        expect(versions.filter((version) => version.validTo !== null && !speaksAt(version.closedBy as string, version.validTo))).toEqual([])
        expect(versions.filter((version) => (version.validTo === null) !== (version.closedBy === null))).toEqual([])
      }),
      { numRuns: 1000 },
    )
  })

  it('without a batch is as if that had never been, or says what was built on it (H14)', () => {
    fc.assert(
      fc.property(anyPlan.filter((plan) => plan.loads.length > 0), fc.nat(6), fc.boolean(), (plan, pick, cascade) => {
        const state = applyAll(plan)
        const batch = String(pick % plan.loads.length)
        const result = revertBatch(state, batch, { cascade })
        if (result.refused) {
          expect(cascade).toBe(false)
          expect(versionsIn(result.state)).toEqual(versionsIn(state))
        } else {
          const kept = plan.loads.filter((_, index) => !result.reverted.includes(String(index)))
          expect(seen(result.state)).toEqual(seen(applyAll(plan, kept)))
        }
        const last = String(plan.loads.length - 1)
        const undone = revertBatch(state, last)
        expect(undone.refused).toBeUndefined()
        expect(seen(undone.state)).toEqual(seen(applyAll(plan, plan.loads.slice(0, -1))))
      }),
      { numRuns: 800 },
    )
  })
})
