import type { Instant } from './instant.js'
import type { ReadLoad, RowEvent } from './read-load.js'
import type { CompleteLoad, Presence } from './state.js'

/**
 * What a complete load says of the members it has rows for: the observation that is in force at its instant, which is the last
 * one up to then. One whose last event is a deletion is not there. Of one that has only later events, or a row that cannot be
 * read, it says nothing: it is there, but with what values, nobody knows.
 */
export function presenceOf(load: Pick<ReadLoad, 'at' | 'events' | 'unreadable'>): Presence {
  const last = new Map<string, RowEvent>()
  const present = new Map<string, Instant | null>([...load.unreadable].map((member) => [member, null]))
  for (const event of load.events) {
    if (!present.has(event.member)) present.set(event.member, null)
    const other = last.get(event.member)
    if (event.instant <= load.at && (!other || isAfter(event, other))) last.set(event.member, event)
  }
  for (const [member, event] of last) {
    if (event.kind === 'observed') present.set(member, event.instant)
    else present.delete(member)
  }
  return present
}

function isAfter(event: RowEvent, other: RowEvent): boolean {
  return event.instant > other.instant || (event.instant === other.instant && event.kind === 'deleted')
}

/**
 * The complete loads with one more. A second one for the same instant takes the place of the first: it is the correction. Where
 * it says the same of a member, the first stays the one that said it.
 */
export function withCompleteLoad(loads: readonly CompleteLoad[], at: Instant, present: Presence, number: number, members: Iterable<string>): CompleteLoad[] {
  const first = loads.find((load) => load.at === at)
  if (!first) return [...loads, { at, load: number, present, revised: new Map<string, number>() }].toSorted((one, other) => (one.at < other.at ? -1 : 1))
  const revised = new Map(first.revised)
  for (const member of new Set([...members, ...first.present.keys(), ...present.keys()])) {
    if (first.present.get(member) !== present.get(member)) revised.set(member, number)
  }
  return loads.map((load) => (load === first ? { at, load: first.load, present, revised } : load))
}
