import type { ColumnSpec } from '@varve/core'
import type { DimensionDefinition } from '../definition/dimension-definition.js'
import { housekeepingName } from '../definition/housekeeping.js'
import { instantOf, instantText, type Instant } from '../model/instant.js'
import { layoutOf, type Text } from '../model/layout.js'
import type { Version } from '../model/state.js'
import { changedHousekeeping } from './change-tables.js'
import type { KnownLoads } from './known-loads.js'
import { recordHash } from './record-hash.js'
import { rowTexts } from './row-texts.js'

type Row = Readonly<Record<string, unknown>>

/** Reads versions from their rows, and writes the rows of versions. */
export class VersionCodec {
  /** What is read of a version. */
  readonly readColumns: readonly ColumnSpec[]
  readonly #values: (row: Row) => Text[]
  readonly #sources: readonly ((key: readonly string[], version: Version) => Text)[]

  constructor(private readonly definition: DimensionDefinition, private readonly loads: KnownLoads) {
    const { key, sequence, ignored, table, openEnd } = definition
    const { columns } = layoutOf(definition)
    const housekeeping = changedHousekeeping(definition)
    this.readColumns = [...columns, ...(sequence ? [sequence] : []), ...housekeeping.filter((column) => ['validFrom', 'validTo', 'openedBy', 'closedBy'].includes(column.property))]
    this.#values = rowTexts(columns)
    const business = table.columns.map((column): ((key: readonly string[], version: Version) => Text) => {
      const keyAt = key.indexOf(column)
      if (keyAt >= 0) return (texts) => texts[keyAt] ?? null
      if (column === sequence) return (_, version) => sequenceText(column, version.sequence)
      const at = columns.indexOf(column)
      return (_, version) => version.values[at] ?? null
    })
    const hashed = table.columns.flatMap((column, at) => (column === sequence || ignored.includes(column) ? [] : [{ column, at }]))
    const hashedColumns = hashed.map(({ column }) => column)
    const parts: Record<string, (key: readonly string[], version: Version) => Text> = {
      validFrom: (_, { from }) => instantText(from),
      validTo: (_, { to }) => (to === null ? openEnd : instantText(to)),
      isCurrent: (_, { to }) => String(to === null),
      openedBy: (_, { openedBy }) => loads.batchOf(openedBy),
      closedBy: (_, { closedBy }) => (closedBy === null ? null : loads.batchOf(closedBy)),
      recordHash: (texts, version) => recordHash(hashedColumns, hashed.map(({ at }) => business[at]?.(texts, version) ?? null)),
    }
    this.#sources = [...business, ...housekeeping.map((column) => parts[column.property] ?? (() => null))]
  }

  read(row: Row, id: number): Version {
    const { sequence, housekeeping, openEnd } = this.definition
    const text = (name: string | undefined) => (name === undefined ? null : (row[name] as string | null)) // instants and batches are read as text
    const from = instantOf(text(housekeeping.validFrom) as string) // never NULL
    const end = text(housekeeping.validTo)
    return {
      id,
      from,
      to: end === null || end === openEnd ? null : instantOf(end),
      values: this.#values(row),
      sequence: sequence ? instantOf(row[sequence.name] as string) : from, // of a type that is read as text
      openedBy: this.loads.numberOf(text(housekeepingName(housekeeping, 'openedBy'))),
      closedBy: end === null || end === openEnd ? null : this.loads.numberOf(text(housekeepingName(housekeeping, 'closedBy'))),
    }
  }

  /** The texts of a version's row: business columns, then the housekeeping that changes. */
  write(key: readonly string[], version: Version): Text[] {
    return this.#sources.map((text) => text(key, version))
  }
}

/** An instant in the sequence column: an instant, or its day. */
export function sequenceText(column: ColumnSpec, instant: Instant): string {
  return column.type.kind === 'date' ? instant.slice(0, 10) : instantText(instant)
}
