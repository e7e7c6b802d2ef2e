import type { RejectedRow } from './rejected-row.js'

/** Something worth knowing of a row that was let through. */
export interface RowFinding {
  readonly rowNumber: number
  readonly severity: 'info' | 'warn'
  readonly column: string | undefined
  readonly message: string
  readonly raw: string
}

/** Where rows go that cannot be staged, and what is noticed of those that can. */
export interface Quarantine {
  reject(rows: readonly RejectedRow[]): Promise<void>
  find(findings: readonly RowFinding[]): Promise<void>
}
