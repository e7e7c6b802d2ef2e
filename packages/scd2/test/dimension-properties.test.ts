import fc from 'fast-check'
import { sql } from 'drizzle-orm'
import { expect, it } from 'vitest'
import { VarveError, type Engine, type TableSpec } from '@varve/core'
import { applyLoad, emptyState, physicalTable, Scd2Dimension, versionsIn, type DimensionDefinition, type DimensionState } from '../src/index.ts'
import { memoryTable } from '../src/memory/memory-table.ts'
import type { MemoryRow } from '../src/memory/memory-row.ts'
import { remember } from '../src/memory/remember.ts'
import { wordsOn } from '../src/memory/said-word.ts'
import { valueList } from '../src/statement/value-list.ts'
import { KnownLoads } from '../src/strategy/known-loads.ts'
import { MemoryCodec } from '../src/strategy/memory-codec.ts'
import { rowTexts } from '../src/strategy/row-texts.ts'
import { describeEngines } from '../../../test-support/engines.ts'
import { anyPlan, definitionOf, loadOf, type Plan, type PlannedRow } from './random-loads.ts'

const sequences = Number(process.env['VARVE_SEQUENCES'] ?? 60)

describeEngines('a dimension on an engine', (context) => {
  it.each([
    { what: 'whatever it is loaded with', plans: anyPlan.map(supported) },
    { what: 'in the order of things', plans: anyPlan.map(supported).map(orderly) },
  ])('has the versions, the counts and the surrogate keys of the model, $what', async ({ plans }) => {
    const { engine } = context
    await fc.assert(
      fc.asyncProperty(plans, async (plan) => {
        const definition = definitionOf(plan)
        await forget(engine, definition)
        const dimension = new Scd2Dimension(engine, definition)
        let state: DimensionState = emptyState()
        const batches = new Map<string, string>()
        const keys = new Map<number, unknown>()
        for (const [index, planned] of plan.loads.entries()) {
          const given = loadOf(plan, planned, String(index))
          const model = applyLoad(definition, state, given)
          const { at, complete, allow } = given
          const done = await dimension.load(given.rows, { at, complete, allow }).catch((error: unknown) => (error instanceof VarveError ? error : Promise.reject(error as Error)))
          if (model.refused || done instanceof VarveError) {
            expect(done instanceof VarveError ? done.code : 'loaded').toBe(model.refused?.code)
            continue
          }
          state = model.state
          batches.set(String(index), done.batchId)
          const modelled = versionsIn(state)
          const stored = await storedVersions(engine, definition)
          expect(stored.map(({ version }) => version)).toEqual(
            modelled.map(({ values, validFrom, validTo, openedBy, closedBy }) => ({ values, validFrom, validTo, openedBy: batches.get(openedBy), closedBy: closedBy === null ? null : batches.get(closedBy) })),
          )
          if (definition.sequence) expect(await storedMemory(engine, definition)).toEqual(modelledMemory(definition, state, (load) => batches.get(state.loads[load]?.batch ?? '') ?? ''))
          expect(done.counts).toEqual(model.counts)
          expect(done.findings.map((finding) => finding.message).toSorted()).toEqual(model.findings.map((finding) => finding.message).toSorted())
          // One version, one surrogate key: for life, and nobody else's.
          for (const [place, { versionId }] of modelled.entries()) {
            const known = keys.get(versionId)
            if (known !== undefined) expect(stored[place]?.surrogateKey).toBe(known)
            keys.set(versionId, stored[place]?.surrogateKey)
          }
          expect(new Set(keys.values()).size).toBe(keys.size)
        }
      }),
      { numRuns: sequences, ...(process.env['CI'] ? { seed: 20_261_121 } : {}) },
    )
  }, 600_000)
})

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
    for (const row of rows) if (!row.isDelete) last.set(row.key, row)
    return { ...load, rows }
  })
  return { ...plan, loads }
}

async function forget(engine: Engine, definition: DimensionDefinition): Promise<void> {
  await engine.change({ kind: 'drop-table', table: definition.table })
  await engine.change({ kind: 'drop-table', table: { schema: 'varve', name: 'memory_dim' } })
  await engine.change({ kind: 'drop-table', table: { schema: 'varve', name: 'dimension_loads' } })
}

/** What the model would have to remember, and nothing else: the memory of the engine is exactly that. */
function modelledMemory(definition: DimensionDefinition, state: DimensionState, batchOf: (load: number) => string) {
  return [...state.members.values()].flatMap((member) => remember(definition, { member, words: wordsOn(definition, member.id, state.completeLoads) }, state.completeLoads).map((row) => shownMemory(member.key, row, row.kind === 'silent' ? '' : batchOf(row.load)))).toSorted()
}

async function storedMemory(engine: Engine, definition: DimensionDefinition) {
  const memory = memoryTable(definition) as TableSpec // there is a sequence
  const loads = new KnownLoads([], '')
  const codec = new MemoryCodec(definition, loads)
  const keyTexts = rowTexts(definition.key)
  const { rows } = await engine.query(sql`select ${valueList(engine.phrases, memory.columns, 'm')} from ${engine.phrases.table(memory)} m`)
  return rows.map((row) => {
    const read = codec.read(row)
    return shownMemory(keyTexts(row), read, read.kind === 'silent' ? '' : String(row['varve_batch_id']))
  }).toSorted()
}

const shownMemory = (key: readonly unknown[], { at, kind, of, knownAt, values }: MemoryRow, batch: string) => JSON.stringify({ key, at, kind, of, knownAt, values, batch })

async function storedVersions(engine: Engine, definition: DimensionDefinition) {
  const physical = physicalTable(definition)
  const texts = rowTexts(definition.table.columns)
  const list = sql.join(physical.columns.map(({ name, type }) => (type.kind === 'json' ? sql`cast(${sql.identifier(name)} as text) as ${sql.identifier(name)}` : sql.identifier(name))), sql`, `)
  const order = sql.join([...definition.key.map((column) => (column.type.kind === 'text' ? sql`${sql.identifier(column.name)} collate "C"` : sql.identifier(column.name))), sql.identifier('valid_from')], sql`, `)
  const { rows } = await engine.query(sql`select ${list} from ${sql.identifier(physical.name)} order by ${order}`)
  return rows.map((row) => ({
    version: {
    values: Object.fromEntries(definition.table.columns.map((column, index) => [column.property, texts(row)[index] ?? null])),
    validFrom: row['valid_from'],
    validTo: row['valid_to'],
    openedBy: row['etl_batch_id'],
    closedBy: row['closed_by_batch_id'],
    },
    surrogateKey: row['surrogate_key'],
  }))
}
