import fc from 'fast-check'
import { expect, it } from 'vitest'
import { VarveError } from '@varve/core'
import { applyLoad, emptyState, revertBatch, Scd2Dimension, verifyDimension, versionsIn, type DimensionState } from '../src/index.ts'
import { describeEngines } from '../../../test-support/engines.ts'
import { anyPlan, definitionOf, loadOf, type Plan, type PlannedLoad } from './random-loads.ts'
import { forget, modelledMemory, storedMemory, storedVersions } from './stored-dimension.ts'

const sequences = Number(process.env['VARVE_SEQUENCES'] ?? 25)

// Few rows a load, and few complete loads, so that batches often have nothing to do with each other.
const plans = fc.tuple(anyPlan, fc.integer({ min: 1, max: 6 }), fc.boolean()).map(([plan, width, isDated]) => ({ ...plan, isDated, loads: inOrder(plan).map((load, at) => ({ ...load, isComplete: load.isComplete && at % 3 === 0, rows: load.rows.slice(0, width) })) })).filter((plan) => plan.loads.length > 1)

describeEngines('a revert', (context) => {
  it('leaves what there would be if the batches had never been, and loads go on from there', async () => {
    const { engine } = context
    let alone = 0
    await fc.assert(
      fc.asyncProperty(plans, fc.array(fc.nat(6), { minLength: 1, maxLength: 2 }), async (plan, picks) => {
        const definition = definitionOf(plan)
        await forget(engine, definition)
        const dimension = new Scd2Dimension(engine, definition)
        const batches = new Map<string, string>()
        let live = plan.loads.map((load, index) => ({ load, name: String(index) }))
        let state = emptyState()
        for (const { load, name } of live) state = await loadBoth(dimension, plan, load, name, state, batches)
        for (const pick of picks) {
          const target = live[pick % live.length]
          if (!target) return
          const before = await everything()
          const model = revertBatch(state, target.name)
          const answer = await dimension.revert(batches.get(target.name) as string).catch((error: unknown) => (error instanceof VarveError && error.code === 'V2009' ? error : Promise.reject(error as Error)))
          if (model.refused) expect(answer).toBeInstanceOf(VarveError)
          if (answer instanceof VarveError) expect(await everything()).toEqual(before)
          else alone += 1
          const done = answer instanceof VarveError ? await dimension.revert(batches.get(target.name) as string, { cascade: true }) : answer
          const gone = new Set(live.filter(({ name }) => done.reverted.includes(batches.get(name) as string)).map(({ name }) => name))
          expect(gone.size).toBe(done.reverted.length)
          for (const name of revertBatch(state, target.name, { cascade: true }).reverted) expect([...gone]).toContain(name)
          live = live.filter(({ name }) => !gone.has(name))
          state = live.reduce((so, { load, name }) => applyLoad(definition, so, loadOf(plan, load, name)).state, emptyState())
          await expectLike(state, batches)
        }
        // What was reverted can be loaded anew, and all that is known still holds.
        const last = plan.loads.at(-1) as PlannedLoad
        state = await loadBoth(dimension, plan, last, 'again', state, batches)
        await expectLike(state, batches)
        expect(await verifyDimension(engine, definition)).toMatchObject({ isSound: true, findings: [] })

        function everything() {
          return Promise.all([storedVersions(engine, definition), definition.sequence ? storedMemory(engine, definition) : []])
        }
        async function expectLike(expected: DimensionState, ids: ReadonlyMap<string, string>) {
          expect((await storedVersions(engine, definition)).map(({ version }) => (version.validTo === definition.openEnd ? { ...version, validTo: null } : version))).toEqual(versionsIn(expected).map(({ values, validFrom, validTo, openedBy, closedBy }) => ({ values, validFrom, validTo, openedBy: ids.get(openedBy), closedBy: closedBy === null ? null : ids.get(closedBy) })))
          if (definition.sequence) expect(await storedMemory(engine, definition)).toEqual(modelledMemory(definition, expected, (load) => ids.get(expected.loads[load]?.batch ?? '') ?? ''))
        }
      }),
      { numRuns: sequences, ...(process.env['CI'] ? { seed: 20_261_121 } : {}) },
    )
    expect(alone).toBeGreaterThan(0)
  }, 600_000)
})

async function loadBoth(dimension: Scd2Dimension, plan: Plan, planned: PlannedLoad, name: string, state: DimensionState, batches: Map<string, string>): Promise<DimensionState> {
  const given = loadOf(plan, planned, name)
  const { at, complete, allow } = given
  const model = applyLoad(dimension.definition, state, given)
  const done = await dimension.load(given.rows, { at, complete, allow }).catch((error: unknown) => (error instanceof VarveError ? error : Promise.reject(error as Error)))
  if (model.refused || done instanceof VarveError) {
    expect(done instanceof VarveError ? done.code : 'loaded').toBe(model.refused?.code)
    return state
  }
  batches.set(name, done.batchId)
  return model.state
}

/** Without a sequence, loads come in the order of their instants. */
function inOrder(plan: Plan): readonly PlannedLoad[] {
  if (plan.hasSequence) return plan.loads
  const instants = new Set<number>()
  return plan.loads.toSorted((one, other) => one.at - other.at).filter(({ at }) => !instants.has(at) && instants.add(at))
}
