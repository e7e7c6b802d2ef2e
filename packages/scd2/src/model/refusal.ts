import { tableLabel, VarveError } from '@varve/core'
import type { DimensionDefinition } from '../definition/dimension-definition.js'
import { keyOf, keyText } from './finding.js'
import { instantText } from './instant.js'
import type { Guard } from './load.js'
import type { ReadLoad } from './read-load.js'
import type { DimensionState, Presence } from './state.js'

/** Why a load is refused as a whole, or nothing where it may go on. A refused load leaves no trace (H13). */
export function refusalOf(definition: DimensionDefinition, state: DimensionState, load: ReadLoad, presence: Presence | undefined, allow: readonly Guard[]): VarveError | undefined {
  return rejectRefusal(definition, load) ?? contradictionRefusal(definition, load) ?? (presence && guardRefusal(definition, state, load, presence, allow))
}

function rejectRefusal(definition: DimensionDefinition, { read, rejected }: ReadLoad): VarveError | undefined {
  const { rejects, table } = definition
  const [first] = rejected
  if (!first || rejects === 'quarantine') return undefined
  const limit = rejects === 'refuse' ? 0 : rejects.maxShare
  if (rejected.length <= limit * read) return undefined
  return new VarveError(
    'V2003',
    `Dimension ${tableLabel(table)}: ${rejected.length} of ${read} rows cannot be read, and the definition allows ${limit === 0 ? 'none' : `a share of ${limit}`}. The first is row ${first.rowNumber}: ${first.message}. Nothing was loaded. Mend the rows, or change "rejects".`,
    { context: { table: tableLabel(table), read, rejected: rejected.length, limit } },
  )
}

const namedKeys = 10

function contradictionRefusal(definition: DimensionDefinition, { contradictions }: ReadLoad): VarveError | undefined {
  if (contradictions.length === 0) return undefined
  const keys = [...new Map(contradictions.map((event) => [event.member, event])).values()]
  const named = keys.slice(0, namedKeys).map((event) => `${keyText(definition, event.key)} at ${instantText(event.instant)}`)
  return new VarveError(
    'V2008',
    `Dimension ${tableLabel(definition.table)}: the load has different rows for one member at one instant: ${named.join('; ')}${keys.length > namedKeys ? ` and ${keys.length - namedKeys} more` : ''}. Nothing was loaded. Keep one row of each${definition.sequence ? '' : ', or declare a sequence column that tells them apart'}.`,
    { context: { table: tableLabel(definition.table), keys: keys.map((event) => keyOf(definition, event.key)) } },
  )
}

function guardRefusal(definition: DimensionDefinition, state: DimensionState, load: ReadLoad, presence: Presence, allow: readonly Guard[]): VarveError | undefined {
  const label = tableLabel(definition.table)
  const refuse = (guard: Guard, what: string, context: Readonly<Record<string, unknown>>) =>
    allow.includes(guard) ? undefined : new VarveError('V2006', `Dimension ${label}: ${what} Nothing was loaded. If this is right, allow "${guard}".`, { context: { table: label, guard, ...context } })
  const last = state.completeLoads.at(-1)
  if (last && load.at < last.at) {
    const refused = refuse('older', `the complete load at ${instantText(load.at)} is older than the last one, at ${instantText(last.at)}.`, { at: instantText(load.at), last: instantText(last.at) })
    if (refused) return refused
  }
  const living = [...state.members.values()].filter((member) => member.versions.at(-1)?.to === null)
  // An empty load closes all of them: one guard speaks of it, not two.
  if (presence.size === 0 && living.length > 0) return refuse('empty', `the complete load holds no member, while ${living.length} live.`, { living: living.length })
  if (definition.deletes === 'ignore') return undefined
  const spokenOf = new Set(load.events.map((event) => event.member))
  const closing = living.filter((member) => !presence.has(member.id) && !spokenOf.has(member.id)).length
  const { maxClosedShare, handful } = definition.guards
  if (closing <= handful || closing <= maxClosedShare * living.length) return undefined
  return refuse('mass-close', `the complete load would close ${closing} of ${living.length} living members, and at most a share of ${maxClosedShare} is allowed.`, { closing, living: living.length, maxClosedShare })
}
