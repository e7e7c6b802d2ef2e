import type { Severity } from '../quality/check.js'

/** What is wrong with one value of one row. */
export interface MappingProblem {
  /** The column, by its name in the database. */
  readonly column: string
  /** The path that gave the value; `undefined` where none did. */
  readonly path: string | undefined
  /** The transform that could not read the value, or the rule that it breaks: `dayFirst`, `allowed` … */
  readonly rule: string
  readonly severity: Severity
  /** A sentence for people, with the column and the value. */
  readonly message: string
  /** The value as the source gave it; `undefined` where it gave none. */
  readonly value: unknown
}
