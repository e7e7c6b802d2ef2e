import { tableLabel, VarveError } from '@varve/core'
import type { DimensionDefinition } from '../definition/dimension-definition.js'
import { keyOf, keyText } from './finding.js'
import { instantText, type Instant } from './instant.js'
import type { Guard } from './load.js'
import type { ReadLoad, RowEvent } from './read-load.js'
import type { DimensionState, Presence } from './state.js'

/** Why a load is refused as a whole, or nothing where it may go on. A refused load leaves no trace (H13). */
export function refusalOf(definition: DimensionDefinition, state: DimensionState, load: ReadLoad, presence: Presence | undefined, allow: readonly Guard[]): VarveError | undefined {
  return rejectRefusal(definition, load) ?? contradictionRefusal(definition, load.contradictions) ?? (presence && guardRefusal(definition, figuresOf(state, load, presence), allow))
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

/** H8: which of two rows should stand is for the source to say. */
export function contradictionRefusal(definition: DimensionDefinition, contradictions: readonly RowEvent[]): VarveError | undefined {
  if (contradictions.length === 0) return undefined
  const keys = [...new Map(contradictions.map((event) => [event.member, event])).values()]
  const named = keys.slice(0, namedKeys).map((event) => `${keyText(definition, event.key)} at ${instantText(event.instant)}`)
  return new VarveError(
    'V2008',
    `Dimension ${tableLabel(definition.table)}: the load has different rows for one member at one instant: ${named.join('; ')}${keys.length > namedKeys ? ` and ${keys.length - namedKeys} more` : ''}. Nothing was loaded. Keep one row of each${definition.sequence ? '' : ', or declare a sequence column that tells them apart'}.`,
    { context: { table: tableLabel(definition.table), keys: keys.map((event) => keyOf(definition, event.key)) } },
  )
}

/** What the guards of H11 look at. */
export interface GuardFigures {
  readonly at: Instant
  /** The instant of the last complete load so far. */
  readonly last: Instant | undefined
  /** Members that the load has. */
  readonly present: number
  /** Members with an open version. */
  readonly living: number
  /** Those of them that the load does not speak of. */
  readonly closing: number
}

/** The guard that refuses a complete load, if one does. */
export function guardRefusal(definition: DimensionDefinition, { at, last, present, living, closing }: GuardFigures, allow: readonly Guard[]): VarveError | undefined {
  const label = tableLabel(definition.table)
  const refuse = (guard: Guard, what: string, context: Readonly<Record<string, unknown>>) =>
    allow.includes(guard) ? undefined : new VarveError('V2006', `Dimension ${label}: ${what} Nothing was loaded. If this is right, allow "${guard}".`, { context: { table: label, guard, ...context } })
  if (last !== undefined && at < last) {
    const refused = refuse('older', `the complete load at ${instantText(at)} is older than the last one, at ${instantText(last)}.`, { at: instantText(at), last: instantText(last) })
    if (refused) return refused
  }
  // An empty load closes all of them: one guard speaks of it, not two.
  if (present === 0 && living > 0) return refuse('empty', `the complete load holds no member, while ${living} live.`, { living })
  if (definition.deletes === 'ignore') return undefined
  const { maxClosedShare, handful } = definition.guards
  if (closing <= handful || closing <= maxClosedShare * living) return undefined
  return refuse('mass-close', `the complete load would close ${closing} of ${living} living members, and at most a share of ${maxClosedShare} is allowed.`, { closing, living, maxClosedShare })
}

function figuresOf(state: DimensionState, load: ReadLoad, presence: Presence): GuardFigures {
  const living = [...state.members.values()].filter((member) => member.versions.at(-1)?.to === null)
  const spokenOf = new Set(load.events.map((event) => event.member))
  return { at: load.at, last: state.completeLoads.at(-1)?.at, present: presence.size, living: living.length, closing: living.filter((member) => !presence.has(member.id) && !spokenOf.has(member.id)).length }
}
