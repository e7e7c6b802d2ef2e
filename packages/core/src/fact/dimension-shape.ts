import type { SQL } from 'drizzle-orm'
import type { Phrases } from '../engine/phrases.js'
import type { TableSpec } from '../table/table-spec.js'

/**
 * A dimension with history, as far as facts must know it: where its versions are, and which columns tell which of them was valid
 * when. Every dimension of `@varve/scd2` can describe itself so; any other table of versions can be described by hand.
 *
 * @example
 * ```ts
 * import type { DimensionShape } from '@varve/core'
 *
 * const employees: DimensionShape = {
 *   table: employeeVersions.spec,
 *   key: ['employee_id'],
 *   surrogateKey: 'surrogate_key',
 *   validFrom: 'valid_from',
 *   validTo: 'valid_to',
 *   openEnd: null,
 * }
 * ```
 */
export interface DimensionShape {
  /** The table of the versions as it stands in the database. */
  readonly table: TableSpec
  /** The columns of the natural key. */
  readonly key: readonly string[]
  readonly surrogateKey: string
  /** The first instant of a version. */
  readonly validFrom: string
  /** The first instant after a version. */
  readonly validTo: string
  /** What stands in `validTo` while a version is current: NULL, or an instant that is far away. */
  readonly openEnd: string | null
  /** The columns with the batches that opened and closed a version, where there are any. They tell which members a batch changed. */
  readonly openedBy?: string | undefined
  readonly closedBy?: string | undefined
  /** The statement by which a load of the dimension makes others wait, where there is one: members are inferred in such a turn, so that no load brings them meanwhile. */
  readonly takeTurn?: ((phrases: Phrases) => SQL) | undefined
  /** What stands in the other columns of a member that was inferred from a fact. Needed for those that are neither NULL nor filled by a default. */
  readonly placeholder?: Readonly<Record<string, unknown>> | undefined
}
