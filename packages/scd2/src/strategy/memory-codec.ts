import type { ColumnSpec } from '@varve/core'
import type { DimensionDefinition } from '../definition/dimension-definition.js'
import { memoryColumns } from '../memory/memory-table.js'
import type { MemoryKind, MemoryRow } from '../memory/memory-row.js'
import { instantOf, instantText, type Instant } from '../model/instant.js'
import { layoutOf, type Text } from '../model/layout.js'
import type { KnownLoads } from './known-loads.js'
import { rowTexts } from './row-texts.js'

type Row = Readonly<Record<string, unknown>>

/** Reads memory from its rows, and writes it. */
export class MemoryCodec {
  readonly readColumns: readonly ColumnSpec[]
  readonly #values: (row: Row) => Text[]
  readonly #width: number

  constructor(definition: DimensionDefinition, private readonly loads: KnownLoads) {
    const { columns } = layoutOf(definition)
    this.readColumns = [...Object.values(memoryColumns), ...columns]
    this.#values = rowTexts(columns)
    this.#width = columns.length
  }

  read(row: Row): MemoryRow {
    const instant = (name: string): Instant | null => (typeof row[name] === 'string' ? instantOf(row[name]) : null)
    const kind = row[memoryColumns.kind.name] as MemoryKind // written by none but us
    return {
      at: instant(memoryColumns.at.name) as Instant, // never NULL
      kind,
      of: instant(memoryColumns.of.name),
      knownAt: instant(memoryColumns.knownAt.name),
      load: this.loads.numberOf(row[memoryColumns.batchId.name] as string),
      values: kind === 'observed' ? this.#values(row) : null,
    }
  }

  /** The texts of a memory row in the order of the memory table. */
  write(key: readonly string[], { at, kind, of, knownAt, load, values }: MemoryRow): Text[] {
    return [...key, instantText(at), kind, of && instantText(of), knownAt && instantText(knownAt), this.loads.batchOf(load), ...(values ?? Array<Text>(this.#width).fill(null))]
  }
}
