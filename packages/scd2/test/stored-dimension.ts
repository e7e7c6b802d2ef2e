import { sql } from 'drizzle-orm'
import type { Engine, TableSpec } from '@varve/core'
import { physicalTable, type DimensionDefinition, type DimensionState } from '../src/index.ts'
import { memoryTable } from '../src/memory/memory-table.ts'
import type { MemoryRow } from '../src/memory/memory-row.ts'
import { remember } from '../src/memory/remember.ts'
import { wordsOn } from '../src/memory/said-word.ts'
import { valueList } from '../src/statement/value-list.ts'
import { KnownLoads } from '../src/strategy/known-loads.ts'
import { MemoryCodec } from '../src/strategy/memory-codec.ts'
import { rowTexts } from '../src/strategy/row-texts.ts'

/** Takes a dimension and all that is known of it away. */
export async function forget(engine: Engine, definition: DimensionDefinition): Promise<void> {
  await engine.change({ kind: 'drop-table', table: definition.table })
  await engine.change({ kind: 'drop-table', table: { schema: 'varve', name: 'memory_dim' } })
  await engine.change({ kind: 'drop-table', table: { schema: 'varve', name: 'dimension_loads' } })
  await engine.change({ kind: 'drop-table', table: { schema: 'varve', name: 'before_dim' } })
}

/** What the model would have to remember, and nothing else: the memory of the engine is exactly that. */
export function modelledMemory(definition: DimensionDefinition, state: DimensionState, batchOf: (load: number) => string) {
  return [...state.members.values()].flatMap((member) => remember(definition, { member, words: wordsOn(definition, member.id, state.completeLoads) }, state.completeLoads).map((row) => shownMemory(member.key, row, row.kind === 'silent' ? '' : batchOf(row.load)))).toSorted()
}

/** What is in the memory of a dimension. */
export async function storedMemory(engine: Engine, definition: DimensionDefinition) {
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

/** The versions of a dimension, by key and begin, as texts. */
export async function storedVersions(engine: Engine, definition: DimensionDefinition) {
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
