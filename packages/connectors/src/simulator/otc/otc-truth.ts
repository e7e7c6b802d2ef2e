import type { OtcView } from '../../otc/otc-view.js'
import { utcText } from '../../time/micros.js'
import { otcColumns, type OtcRecord, type OtcValue } from './otc-columns.js'
import type { OtcAmbiguities, OtcPerson } from './otc-people.js'
import type { OtcWorld } from './otc-world.js'

/** A row with its meaning: instants in UTC, hours as a decimal with two places, yes and no as booleans, nothing as null. */
export type OtcTrueRow = Readonly<Record<string, string | number | boolean | null>>

/** A ticket with all its states, each from the modified time that it was shown with. */
export interface OtcTicketTruth {
  readonly id: number
  /** Whether the view holds it now. */
  readonly isInView: boolean
  readonly history: readonly { readonly from: string; readonly to: string | null; readonly values: OtcTrueRow }[]
}

/** What a warehouse of this source must hold; its rows are in {@link trueRows}. */
export interface OtcTruth {
  readonly at: string
  /** Those that were ever in the view, with every state. */
  readonly tickets: readonly OtcTicketTruth[]
  readonly timesheets: {
    readonly rows: number
    /** Different keys: login, day, time from, ticket. */
    readonly keys: number
    readonly duplicates: number
    /** Rows that cannot be read; they count in all the others. */
    readonly flawed: number
    /** Rows without a time from, and without a ticket. */
    readonly withoutTime: number
    readonly withoutTicket: number
    /** Rows whose ticket the view of the tickets does not hold, those without one among them. */
    readonly orphans: number
  }
  readonly comments: { readonly rows: number; readonly orphans: number; readonly byAutomation: number; readonly withOlderNames: number }
  readonly people: readonly OtcPerson[]
  readonly ambiguities: OtcAmbiguities
}

/** Tells the truth about the views as they are now. */
export function truthOf(world: OtcWorld): OtcTruth {
  const inView = new Set<unknown>()
  const tickets = [...world.tickets.known()].map((life): OtcTicketTruth => {
    const isInView = world.tickets.isInView(life)
    if (isInView) inView.add(life.id)
    const history = life.changes.map(({ at }, index) => {
      const next = life.changes[index + 1]
      return { from: utcText(at), to: next === undefined ? null : utcText(next.at), values: trueRow(world, 'tickets', world.tickets.record(life, index + 1)) }
    })
    return { id: life.id, isInView, history }
  })
  const timesheets = { rows: 0, keys: 0, duplicates: 0, flawed: 0, withoutTime: 0, withoutTicket: 0, orphans: 0 }
  for (const place of world.timesheets.places()) {
    const row = world.timesheets.record(place)
    timesheets.rows++
    if (place.copy === 0) timesheets.keys++
    else timesheets.duplicates++
    if (world.timesheets.flaw(place)) timesheets.flawed++
    if (row['TS-Time From'] === null) timesheets.withoutTime++
    if (row['TS-Crm ID'] === null) timesheets.withoutTicket++
    if (!inView.has(row['TS-Crm ID'])) timesheets.orphans++
  }
  const comments = { rows: 0, orphans: 0, byAutomation: 0, withOlderNames: 0 }
  for (const number of world.comments.numbers()) {
    const row = world.comments.record(number)
    comments.rows++
    if (!inView.has(row['TKTCT-TicketID'])) comments.orphans++
    if (row['TKTCT-Username'] === world.people.automation.login) comments.byAutomation++
    if (world.comments.hasOlderNames(number)) comments.withOlderNames++
  }
  return { at: utcText(world.now), tickets, timesheets, comments, people: world.people.all, ambiguities: world.people.ambiguities }
}

/** The rows of a view as a warehouse would write them, in the order in which the view has them. */
export function* trueRows(world: OtcWorld, view: OtcView): Generator<OtcTrueRow> {
  for (const record of world.records(view)) yield trueRow(world, view, record)
}

function trueRow({ zone }: OtcWorld, view: OtcView, record: OtcRecord): OtcTrueRow {
  return Object.fromEntries(otcColumns[view].map(({ name, kind }): [string, OtcValue] => {
    const value = record[name] ?? null
    if (value === null) return [name, null]
    // As the clocks of the desk tell it: of an hour that they show twice, the first.
    if (kind === 'instant') return [name, utcText(zone.toInstant(zone.toWall(Number(value))))]
    return [name, kind === 'hours' ? (Number(value) / 100).toFixed(2) : value]
  }))
}
