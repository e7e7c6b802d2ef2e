import fc from 'fast-check'
import { expect, it } from 'vitest'
import { verifyDimension, type DimensionDefinition } from '../src/index.ts'
import { describeEngines, type EngineName } from '../../../test-support/engines.ts'
import { bytesOf, expectModel, inBatches, inOneTransaction, type Way } from './model-twin.ts'
import { agreeingPlan, anyPlan, asDelivered, definitionOf, loadOf, type Plan, type PlannedLoad, type PlannedRow } from './random-loads.ts'

// CI runs 2,100 sequences over both engines, always the same ones; elsewhere they are fewer, and others each time. A long run names its own
// number, and how many minutes a case may take at most: `VARVE_SEQUENCES=100000 VARVE_MINUTES=60 npx vitest run packages/scd2/test/held-to-model`.
const isSteady = process.env['CI'] !== undefined
const sequences = Number(process.env['VARVE_SEQUENCES'] ?? (isSteady ? 2100 : 200))
const timeout = 120_000 + sequences * 4000

// Most sequences run the cheap way, and on the engine that is quicker at it.
const shares = { postgres: { any: 0.36, orderly: 0.36, batches: 0.03, scrambled: 0.05 }, pglite: { any: 0.09, orderly: 0.08, batches: 0.015, scrambled: 0.015 } } as const

/** Holds an engine to the model by random sequences of loads of any kind: late, repeated, contradicting each other. */
export function describeAnyLoads(engineName: EngineName): void {
  describeEngines('a dimension that is loaded with anything', (context) => {
    it('is the one of the model after each load', async ({ task }) => {
      const plans = asDelivered(anyPlan).map(supported)
      expect(await failureOf(task, shares[engineName].any, plans, (plan) => inOneTransaction(context.engine, (way) => expectModel(context.engine, plan, way)))).toBe('')
    }, timeout)

    it('is the one of the model, and sound, where each load is a batch of its own', async ({ task }) => {
      const plans = asDelivered(fc.oneof(anyPlan, anyPlan.map(orderly))).map(supported)
      const failure = await failureOf(task, shares[engineName].batches, plans, (plan) => inBatches(context.engine, async (way) => {
        await expectModel(context.engine, plan, way)
        if ((await context.engine.introspect(undefined, 'dim')) === undefined) return
        expect(await verifyDimension(context.engine, definitionOf(plan, plan.loads.length <= (plan.grownAt ?? 0)))).toMatchObject({ isSound: true, findings: [] })
      }))
      expect(failure).toBe('')
    }, timeout)
  }, [engineName])
}

/** Holds an engine to the model by random sequences of what mostly happens, and to itself by what arrives in another order. */
export function describeOrderlyLoads(engineName: EngineName): void {
  describeEngines('a dimension that is loaded in order', (context) => {
    it('is the one of the model after each load', async ({ task }) => {
      const plans = asDelivered(anyPlan).map(supported).map(orderly)
      expect(await failureOf(task, shares[engineName].orderly, plans, (plan) => inOneTransaction(context.engine, (way) => expectModel(context.engine, plan, way)))).toBe('')
    }, timeout)

    it('is the same to the byte for every order, split and repetition of its events', async ({ task }) => {
      const failure = await failureOf(task, shares[engineName].scrambled, scrambled, async ({ plan, pieces }) => {
        const definition = definitionOf(plan)
        const read = (loads: readonly PlannedLoad[]) => inOneTransaction(context.engine, async (way) => {
          await loadAll(way, definition, plan, loads)
          return bytesOf(way.session, definition)
        })
        expect(await read(pieces)).toEqual(await read(plan.loads))
      })
      expect(failure).toBe('')
    }, timeout)
  }, [engineName])
}

interface NamedTask {
  readonly name: string
  readonly file: { readonly name: string }
}

/** Tries a share of the sequences, and answers what is wrong, with the smallest loads that show it and how to run them again; nothing where nothing is. */
async function failureOf<T>({ name, file }: NamedTask, share: number, arbitrary: fc.Arbitrary<T>, hold: (given: T) => Promise<void>): Promise<string> {
  const { VARVE_SEED: seed, VARVE_PATH: path, VARVE_MINUTES: minutes } = process.env
  const startedMs = performance.now()
  const result = await fc.check(fc.asyncProperty(fc.limitShrink(arbitrary, 400), hold), {
    numRuns: Math.max(1, Math.round(sequences * share)),
    ...(seed === undefined ? (isSteady ? { seed: 20_261_121 } : {}) : { seed: Number(seed) }),
    ...(path === undefined ? {} : { path, endOnFailure: true }),
    ...(minutes === undefined ? {} : { plugins: [fc.interruptAfterTimeLimit(Number(minutes) * 60_000)] }),
  })
  process.stdout.write(`${file.name}: ${name}: ${result.numRuns} sequences in ${Math.round((performance.now() - startedMs) / 1000)} s, seed ${result.seed}${result.failed ? ', FAILED' : ''}\n`)
  if (!result.failed) return ''
  const again = `VARVE_SEQUENCES=${sequences} VARVE_SEED=${result.seed} VARVE_PATH='${result.counterexamplePath ?? ''}' npx vitest run ${file.name} -t '${name}'`
  const failure = `${fc.defaultReportMessage(result) ?? ''}\n${result.errorInstance instanceof Error ? (result.errorInstance.stack ?? '') : ''}\n\nTo run this one again:\n  ${again}`
  process.stdout.write(`${failure}\n`) // at once: the rest of a long run takes its time
  return failure
}

async function loadAll(way: Way, definition: DimensionDefinition, plan: Plan, loads: readonly PlannedLoad[]): Promise<void> {
  if (loads.length === 0) await way.load(definition, { at: '2025-01-01', rows: [] }) // makes the table
  for (const planned of loads) await way.load(definition, loadOf(plan, planned))
}

/** Without a sequence, loads come in the order of their instants. */
function supported(plan: Plan): Plan {
  if (plan.hasSequence) return plan
  const instants = new Set<number>()
  const loads = plan.loads.toSorted((one, other) => one.at - other.at).filter(({ at }) => !instants.has(at) && instants.add(at))
  return { ...plan, loads }
}

/** Mostly the common case: one row a member and load, what has happened since the load before, and much that stays as it was. */
function orderly(plan: Plan): Plan {
  const last = new Map<number, PlannedRow>()
  const loads = plan.loads.toSorted((one, other) => one.at - other.at).map((load) => {
    const members = new Map<number, PlannedRow>()
    for (const row of load.rows) if (!members.has(row.key)) members.set(row.key, { ...row, isDelete: row.isDelete && row.spelling === 5 })
    if (load.isComplete) for (const [key, row] of last) if (!members.has(key) && key > 0) members.set(key, { ...row, spelling: 0 })
    const rows = [...members.values()].map((row) => {
      const known = last.get(row.key)
      const instant = Math.max(0, load.at - ((row.instant ?? 0) % 3))
      if (row.spelling === 5) return row.isDelete || row.instant !== null ? row : { ...row, instant }
      if (!known || row.spelling < 2) return { ...row, instant: row.spelling === 0 && known ? known.instant : instant }
      if (row.spelling === 2) return { ...row, values: known.values, instant: known.instant }
      if (row.spelling === 3) return { ...row, values: known.values, instant }
      return { ...row, values: [known.values[0] ?? 0, known.values[1] ?? 0, ...row.values.slice(2)], instant }
    })
    for (const row of rows) if (!row.isDelete && row.fault === undefined) last.set(row.key, row)
    return { ...load, rows }
  })
  return { ...plan, loads }
}

/** One event set as it was told, and in pieces: shuffled, in other loads, each of them twice, and spelled otherwise. */
const scrambled = agreeingPlan.filter((plan) => plan.hasSequence).chain((plan) =>
  fc
    .record({
      order: fc.noShrink(fc.shuffledSubarray(plan.loads.flatMap((_, index) => [index, index]), { minLength: plan.loads.length * 2 })),
      cuts: fc.array(fc.nat(6), { minLength: plan.loads.length, maxLength: plan.loads.length }),
      spelling: fc.nat(5),
    })
    .map(({ order, cuts, spelling }) => ({
      plan,
      pieces: order.flatMap((index) => {
        const load = plan.loads[index] as PlannedLoad
        const rows = load.rows.map((row) => ({ ...row, spelling: row.spelling + spelling })).toReversed()
        // What is complete stays whole, or it would say that the rest is absent.
        const cut = cuts[index] as number
        return load.isComplete || cut === 0 ? [{ ...load, rows }] : [{ ...load, rows: rows.slice(cut) }, { ...load, rows: rows.slice(0, cut) }]
      }),
    })),
)
