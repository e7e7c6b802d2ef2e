import { sql } from 'drizzle-orm'
import { specOf, type Engine, type StagedRows } from '@varve/core'
import { tickets } from '../table/tickets.js'
import { dimTicket } from './dim-ticket.js'

const pageRows = 10_000
/** The place of a row in its delivery, as staging numbers them. */
const place = 'varve_row'

type TicketState = Record<string, unknown>

/**
 * The states of tickets that were staged, for their history. Of several rows that tell of one ticket at one instant the last one counts, as it does for the
 * current row; rows of several instants are several states. One that was never modified is as it was created; one that tells neither time has no place in a
 * history. What the delivery has no column for is as it is stored where that is the same state, and not known otherwise.
 *
 * @param staged The staged tickets, with the properties that no row of them had.
 */
export async function* ticketStates(engine: Engine, { table: staged, missing }: Pick<StagedRows, 'table' | 'missing'>): AsyncGenerator<TicketState> {
  const { phrases } = engine
  const rows = phrases.table(staged)
  const spec = specOf(tickets)
  const nameOf = new Map(spec.columns.map(({ property, name }) => [property, name]))
  const column = (property: string, alias?: string) => phrases.column(nameOf.get(property) ?? property, alias)
  const instantOf = (alias?: string) => sql`coalesce(${column('modifiedTime', alias)}, ${column('createdTime', alias)})`
  const at = instantOf()
  const row = phrases.column(place)
  const overruled = await engine.query<{ place: bigint | number }>(sql`select ${row} as place from (select ${row}, row_number() over (partition by ${column('ticketId')}, ${at} order by ${row} desc) as nth from ${rows}) s where nth > 1`)
  const isOverruled = new Set(overruled.rows.map((one) => String(one.place)))
  const properties = specOf(dimTicket).columns.map(({ property }) => property)
  const isStored = missing.length > 0 && (await engine.introspect(spec.schema, spec.name)) !== undefined
  const valueOf = (property: string) => (property === 'modifiedTime' ? instantOf('s') : column(property, isStored && missing.includes(property) ? 't' : 's'))
  const values = sql.join(properties.map((property) => sql`${valueOf(property)} as ${sql.identifier(property)}`), sql`, `)
  const sameState = isStored ? sql`left join ${phrases.table(spec)} t on ${column('ticketId', 't')} = ${column('ticketId', 's')} and ${instantOf('t')} = ${instantOf('s')}` : sql``
  const from = sql`${rows} s ${sameState}`
  const numbered = phrases.column(place, 's')
  // A page at a time by the place: an engine with one session cannot stage what it still streams.
  for (let last = '0'; ; ) {
    const page = await engine.query<TicketState>(sql`select ${numbered} as place, ${values} from ${from} where ${numbered} > ${last} and ${instantOf('s')} is not null order by ${numbered} ${phrases.firstRows(pageRows)}`)
    for (const { place: number, ...state } of page.rows) {
      last = String(number)
      if (!isOverruled.has(last)) yield state
    }
    if (page.rows.length < pageRows) return
  }
}
