import { sql } from 'drizzle-orm'
import { expect } from 'vitest'
import { VarveError, type Engine, type Session, type TableSpec } from '@varve/core'
import { applyLoad, emptyState, physicalTable, Scd2Dimension, versionsIn, type DimensionDefinition, type DimensionState, type Load, type LoadOutcome, type Member, type ModelFinding } from '../src/index.ts'
import { lineageIsKept, remember } from '../src/memory/remember.ts'
import { memoryTable } from '../src/memory/memory-table.ts'
import type { MemoryRow } from '../src/memory/memory-row.ts'
import { wordsOn } from '../src/memory/said-word.ts'
import { valueList } from '../src/statement/value-list.ts'
import { KnownLoads } from '../src/strategy/known-loads.ts'
import { MemoryCodec } from '../src/strategy/memory-codec.ts'
import { rowTexts } from '../src/strategy/row-texts.ts'
import { definitionOf, loadOf, type Plan } from './random-loads.ts'
import { tried } from './tried-loads.ts'

/** What a load did, as far as it is compared. */
export type Done = Pick<LoadOutcome, 'batchId' | 'counts' | 'findings'>

/** A way for loads to get into a dimension, and where to look at it. */
export interface Way {
  readonly session: Session
  readonly load: (definition: DimensionDefinition, given: Load) => Promise<Done>
}

/** Each load planned, and then done in a batch of its own, as users do it: the plan tells exactly what happens. */
export async function inBatches<T>(engine: Engine, work: (way: Way) => Promise<T>): Promise<T> {
  try {
    return await work({
      session: engine,
      load: async (definition, { rows, at, complete, allow }) => {
        const dimension = new Scd2Dimension(engine, definition)
        const planned = await dimension.plan(rows, { at, complete, allow }).catch((error: unknown) => ({ error }))
        if ('error' in planned) {
          await dimension.load(rows, { at, complete, allow })
          throw new Error('A load went through that was refused in the plan.', { cause: planned.error })
        }
        const done = await dimension.load(rows, { at, complete, allow })
        expect([planned.counts, messagesOf(planned.findings)]).toEqual([done.counts, messagesOf(done.findings)])
        return done
      },
    })
  } finally {
    await forget(engine)
  }
}

/** All loads in one transaction that is rolled back: several times as many sequences in the same time, by the same statements. */
export function inOneTransaction<T>(engine: Engine, work: (way: Way) => Promise<T>): Promise<T> {
  return tried(engine, (session, load) => work({ session, load }))
}

/** Loads a plan into a dimension and into the model, and compares after each load: versions, lineage, memory, counts, findings, surrogate keys, refusals. */
export async function expectModel(engine: Engine, plan: Plan, { session, load }: Way): Promise<void> {
  let state: DimensionState = emptyState()
  const batches = new Map<string, string>()
  const keys = new Map<number, unknown>()
  for (const [index, planned] of plan.loads.entries()) {
    const isNarrow = index < (plan.grownAt ?? 0)
    const definition = definitionOf(plan, isNarrow)
    const given = loadOf(plan, planned, String(index), isNarrow)
    const model = applyLoad(definition, state, given)
    const done = await load(definition, given).catch((error: unknown) => (error instanceof VarveError ? error : Promise.reject(error as Error)))
    if (model.refused || done instanceof VarveError) {
      expect(done instanceof VarveError ? done : 'loaded').toEqual(model.refused ? expect.objectContaining({ code: model.refused.code }) : 'loaded')
      continue
    }
    state = model.state
    batches.set(String(index), done.batchId)
    const modelled = versionsIn(state)
    const { lineage, surrogateKey } = { lineage: lineageIsKept(definition), surrogateKey: definition.housekeeping.surrogateKey !== undefined }
    const stored = await storedVersions(engine, session, definition)
    expect(stored.map(({ version }) => version)).toEqual(
      modelled.map(({ values, validFrom, validTo, openedBy, closedBy }) => ({ values, validFrom, validTo: validTo ?? shownEnd(definition), ...(lineage ? { openedBy: batches.get(openedBy), closedBy: closedBy === null ? null : batches.get(closedBy) } : {}) })),
    )
    if (definition.sequence) expect(await storedMemory(engine, session, definition)).toEqual(modelledMemory(definition, state, (number) => batches.get(state.loads[number]?.batch ?? '') ?? ''))
    expect(done.counts).toEqual(model.counts)
    expect(messagesOf(done.findings)).toEqual(messagesOf(model.findings))
    if (!surrogateKey) continue
    // One version, one surrogate key: for life, and nobody else's.
    for (const [place, { versionId }] of modelled.entries()) {
      const known = keys.get(versionId)
      if (known !== undefined) expect(stored[place]?.surrogateKey).toBe(known)
      keys.set(versionId, stored[place]?.surrogateKey)
    }
    expect(new Set(keys.values()).size).toBe(keys.size)
  }
}

/** The versions as a reader sees them, to the byte: without surrogate keys and lineage, which depend on who came first. */
export async function bytesOf(session: Session, definition: DimensionDefinition): Promise<string[]> {
  const { validFrom, validTo } = definition.housekeeping
  const names = [...definition.table.columns.map(({ name }) => name), validFrom, validTo]
  const { rows } = await session.query<{ row: string }>(sql`select cast(row(${sql.join(names.map((name) => sql.identifier(name)), sql`, `)}) as text) as row from ${sql.identifier(definition.table.name)}`)
  return rows.map(({ row }) => row).toSorted()
}

async function forget(engine: Engine): Promise<void> {
  await engine.change({ kind: 'drop-table', table: { schema: undefined, name: 'dim' } })
  const left = (await engine.tableNames('varve')).filter((name) => /^(memory|before)_|^dimension/.test(name))
  for (const name of left) await engine.change({ kind: 'drop-table', table: { schema: 'varve', name } })
}

const messagesOf = (findings: readonly ModelFinding[]) => findings.map(({ message }) => message).toSorted()

const shownEnd = ({ openEnd }: DimensionDefinition) => (openEnd === null ? null : '9999-12-31T00:00:00Z')

/** What the model would have to remember, and nothing else: the memory of the engine is exactly that. */
function modelledMemory(definition: DimensionDefinition, state: DimensionState, batchOf: (load: number) => string) {
  // Members of whom a complete load had nothing but an unreadable row are remembered too: they were not absent.
  const strangers = new Set(state.completeLoads.flatMap(({ present, revised }) => [...present.keys(), ...revised.keys()]).filter((id) => !state.members.has(id)))
  const unseen = [...strangers].map((id): Member => ({ id, key: JSON.parse(id) as string[], observations: new Map(), deletions: new Map(), versions: [] }))
  return [...state.members.values(), ...unseen].flatMap((member) => remember(definition, { member, words: wordsOn(definition, member.id, state.completeLoads) }, state.completeLoads).map((row) => shownMemory(definition, member.key, row, batchOf(row.load)))).toSorted()
}

async function storedMemory(engine: Engine, session: Session, definition: DimensionDefinition) {
  const memory = memoryTable(definition) as TableSpec // there is a sequence
  const codec = new MemoryCodec(definition, new KnownLoads([], ''))
  const keyTexts = rowTexts(definition.key)
  const { rows } = await session.query(sql`select ${valueList(engine.phrases, memory.columns, 'm')} from ${engine.phrases.table(memory)} m`)
  return rows.map((row) => shownMemory(definition, keyTexts(row), codec.read(row), String(row['varve_batch_id']))).toSorted()
}

/** A silence has nobody who said it, and without lineage nobody can tell who said anything. */
function shownMemory(definition: DimensionDefinition, key: readonly unknown[], { at, kind, of, knownAt, values }: MemoryRow, batch: string): string {
  return JSON.stringify({ key, at, kind, of, knownAt, values, batch: kind === 'silent' || !lineageIsKept(definition) ? '' : batch })
}

async function storedVersions(engine: Engine, session: Session, definition: DimensionDefinition) {
  const physical = physicalTable(definition)
  const texts = rowTexts(definition.table.columns)
  const { validFrom, validTo, openedBy, closedBy, surrogateKey } = definition.housekeeping
  const list = sql.join(physical.columns.map(({ name, type }) => (type.kind === 'json' ? sql`cast(${sql.identifier(name)} as text) as ${sql.identifier(name)}` : sql.identifier(name))), sql`, `)
  const order = sql.join([...definition.key.map((column) => (column.type.kind === 'text' ? sql`${sql.identifier(column.name)} collate "C"` : sql.identifier(column.name))), sql.identifier(validFrom)], sql`, `)
  const { rows } = await session.query(sql`select ${list} from ${engine.phrases.table(physical)} order by ${order}`)
  return rows.map((row) => ({
    version: {
      values: Object.fromEntries(definition.table.columns.map((column, index) => [column.property, texts(row)[index] ?? null])),
      validFrom: row[validFrom],
      validTo: row[validTo],
      ...(openedBy !== undefined && closedBy !== undefined ? { openedBy: row[openedBy], closedBy: row[closedBy] } : {}),
    },
    surrogateKey: surrogateKey === undefined ? undefined : row[surrogateKey],
  }))
}
