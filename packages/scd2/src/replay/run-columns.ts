import type { ColumnSpec } from '@varve/core'
import type { DimensionDefinition } from '../definition/dimension-definition.js'
import { deletedMarker } from '../strategy/merge-tables.js'

const plain = (name: string, type: ColumnSpec['type']): ColumnSpec => ({ property: name, name, type, notNull: false, identity: false })

/** The place of a row's load among the loads of the replay, from 1 on. */
export const loadPlace = plain('varve_load', { kind: 'integer' })
/** What the row did, in the words of the counts. */
export const runOutcome = plain('varve_outcome', { kind: 'text', length: 11 })
/** 1 where a version begins with the row. */
export const beginsRun = plain('varve_begins', { kind: 'integer' })
/** 1 where the row is the last one of a version. */
export const endsRun = plain('varve_ends', { kind: 'integer' })
/** The load with which the version ends that this is the last row of; NULL: it stays open. */
export const endPlace = plain('varve_end', { kind: 'integer' })
/** The instant of a load. */
export const loadInstant = plain('varve_at', { kind: 'timestamp' })

const loose = (columns: readonly ColumnSpec[]) => columns.map(({ name, type }) => plain(name, type))

/** Rows of all loads of a replay together. */
export function gatheredColumns({ table }: DimensionDefinition): ColumnSpec[] {
  return [loadPlace, plain(deletedMarker.name, deletedMarker.type), ...loose(table.columns)]
}

/** The rows among them that did something, or that versions begin or end with. */
export function runColumns({ table }: DimensionDefinition): ColumnSpec[] {
  return [loadPlace, runOutcome, beginsRun, endsRun, endPlace, ...loose(table.columns)]
}

