import type { Random } from '../random.js'
import type { BoardCatalog, ConnectwiseCatalog } from './connectwise-catalog.js'
import { closing, levels, onBoard, summaryOf, type TicketRecord } from './ticket-record.js'

/** A change to a ticket. What it gives differs from what the ticket has. */
type Change = (ticket: TicketRecord, random: Random, catalog: ConnectwiseCatalog, by: string, at: string) => Partial<TicketRecord>

const changes: readonly Change[] = [
  (ticket, random, catalog, by, at) => {
    const place = boardOf(ticket, catalog)
    if (ticket.closedFlag) return { status: random.pick(place.statuses.slice(0, -1)), closedFlag: false, closedDate: undefined, closedBy: undefined }
    return random.chance(0.4) ? closing(place, by, at) : { status: other(place.statuses.slice(0, -1), ticket.status, random) }
  },
  (ticket, random, catalog) => ({ owner: ticket.owner && random.chance(0.1) ? undefined : other(catalog.members, ticket.owner, random) }),
  (ticket, random, catalog) => ({ priority: other(catalog.priorities, ticket.priority, random) }),
  (ticket, random) => ({ impact: other(levels, ticket.impact, random) }),
  (ticket, random) => ({ actualHours: (ticket.actualHours ?? 0) + random.int(1, 16) / 4 }),
  (ticket, random) => ({ budgetHours: ticket.budgetHours !== undefined && random.chance(0.2) ? undefined : (ticket.budgetHours ?? 0) + 0.5 }),
  (ticket, random) => {
    const summary = summaryOf(random)
    return { summary: summary === ticket.summary ? `${summary} again` : summary }
  },
  (ticket) => ({ approved: !ticket.approved }),
  (ticket, random, catalog) => ({ ...onBoard(random.pick(catalog.boards.filter(({ board }) => board.id !== ticket.board.id)), random), closedFlag: false, closedDate: undefined, closedBy: undefined }),
]

/** What changes of a ticket, by chance. */
export function ticketChange(ticket: TicketRecord, random: Random, catalog: ConnectwiseCatalog, by: string, at: string): Partial<TicketRecord> {
  return random.pick(changes)(ticket, random, catalog, by, at)
}

/** What merging a ticket into another makes of it: it stays, closed, and points to the other. */
export function mergedInto(parent: TicketRecord, ticket: TicketRecord, catalog: ConnectwiseCatalog, by: string, at: string): Partial<TicketRecord> {
  return { ...closing(boardOf(ticket, catalog), by, at), mergedParentTicket: { id: parent.id, name: parent.summary } }
}

function boardOf(ticket: TicketRecord, { boards }: ConnectwiseCatalog): BoardCatalog {
  return boards.find(({ board }) => board.id === ticket.board.id) as BoardCatalog // tickets are on boards of their tenant
}

/** One with another id, or of texts, another one. */
function other<T>(list: readonly T[], than: unknown, random: Random): T {
  const idOf = (one: unknown) => (typeof one === 'object' && one !== null && 'id' in one ? one.id : one)
  return random.pick(list.filter((one) => idOf(one) !== idOf(than)))
}
