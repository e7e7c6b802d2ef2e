import { isLosslessWidening, Rejection, sameType, valueReader } from '@varve/core'
import { columnRoles, lossyDefinition, roleLosses } from '../definition/column-roles.js'
import type { DimensionDefinition } from '../definition/dimension-definition.js'
import { layoutOf, memberId, type Text } from './layout.js'
import type { DimensionState } from './state.js'

/**
 * The state in the layout of a definition that gained columns or widened some (H12): what was observed before has NULL in a new
 * column, and the same values in a wider one.
 *
 * @throws VarveError V2001 when the definition gave a column another role, or narrowed it.
 */
export function alignState(definition: DimensionDefinition, state: DimensionState): DimensionState {
  const { definition: from } = state
  if (!from || from === definition) return state
  const losses = lossesOf(from, definition)
  if (losses.length > 0) throw lossyDefinition(definition, losses)
  const widened = widening(from, definition)
  const rekeyed = rekeying(from, definition)
  const members = new Map([...state.members.values()].map((member) => {
    const id = rekeyed(member.id)
    const observations = new Map([...member.observations].map(([at, observation]) => [at, { ...observation, values: widened(observation.values) }]))
    return [id, { ...member, id, key: keyOfId(id), observations, versions: member.versions.map((version) => ({ ...version, values: widened(version.values) })) }]
  }))
  const keys = <V>(of: ReadonlyMap<string, V>) => new Map([...of].map(([id, value]) => [rekeyed(id), value]))
  const completeLoads = state.completeLoads.map((load) => ({ ...load, present: keys(load.present), revised: keys(load.revised) }))
  const loads = state.loads.map((load) => ({ ...load, spokeOf: new Set([...load.spokeOf].map(rekeyed)), changed: new Set([...load.changed].map(rekeyed)) }))
  return { ...state, definition, members, completeLoads, loads }
}

function lossesOf(from: DimensionDefinition, to: DimensionDefinition): string[] {
  const before = new Map(from.table.columns.map((column) => [column.name, column.type]))
  const narrowed = to.table.columns.flatMap(({ name, type }) => {
    const old = before.get(name) ?? type
    return sameType(old, type) || isLosslessWidening(old, type) ? [] : [`column "${name}" would lose values by its new type`]
  })
  return [...roleLosses(columnRoles(from), columnRoles(to)), ...narrowed]
}

function widening(from: DimensionDefinition, to: DimensionDefinition): (values: readonly Text[]) => Text[] {
  const old = layoutOf(from).columns
  const sources = layoutOf(to).columns.map((column) => ({ index: old.findIndex((other) => other.name === column.name), read: valueReader(column.type, 'text') }))
  return (values) => sources.map(({ index, read }) => {
    const text = values[index] ?? null
    const answer = text === null ? null : read(text)
    return answer instanceof Rejection ? null : answer // a widening takes every value: seen above
  })
}

/** A wider type of the key can spell it in another way: `5` becomes `5.00`. */
function rekeying(from: DimensionDefinition, to: DimensionDefinition): (id: string) => string {
  if (to.key.every((column, index) => sameType(column.type, from.key[index]?.type ?? column.type))) return (id) => id
  const readers = to.key.map((column) => valueReader(column.type))
  return (id) => memberId(keyOfId(id).map((text, index) => String(readers[index]?.(text))))
}

function keyOfId(id: string): string[] {
  return JSON.parse(id) as string[] // made by memberId
}
