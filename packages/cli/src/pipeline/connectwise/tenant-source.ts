import { ConnectwiseClient, connectwiseSettings, type Clock, type InvalidConnectwiseRow } from '@varve/connectors'
import type { Environment, Logger } from '@varve/core'

/** Where the tenants are. */
export interface ConnectwiseSource {
  /** The variables that name the tenants and hold their credentials; see `connectwiseSettings`. */
  readonly environment: Environment
  /** @defaultValue the machine's */
  readonly clock?: Clock | undefined
}

/** A tenant that is read. */
export interface TenantSource {
  readonly tenant: string
  readonly client: ConnectwiseClient
  /** Rows that the client did not understand. Whether they do for a table is for the table to say, so they are taken from here. */
  readonly invalid: InvalidConnectwiseRow[]
}

/** The tenants of a run: one client each, so that all that is read of a tenant keeps to its one budget. */
export class TenantSources {
  readonly #known = new Map<string, TenantSource>()

  constructor(
    private readonly source: ConnectwiseSource,
    private readonly options: { readonly log: Logger; readonly signal: AbortSignal },
  ) {}

  of(tenant: string): TenantSource {
    const known = this.#known.get(tenant)
    if (known) return known
    const invalid: InvalidConnectwiseRow[] = []
    const client = new ConnectwiseClient(connectwiseSettings(tenant, this.source.environment), { ...this.options, clock: this.source.clock, onInvalid: (row) => invalid.push(row) })
    const made = { tenant, client, invalid }
    this.#known.set(tenant, made)
    return made
  }
}
