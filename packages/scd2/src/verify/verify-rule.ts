import type { SQL } from 'drizzle-orm'
import type { ColumnSpec, Phrases } from '@varve/core'
import type { DimensionDefinition } from '../definition/dimension-definition.js'
import { intervalOf, type Interval } from '../read/interval.js'

/** What can be wrong with a stored history. */
export type VerifyRuleName =
  | 'missing-value'
  | 'length'
  | 'overlap'
  | 'several-current'
  | 'current-flag'
  | 'equal-neighbours'
  | 'surrogate-key'
  | 'opened-by'
  | 'closed-by'
  | 'hand-over'
  | 'record-hash'

/** A rule about versions, as the statement that finds those that break it. */
export interface VerifyRule {
  readonly name: VerifyRuleName
  /** Said after the number of versions that break it. */
  readonly one: string
  readonly many: string
  /** A query that comes before the statement. */
  readonly before?: SQL
  /** A query that answers the key and the interval of each version that breaks the rule; see {@link VersionTable.shown}. */
  readonly offending: SQL
}

/** The table of a dimension in the statements of rules. */
export interface VersionTable {
  readonly definition: DimensionDefinition
  readonly phrases: Phrases
  /** The table, as it stands behind `from`. */
  readonly table: SQL
  /** The columns that every rule answers of a version: its key and its interval. */
  readonly shown: readonly ColumnSpec[]
  readonly interval: (alias: string) => Interval
}

/** The table of a definition, for the rules. */
export function versionTable(definition: DimensionDefinition, phrases: Phrases, columns: readonly ColumnSpec[]): VersionTable {
  const { key, housekeeping } = definition
  return {
    definition,
    phrases,
    table: phrases.table(definition.table),
    shown: [...key, ...[housekeeping.validFrom, housekeeping.validTo].flatMap((name) => columns.filter((column) => column.name === name))],
    interval: (alias) => intervalOf(definition, phrases, alias),
  }
}
