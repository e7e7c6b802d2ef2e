import type { LogicalType } from '../table/logical-type.js'

/** A column as the engine knows it. */
export interface LiveColumn {
  readonly name: string
  /** The engine's own spelling of the type. */
  readonly nativeType: string
  /** The logical type, where there is one that stands for exactly this. */
  readonly type: LogicalType | undefined
  readonly notNull: boolean
  readonly hasDefault: boolean
  readonly identity: boolean
}

/** A table as the engine knows it. */
export interface LiveTable {
  readonly schema: string | undefined
  readonly name: string
  readonly columns: readonly LiveColumn[]
  readonly primaryKey: readonly string[]
  /** Names of unique constraints, checks and exclusion constraints. */
  readonly constraints: readonly string[]
  readonly indexes: readonly string[]
  readonly partitionedBy: string | undefined
  /** Whether the table holds at least one row. */
  readonly hasRows: boolean
}
