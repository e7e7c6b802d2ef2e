import { sql } from 'drizzle-orm'
import { specOf, type Engine, type TableSpec } from '@varve/core'
import { tickets } from '../table/tickets.js'
import { dimTicket } from './dim-ticket.js'

const pageRows = 2000
/** The place of a row in its delivery, as staging numbers them. */
const place = 'varve_row'

type TicketState = Record<string, unknown>

/**
 * The states of tickets that were staged, for their history. Of several rows that tell of one ticket at one instant the last one counts, as it does for the
 * current row; rows of several instants are several states. One that was never modified is as it was created.
 *
 * @param staged The staging table of tickets.
 */
export async function* ticketStates(engine: Engine, staged: TableSpec): AsyncGenerator<TicketState> {
  const { phrases } = engine
  const rows = phrases.table(staged)
  const nameOf = new Map(specOf(tickets).columns.map(({ property, name }) => [property, name]))
  const column = (property: string) => phrases.column(nameOf.get(property) ?? property)
  const at = sql`coalesce(${column('modifiedTime')}, ${column('createdTime')})`
  const row = phrases.column(place)
  const overruled = await engine.query<{ place: bigint | number }>(sql`select ${row} as place from (select ${row}, row_number() over (partition by ${column('ticketId')}, ${at} order by ${row} desc) as nth from ${rows}) s where nth > 1`)
  const isOverruled = new Set(overruled.rows.map((one) => String(one.place)))
  const properties = specOf(dimTicket).columns.map(({ property }) => property)
  const values = sql.join(properties.map((property) => sql`${property === 'modifiedTime' ? at : column(property)} as ${sql.identifier(property)}`), sql`, `)
  // A page at a time by the place: an engine with one session cannot stage what it still streams.
  for (let last = '0'; ; ) {
    const page = await engine.query<TicketState>(sql`select ${row} as place, ${values} from ${rows} where ${row} > ${last} order by ${row} ${phrases.firstRows(pageRows)}`)
    for (const { place: number, ...state } of page.rows) {
      last = String(number)
      if (!isOverruled.has(last)) yield state
    }
    if (page.rows.length < pageRows) return
  }
}
