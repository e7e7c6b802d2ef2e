import { failureStatus } from '../http/source-failure.js'
import { inOrder } from '../http/paging/in-order.js'
import { microsOf } from '../time/micros.js'
import type { ConnectwiseNote, ConnectwiseTicket } from './connectwise-rows.js'
import type { Reading } from './read-pages.js'

/** A ticket with its description: null where it has none, undefined where nobody asked. */
export type DescribedTicket = ConnectwiseTicket & { readonly description: string | null | undefined }

/** How many tickets may be asked about. */
export interface DescriptionOptions {
  /** Each ticket costs a call; those behind that many keep an undefined description. */
  readonly calls: number
}

/** Tickets in their order, each with its first detail note; several are asked about at once. */
export async function* describedTickets(reading: Reading, tickets: AsyncIterable<ConnectwiseTicket>, { calls }: DescriptionOptions, notesOf: (ticket: number) => AsyncIterable<ConnectwiseNote>): AsyncGenerator<DescribedTicket> {
  let asked = 0
  let left = 0
  const describe = async (ticket: ConnectwiseTicket): Promise<DescribedTicket> => {
    if (asked >= calls) {
      left++
      return { ...ticket, description: undefined }
    }
    asked++
    return { ...ticket, description: await firstDetailNote(notesOf(ticket.id)) }
  }
  yield* inOrder(tickets, reading.concurrency, describe)
  if (left > 0) reading.log?.info({ source: reading.http.source, asked, left }, 'the budget of calls for descriptions is used up; the other tickets have none')
}

/** The earliest note that is marked as a description; by its own date, since notes that come by mail are not numbered in order. */
async function firstDetailNote(notes: AsyncIterable<ConnectwiseNote>): Promise<string | null> {
  let first: ConnectwiseNote | undefined
  try {
    for await (const note of notes) if (note.detailDescriptionFlag === true && (!first || isEarlier(note, first))) first = note
  } catch (error) {
    if (failureStatus(error) !== 404) throw error
    return null // the ticket was deleted in the meantime
  }
  return first?.text ?? null
}

function isEarlier(a: ConnectwiseNote, b: ConnectwiseNote): boolean {
  const at = (note: ConnectwiseNote) => microsOf(note.dateCreated ?? '') ?? Infinity
  return at(a) < at(b) || (at(a) === at(b) && a.id < b.id)
}
