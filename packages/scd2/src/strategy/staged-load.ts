import type { StagedRows } from '@varve/core'
import type { Instant } from '../model/instant.js'
import type { Guard } from '../model/load.js'

/** A load whose rows are in the engine, and not yet in the dimension. */
export interface StagedLoad {
  readonly at: Instant
  readonly complete: boolean
  readonly allow: readonly Guard[]
  readonly rows: StagedRows
  /** Keys of rows that were rejected: their members are there, with values that nobody knows. Kept for complete loads. */
  readonly unreadable: StagedRows | undefined
  /** How many rejected rows have no key that could be read. Counted for complete loads. */
  readonly nameless: number
}
