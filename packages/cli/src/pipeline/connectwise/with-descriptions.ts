import { sql } from 'drizzle-orm'
import type { ConnectwiseClient, ConnectwiseTicket } from '@varve/connectors'
import { tableLabel, type ExtractContext, type TableSpec } from '@varve/core'

/** Under which name the mapping finds a description that was asked for. */
const descriptionPath = '@firstDetailNote'
const sliceRows = 500

/** How descriptions are come by. */
export interface DescriptionSource {
  readonly client: Pick<ConnectwiseClient, 'described'>
  /** The table of the tickets, which knows the descriptions that were asked for before. */
  readonly table: TableSpec
  readonly budget: DescriptionBudget
}

/** How many tickets may still be asked about. */
export interface DescriptionBudget {
  left: number
}

/** A ticket as the source has it, with what was found out beside it. */
export type RawTicket = Pick<ConnectwiseTicket, 'id' | 'raw'>

/**
 * Tickets with their descriptions, which no list has. One that the warehouse knows is kept, whether it is asked for or not: otherwise a ticket
 * that is touched when nobody asks would seem to have lost it. For the others the source is asked, a call each, while calls are left.
 */
export async function* withDescriptions({ engine, log }: ExtractContext, { client, table, budget }: DescriptionSource, tickets: AsyncIterable<ConnectwiseTicket>): AsyncGenerator<RawTicket> {
  const from = sql`${sql.identifier(table.schema ?? '')}.${sql.identifier(table.name)}`
  const isThere = (await engine.introspect(table.schema, table.name))?.columns.some(({ name }) => name === 'description') ?? false
  const knowsAny = isThere && (await engine.query(sql`select 1 from ${from} where description is not null ${engine.phrases.firstRows(1)}`)).rows.length > 0
  if (!knowsAny && budget.left <= 0) {
    yield* tickets
    return
  }
  const calls = budget.left
  let unasked = 0
  for await (const slice of slices(tickets)) {
    const known = new Map<number, string>()
    if (knowsAny) {
      const ids = sql.join(slice.map(({ id }) => sql`${String(id)}`), sql`, `)
      const { rows } = await engine.query<{ id: string; description: string }>(sql`select id, description from ${from} where effective_end_date is null and description is not null and id in (${ids})`)
      for (const { id, description } of rows) known.set(Number(id), description)
    }
    const unknown = slice.filter(({ id }) => !known.has(id))
    for await (const { id, description } of client.described(each(unknown.slice(0, budget.left)), { calls: budget.left })) if (description) known.set(id, description)
    unasked += Math.max(0, unknown.length - budget.left)
    budget.left -= Math.min(budget.left, unknown.length)
    for (const { id, raw } of slice) yield { id, raw: known.has(id) ? { ...raw, [descriptionPath]: known.get(id) } : raw }
  }
  if (calls > 0 && unasked > 0) log.info({ table: tableLabel(table), asked: calls - budget.left, left: unasked }, 'the calls for descriptions are used up; the other tickets have none yet')
}

async function* slices<Row>(rows: AsyncIterable<Row>): AsyncGenerator<Row[]> {
  let slice: Row[] = []
  for await (const row of rows) {
    slice.push(row)
    if (slice.length >= sliceRows) {
      yield slice
      slice = []
    }
  }
  if (slice.length > 0) yield slice
}

async function* each<Row>(rows: readonly Row[]): AsyncGenerator<Row> {
  yield* rows
}
