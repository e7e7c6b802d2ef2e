import { VarveError } from '@varve/core'
import { allOf, boundOf, secondText, where, type Condition } from './condition.js'
import { ConnectwiseHttp, type ConnectwiseHttpOptions } from './connectwise-http.js'
import type { ConnectwiseSettings } from './connectwise-settings.js'
import { fieldsOf, type ConnectwiseNote, type ConnectwiseResource, type ConnectwiseRow, type ConnectwiseStatus, type ConnectwiseTicket } from './connectwise-rows.js'
import { describedTickets, type DescribedTicket, type DescriptionOptions } from './first-detail-note.js'
import { orderedRows } from './ordered-rows.js'
import { askCount, countOf, pagesById, validRow, type InvalidConnectwiseRow, type RawWithId, type Reading, type RowSet } from './read-pages.js'
import { wholeSet, type IdRange } from './whole-set.js'

/** What a client needs beside its settings. */
export interface ConnectwiseClientOptions extends ConnectwiseHttpOptions {
  /** Told of a row that does not fit, which is then left out. @defaultValue the crawl ends with V3010 */
  readonly onInvalid?: ((row: InvalidConnectwiseRow) => void) | undefined
}

/** Which rows of a resource, and which of their fields. */
export interface ConnectwiseQuery {
  /** Changed then or later. */
  readonly since?: string | undefined
  /** Changed before. */
  readonly until?: string | undefined
  readonly where?: Condition | undefined
  /** Only these. */
  readonly ids?: readonly number[] | undefined
  /** Slash paths such as `status/name`; the id and the instant of the last change come in any case. `all` for whole rows, as the source has them. @defaultValue what the rows have */
  readonly fields?: readonly string[] | 'all' | undefined
}

/** The resources that are lists of their own; statuses belong to a board, notes to a ticket. */
export type ConnectwiseList = Exclude<ConnectwiseResource, 'statuses' | 'notes'>

const paths: Readonly<Record<ConnectwiseList, string>> = { tickets: '/service/tickets', companies: '/company/companies', contacts: '/company/contacts', timeEntries: '/time/entries', boards: '/service/boards' }
/** So that the address stays short. */
const mostIds = 100

/**
 * Reads a tenant of ConnectWise PSA: rows that were checked, one by one, no faster than they are taken.
 *
 * **Details**
 *
 * Pages go by id, so tickets that are touched, merged or deleted meanwhile move nothing, and what came is held against the source's own
 * count. Each client keeps the budget of its own tenant: many of them can read side by side. What is deleted appears in
 * no list: compare {@link ConnectwiseClient.ids} with what is known.
 *
 * @example
 * ```ts
 * const tenant = new ConnectwiseClient(connectwiseSettings('sitetechnology', process.env))
 * for await (const ticket of tenant.rows('tickets', { since: '2025-03-01T00:00:00Z' })) console.log(ticket.id, ticket.status?.name)
 * ```
 */
export class ConnectwiseClient {
  readonly tenant: string
  readonly #reading: Reading

  constructor(settings: ConnectwiseSettings, options: ConnectwiseClientOptions = {}) {
    const { onInvalid, ...http } = options
    this.tenant = settings.tenant
    this.#reading = { http: new ConnectwiseHttp(settings, http), log: options.log, onInvalid, concurrency: options.concurrency ?? 4, numbered: new Set() }
  }

  /**
   * Rows in the order of their ids, each once.
   *
   * **Gotchas**
   *
   * A limit cuts by id, not by time: what was read is then not everything up to any instant. Go on behind the last id, or read by
   * {@link chunkedRows}, which tells what is safe.
   */
  async *rows<R extends ConnectwiseList>(resource: R, query: ConnectwiseQuery & IdRange = {}): AsyncGenerator<ConnectwiseRow<R>> {
    for await (const raw of this.#rawRows(resource, query)) yield* validRow(this.#reading, resource, raw)
  }

  async *#rawRows(resource: ConnectwiseList, query: ConnectwiseQuery & IdRange): AsyncGenerator<RawWithId> {
    const { ids, limit = Infinity, after, onCut } = query
    if (limit !== Infinity && (!Number.isInteger(limit) || limit < 0)) throw new VarveError('V1009', `The limit of ${resource} is ${limit}. Give a whole number, or none.`)
    let left = limit
    let isCut = false
    for (const some of idLists(ids)) {
      for await (const raw of wholeSet(this.#reading, setOf(resource, query, some), { after, limit: left, onCut: () => (isCut = true) })) {
        left--
        yield raw
      }
      if (!isCut) continue
      onCut?.()
      return
    }
  }

  /** The first rows in another order, such as `_info/lastUpdated desc`. They are read whole before the first is given out, and twice where they span several pages. */
  orderedRows<R extends ConnectwiseList>(resource: R, query: ConnectwiseQuery & { readonly orderBy: string; readonly limit?: number | undefined }): Promise<ConnectwiseRow<R>[]> {
    const { orderBy, limit } = query
    if (!/^[\w/]+(?: (?:asc|desc))?$/.test(orderBy)) throw new VarveError('V1009', `"${orderBy}" is no order. Write a field, then asc or desc, such as "_info/lastUpdated desc".`)
    if (limit !== undefined && (!Number.isInteger(limit) || limit < 1)) throw new VarveError('V1009', `The limit of ${resource} is ${limit}. Give a whole number from 1, or none.`)
    return orderedRows(this.#reading, setOf(resource, query, query.ids), `${orderBy}, id asc`, limit)
  }

  /** How many rows the source counts. */
  async count(resource: ConnectwiseList, query: Omit<ConnectwiseQuery, 'fields'> = {}): Promise<number> {
    let total = 0
    for (const some of idLists(query.ids)) {
      const set = setOf(resource, query, some)
      total += await countOf(this.#reading, set, set.condition)
    }
    return total
  }

  /** The ids alone, all of them, whatever else their rows hold: for finding what was deleted. */
  async *ids(resource: ConnectwiseList, query: Omit<ConnectwiseQuery, 'fields'> = {}): AsyncGenerator<number> {
    for await (const { id } of this.#rawRows(resource, { ...query, fields: ['id'] })) yield id
  }

  /** The statuses of a board. */
  statuses(board: number): AsyncGenerator<ConnectwiseStatus> {
    return this.#part('statuses', `/service/boards/${board}/statuses`)
  }

  /** The notes of a ticket. */
  notes(ticket: number): AsyncGenerator<ConnectwiseNote> {
    return this.#part('notes', `/service/tickets/${ticket}/notes`)
  }

  /**
   * Tickets with their descriptions, which no list has: the first note that is marked as one. That costs calls for each ticket, so
   * it says how many tickets may be asked about.
   */
  described(tickets: AsyncIterable<ConnectwiseTicket>, options: DescriptionOptions): AsyncGenerator<DescribedTicket> {
    return describedTickets(this.#reading, tickets, options, (ticket) => this.notes(ticket))
  }

  /**
   * What time it is for the source. Taken before a crawl it is a safe watermark, whatever our own clock shows: what is changed during the
   * crawl is changed then or later.
   */
  async serverTime(): Promise<string> {
    const { headers } = await askCount(this.#reading, '/service/boards', undefined)
    const at = Date.parse(headers.get('date') ?? '')
    if (Number.isNaN(at)) throw new VarveError('V3010', `${this.#reading.http.source} answered without a date, so nobody can tell what a crawl covers. Something between us and the source takes it away.`)
    return secondText(at)
  }

  /** Few rows, which nobody counts: one call. */
  async *#part<R extends 'statuses' | 'notes'>(resource: R, path: string): AsyncGenerator<ConnectwiseRow<R>> {
    const set = { resource, path, condition: undefined, fields: fieldsOf(resource), since: undefined, until: undefined }
    for await (const { rows } of pagesById(this.#reading, set)) for (const raw of rows) yield* validRow(this.#reading, resource, raw)
  }
}

function setOf<R extends ConnectwiseList>(resource: R, query: ConnectwiseQuery, ids: readonly number[] | undefined): RowSet & { readonly resource: R } {
  const since = query.since === undefined ? undefined : boundOf(query.since, 'since')
  const until = query.until === undefined ? undefined : boundOf(query.until, 'until')
  const condition = allOf(since && where('_info/lastUpdated', '>=', since), until && where('_info/lastUpdated', '<', until), ids && where('id', 'in', ids), query.where)
  const asked = query.fields ?? fieldsOf(resource)
  const needed = ['id', ...(asked.includes('_info') ? [] : ['_info/lastUpdated'])]
  return { resource, path: paths[resource], condition, fields: asked === 'all' ? undefined : [...new Set([...needed, ...asked])], since, until }
}

function idLists(ids: readonly number[] | undefined): (readonly number[] | undefined)[] {
  if (!ids) return [undefined]
  const wanted = [...new Set(ids)].toSorted((a, b) => a - b)
  return Array.from({ length: Math.ceil(wanted.length / mostIds) }, (_, at) => wanted.slice(at * mostIds, (at + 1) * mostIds))
}
