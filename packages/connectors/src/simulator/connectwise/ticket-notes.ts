import type { Random } from '../random.js'
import { instantText, type ConnectwiseRecord } from './connectwise-records.js'
import type { TicketRecord } from './ticket-record.js'

/** The notes of a ticket: the same whenever they are asked for. Most tickets have a description; some have two, and the later one may have the smaller id. */
export function notesOf(ticket: TicketRecord, random: Random): ConnectwiseRecord[] {
  const own = random.fork(ticket.id)
  const entered = Date.parse(ticket._info.dateEntered)
  const count = own.int(0, 3)
  const isSwapped = own.chance(0.2)
  return Array.from({ length: count }, (_, at) => {
    const minutes = isSwapped ? count - at : at
    const isDetail = own.chance(at === 0 ? 0.85 : 0.4)
    return {
      id: ticket.id * 10 + at,
      ticketId: ticket.id,
      text: isDetail ? `It began ${minutes} hours ago.\n“${own.pick(['Nothing helps', 'Only here', 'Since the update'])}”` : 'Called back',
      detailDescriptionFlag: isDetail,
      internalAnalysisFlag: !isDetail,
      resolutionFlag: false,
      createdBy: ticket._info.enteredBy,
      dateCreated: instantText(entered + minutes * 60_000),
    }
  })
}
