import { isLosslessWidening, Rejection, sameType, tableLabel, valueReader, VarveError } from '@varve/core'
import type { DimensionDefinition } from '../definition/dimension-definition.js'
import { layoutOf, type Text } from './layout.js'
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
  const [old, now] = [layoutOf(from), layoutOf(definition)]
  const roleOf = (layout: typeof now, index: number) => ['tracked', 'overwrite', 'fixed', 'ignore'][[layout.trackedEnd, layout.overwriteEnd, layout.fixedEnd, Infinity].findIndex((end) => index < end)]
  const refuse = (what: string) => {
    throw new VarveError('V2001', `Dimension ${tableLabel(definition.table)}: ${what}. History cannot be taken over without a loss; nothing was loaded.`, { context: { table: tableLabel(definition.table) } })
  }
  const names = (columns: DimensionDefinition['key']) => columns.map((column) => column.property).join(', ')
  if (names(from.key) !== names(definition.key)) refuse(`the key was (${names(from.key)}) and is (${names(definition.key)})`)
  if (from.sequence?.property !== definition.sequence?.property) refuse(`the sequence was ${from.sequence?.property ?? 'none'} and is ${definition.sequence?.property ?? 'none'}`)
  for (const [index, column] of old.columns.entries()) {
    const place = now.columns.findIndex((other) => other.property === column.property)
    const wider = now.columns[place]
    if (!wider) refuse(`column "${column.property}" is declared no longer. Keep it: a column that the source stopped sending is NULL in new versions`)
    else if (roleOf(old, index) !== roleOf(now, place)) refuse(`column "${column.property}" was in ${roleOf(old, index)} and is in ${roleOf(now, place)}`)
    else if (!sameType(column.type, wider.type) && !isLosslessWidening(column.type, wider.type)) refuse(`column "${column.property}" would lose values by its new type`)
  }
  const sources = now.columns.map((column) => ({ index: old.columns.findIndex((other) => other.property === column.property), read: valueReader(column.type, 'text') }))
  const widened = (values: readonly Text[]) => sources.map(({ index, read }) => {
    const text = index < 0 ? null : (values[index] ?? null)
    const answer = text === null ? null : read(text)
    return answer instanceof Rejection ? null : answer // a widening takes every value: checked above
  })
  const members = new Map([...state.members].map(([id, member]) => [id, {
    ...member,
    observations: new Map([...member.observations].map(([at, observation]) => [at, { ...observation, values: widened(observation.values) }])),
    versions: member.versions.map((version) => ({ ...version, values: widened(version.values) })),
  }]))
  return { ...state, definition, members }
}
