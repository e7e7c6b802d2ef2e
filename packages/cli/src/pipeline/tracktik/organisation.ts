import type { TracktikClientRow, TracktikPosition, TracktikRegion } from '@varve/connectors'
import { latestInstant } from './latest-instant.js'

/** A row of the source that tells when it was changed. */
interface Changing {
  readonly updatedOn: string | null
  readonly createdOn: string | null
}

/** Where a position is: at a site of a customer, or with the customer itself. */
export interface Place {
  readonly siteId: number | null
  readonly clientId: number | null
  readonly timeZone: string | null
}

const nowhere: Place = { siteId: null, clientId: null, timeZone: null }

/** The regions, customers, sites and positions of one look at the source, and how they hang together. */
export class Organisation {
  readonly #regions: ReadonlyMap<number, TracktikRegion>
  readonly #clients = new Map<number, TracktikClientRow>()
  readonly #positions = new Map<number, TracktikPosition>()

  /** @param seenAt When it was looked at: the instant of changes that no row tells. */
  constructor(
    readonly seenAt: string,
    regions: readonly TracktikRegion[],
    clients: readonly TracktikClientRow[],
    positions: readonly TracktikPosition[],
  ) {
    this.#regions = new Map(regions.map((region) => [region.id, region]))
    this.add(clients, positions)
  }

  /** Takes in what was only found later, by a shift that refers to it. */
  add(clients: readonly TracktikClientRow[], positions: readonly TracktikPosition[]): void {
    for (const client of clients) this.#clients.set(client.id, client)
    for (const position of positions) this.#positions.set(position.id, position)
  }

  get regions(): readonly TracktikRegion[] {
    return [...this.#regions.values()]
  }

  get customers(): readonly TracktikClientRow[] {
    return [...this.#clients.values()].filter(({ type }) => type !== siteType)
  }

  get sites(): readonly TracktikClientRow[] {
    return [...this.#clients.values()].filter(({ type }) => type === siteType)
  }

  get positions(): readonly TracktikPosition[] {
    return [...this.#positions.values()]
  }

  region(id: number | null | undefined): TracktikRegion | undefined {
    return this.#regions.get(id ?? NaN)
  }

  client(id: number | null | undefined): TracktikClientRow | undefined {
    return this.#clients.get(id ?? NaN)
  }

  position(id: number | null | undefined): TracktikPosition | undefined {
    return this.#positions.get(id ?? NaN)
  }

  /** A region with all that are below it. */
  tree(root: TracktikRegion): readonly number[] {
    const ids = new Set([root.id])
    // A set goes on with what is added to it while it is gone through.
    for (const above of ids) for (const { id, parentRegion } of this.#regions.values()) if (parentRegion === above) ids.add(id)
    return [...ids]
  }

  /** The site and the customer of an account, which can be either. */
  placeOf(account: number | null): Place {
    const client = this.client(account)
    if (!client) return nowhere
    const timeZone = client.timeZone ?? this.region(client.region)?.timeZone ?? null
    return client.type === siteType ? { siteId: client.id, clientId: client.parentClient, timeZone } : { siteId: null, clientId: client.id, timeZone }
  }

  /** The display name is in `company`; `name` is empty or that of a person. */
  nameOf({ company, name, id }: TracktikClientRow): string {
    return company?.trim() || name?.trim() || `client ${id}`
  }

  /**
   * When a row was last changed that shows values of others: at the latest instant of them all. The source does not touch an employee whose region is renamed, so
   * its own instant alone would never tell. A reference that leads nowhere has no instant; then it is that of the look.
   */
  changedOn(row: Changing, references: readonly (readonly [id: number | null | undefined, row: Changing | undefined])[]): string {
    const rows = [row, ...references.filter(([id]) => id !== null && id !== undefined).map(([, found]) => found)]
    const instants = rows.map((one) => one?.updatedOn ?? one?.createdOn ?? undefined)
    return latestInstant(instants.map((instant) => instant ?? this.seenAt))
  }
}

const siteType = 'SERVICE_LOCATION'
