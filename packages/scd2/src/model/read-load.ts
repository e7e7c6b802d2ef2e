import { Rejection, type ColumnSpec } from '@varve/core'
import type { DimensionDefinition } from '../definition/dimension-definition.js'
import { instantOf, instantText, readAt, type Instant } from './instant.js'
import { layoutOf, memberId, valuesOf, type Layout, type Text } from './layout.js'
import { DeleteEvent, type Load, type LoadRow } from './load.js'

/** What one row of a load says: that a member had these values at an instant, or was deleted. */
export interface RowEvent {
  readonly kind: 'observed' | 'deleted'
  /** Its place in the load, counted from 1. */
  readonly rowNumber: number
  readonly member: string
  readonly key: readonly string[]
  readonly instant: Instant
  /** Who told the instant: the source, or else the load. */
  readonly clock: 'source' | 'load'
  /** In the order of the layout; empty for a deletion. */
  readonly values: readonly Text[]
}

/** A row that cannot be read (H9). */
export interface RejectedEvent {
  readonly rowNumber: number
  readonly reason: string
  readonly column: string | undefined
  readonly message: string
  readonly raw: LoadRow
}

/** A load as it was read: events, and what became of the rows that are none. */
export interface ReadLoad {
  readonly at: Instant
  readonly complete: boolean
  readonly read: number
  /** Each event once, in the order of the rows. */
  readonly events: readonly RowEvent[]
  /** Rows that say what another row of the load says too. */
  readonly duplicate: number
  readonly rejected: readonly RejectedEvent[]
  /** Members whose row was rejected though its key could be read: they are there, with values that nobody knows. */
  readonly unreadable: ReadonlySet<string>
  /** How many rejected rows have no key that could be read. */
  readonly nameless: number
  /** Events that contradict another one of the load (H8). */
  readonly contradictions: readonly RowEvent[]
  /** Columns that no row of the load has. */
  readonly missing: readonly ColumnSpec[]
}

/** Reads the rows of a load: validated and typed, identical ones once. */
export function readLoad(definition: DimensionDefinition, load: Load): ReadLoad {
  const layout = layoutOf(definition)
  const at = readAt(load.at)
  const events = new Map<string, RowEvent>()
  const rejected: RejectedEvent[] = []
  const unreadable = new Set<string>()
  const contradictions: RowEvent[] = []
  const missing = new Set(layout.columns)
  let read = 0
  let duplicate = 0
  let nameless = 0
  for (const given of load.rows) {
    read += 1
    const row = given instanceof DeleteEvent ? given.row : given
    const event = given instanceof DeleteEvent ? readDelete(definition, layout, row, at, read) : readRow(definition, layout, row, at, read)
    if (!(given instanceof DeleteEvent)) for (const column of missing) if (fieldOf(row, column) !== undefined) missing.delete(column)
    if ('reason' in event) {
      rejected.push(event)
      const key = readKey(layout, row)
      if (key) unreadable.add(memberId(key))
      else nameless += 1
      continue
    }
    const identity = JSON.stringify([event.kind, event.kind === 'deleted' ? event.clock : '', event.instant, event.member])
    const twin = events.get(identity)
    if (!twin) events.set(identity, event)
    else if (sameSaid(layout, twin, event)) duplicate += 1
    else contradictions.push(event)
  }
  const hasRows = [...events.values()].some((event) => event.kind === 'observed')
  return { at, complete: load.complete ?? false, read, events: [...events.values()], duplicate, rejected, unreadable, nameless, contradictions, missing: hasRows ? [...missing] : [] }
}

/** A field by its property or its column's name; undefined where the row has neither. */
export function fieldOf(row: LoadRow, column: ColumnSpec): unknown {
  return row[column.property] === undefined ? row[column.name] : row[column.property]
}

function readRow(definition: DimensionDefinition, layout: Layout, row: LoadRow, at: Instant, rowNumber: number): RowEvent | RejectedEvent {
  const encoded = layout.encode(row)
  if ('reason' in encoded) return { rowNumber, reason: encoded.reason, column: encoded.column, message: encoded.message, raw: row }
  const key = layout.keyAt.map((index) => encoded[index] as string) // the key and the sequence are not null: seen by the encoder
  const instant = definition.sequence ? instantOf(encoded[layout.sequenceAt] as string) : at
  return tooLate(definition, instant, row, rowNumber) ?? {
    kind: 'observed', rowNumber, member: memberId(key), key, instant, clock: definition.sequence ? 'source' : 'load', values: valuesOf(layout, encoded),
  }
}

function readDelete(definition: DimensionDefinition, layout: Layout, row: LoadRow, at: Instant, rowNumber: number): RowEvent | RejectedEvent {
  const key = readKey(layout, row)
  if (!key) return { rowNumber, reason: 'type', column: undefined, message: 'the key of the deleted member cannot be read', raw: row }
  const { sequence } = definition
  const said = sequence ? fieldOf(row, sequence) : undefined
  if (said === undefined || said === null) return { kind: 'deleted', rowNumber, member: memberId(key), key, instant: at, clock: 'load', values: [] }
  const answer = layout.readSequence(said)
  if (answer instanceof Rejection) return { rowNumber, reason: answer.reason, column: sequence?.name, message: `"${sequence?.name}" ${answer.message}`, raw: row }
  const instant = instantOf(answer)
  return tooLate(definition, instant, row, rowNumber) ?? { kind: 'deleted', rowNumber, member: memberId(key), key, instant, clock: 'source', values: [] }
}

/** A version cannot begin or end at or after the instant that stands for an open end. */
function tooLate({ openEnd, sequence }: DimensionDefinition, instant: Instant, row: LoadRow, rowNumber: number): RejectedEvent | undefined {
  if (openEnd === null || instant < instantOf(openEnd)) return undefined
  return { rowNumber, reason: 'range', column: sequence?.name, message: `${instantText(instant)} is not before ${openEnd}, which stands for an open end`, raw: row }
}

/** The key of a row, where it can be read. */
export function readKey(layout: Layout, row: LoadRow): string[] | undefined {
  const key: string[] = []
  for (const { column, read } of layout.keyReaders) {
    const value = fieldOf(row, column) ?? null
    const text = value === null ? undefined : read(value)
    if (typeof text !== 'string') return undefined
    key.push(text)
  }
  return key
}

/** Two rows say the same when they differ in ignored columns only. */
export function sameSaid(layout: Layout, one: RowEvent, other: RowEvent): boolean {
  return one.values.every((value, index) => index >= layout.fixedEnd || value === other.values[index])
}
