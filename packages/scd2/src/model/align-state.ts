import { isLosslessWidening, Rejection, sameType, tableLabel, valueReader, VarveError, type ColumnSpec } from '@varve/core'
import type { DimensionDefinition } from '../definition/dimension-definition.js'
import { layoutOf, memberId, type Text } from './layout.js'
import type { DimensionState } from './state.js'

/**
 * The state in the layout of a definition that gained columns or widened some (H12): what was observed before has NULL in a new
 * column, and the same values in a wider one.
 *
 * @throws VarveError V2001 when the definition lost a column, gave one another role, or narrowed it.
 */
export function alignState(definition: DimensionDefinition, state: DimensionState): DimensionState {
  const { definition: from } = state
  if (!from || from === definition) return state
  const [loss] = lossesOf(from, definition)
  if (loss !== undefined) {
    throw new VarveError('V2001', `Dimension ${tableLabel(definition.table)}: ${loss}. History cannot be taken over without a loss; nothing was loaded.`, { context: { table: tableLabel(definition.table) } })
  }
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
  const names = (columns: readonly ColumnSpec[]) => columns.map((column) => column.property).join(', ')
  if (names(from.key) !== names(to.key)) return [`the key was (${names(from.key)}) and is (${names(to.key)})`]
  if (from.sequence?.property !== to.sequence?.property) return [`the sequence was ${from.sequence?.property ?? 'none'} and is ${to.sequence?.property ?? 'none'}`]
  const roles = ['key', 'tracked', 'overwrite', 'fixed', 'ignored'] as const
  return roles.flatMap((role) => from[role].flatMap((column) => {
    const now = roles.map((other) => ({ other, found: to[other].find(({ property }) => property === column.property) })).find(({ found }) => found)
    if (!now?.found) return [`column "${column.property}" is declared no longer. Keep it: a column that the source stopped sending is NULL in new versions`]
    if (now.other !== role) return [`column "${column.property}" was ${role} and is ${now.other}`]
    const isKept = sameType(column.type, now.found.type) || isLosslessWidening(column.type, now.found.type)
    return isKept ? [] : [`column "${column.property}" would lose values by its new type`]
  }))
}

function widening(from: DimensionDefinition, to: DimensionDefinition): (values: readonly Text[]) => Text[] {
  const old = layoutOf(from).columns
  const sources = layoutOf(to).columns.map((column) => ({ index: old.findIndex((other) => other.property === column.property), read: valueReader(column.type, 'text') }))
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
