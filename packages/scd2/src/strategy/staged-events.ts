import type { ColumnSpec } from '@varve/core'
import type { DimensionDefinition } from '../definition/dimension-definition.js'
import { instantOf, type Instant } from '../model/instant.js'
import { layoutOf, memberId, type Text } from '../model/layout.js'
import { sameSaid, type RowEvent } from '../model/read-load.js'
import { deletedMarker } from './merge-tables.js'
import { rowTexts } from './row-texts.js'

type Row = Readonly<Record<string, unknown>>

/** Reads the events of staged rows. */
export class StagedEvents {
  readonly readColumns: readonly ColumnSpec[]
  readonly #values: (row: Row) => Text[]

  constructor(private readonly definition: DimensionDefinition, private readonly at: Instant) {
    const { columns } = layoutOf(definition)
    this.readColumns = [...columns, ...(definition.sequence ? [definition.sequence] : []), deletedMarker]
    this.#values = rowTexts(columns)
  }

  read(row: Row, key: readonly string[]): RowEvent {
    const { sequence } = this.definition
    const said = sequence ? (row[sequence.name] as string | null) : null // of a type that is read as text
    const isDeletion = row[deletedMarker.name] === true
    return {
      kind: isDeletion ? 'deleted' : 'observed',
      rowNumber: 0,
      member: memberId(key),
      key,
      instant: said === null ? this.at : instantOf(said),
      clock: said === null ? 'load' : 'source',
      values: isDeletion ? [] : this.#values(row),
    }
  }

  /** Each event once, and those that contradict another one (H8). */
  distinct(events: readonly RowEvent[]): { readonly events: RowEvent[]; readonly contradictions: RowEvent[] } {
    if (events.length < 2) return { events: [...events], contradictions: [] }
    const layout = layoutOf(this.definition)
    const known = new Map<string, RowEvent>()
    const contradictions: RowEvent[] = []
    for (const event of events) {
      const identity = `${event.kind} ${event.kind === 'deleted' ? event.clock : ''} ${event.instant} ${event.member}`
      const twin = known.get(identity)
      if (!twin) known.set(identity, event)
      else if (!sameSaid(layout, twin, event)) contradictions.push(event)
    }
    return { events: [...known.values()], contradictions }
  }
}
