import type { TableSpec } from '@varve/core'
import type { ModelFinding } from '../model/finding.js'
import type { Instant } from '../model/instant.js'
import type { MergeTables } from '../strategy/merge-tables.js'
import type { StagedLoad } from '../strategy/staged-load.js'

/** A load whose rows are gathered with those of the others. */
export interface GatheredLoad {
  readonly name: string
  readonly at: Instant
  readonly complete: boolean
  readonly read: number
  readonly rejected: number
  readonly staged: number
  readonly findings: readonly ModelFinding[]
}

/** What a replay has read before its transaction begins. */
export interface Gathered {
  readonly tables: MergeTables
  readonly rows: TableSpec
  readonly runs: TableSpec
  readonly places: TableSpec
  readonly loads: readonly GatheredLoad[]
  /** The load that did not fit in with those before it: it is merged after them, by itself. */
  readonly odd: { readonly name: string; readonly staged: StagedLoad } | undefined
}
