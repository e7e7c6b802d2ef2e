import type { ModelFinding } from '../model/finding.js'
import type { Outcome } from '../model/load-counts.js'

/** What a load did so far, added up over members. */
export class LoadTotals {
  readonly outcomes = new Map<Outcome, number>()
  readonly findings: ModelFinding[] = []
  absent = 0
  late = 0

  count(outcome: Outcome, rows = 1): void {
    if (rows > 0) this.outcomes.set(outcome, this.of(outcome) + rows)
  }

  of(outcome: Outcome): number {
    return this.outcomes.get(outcome) ?? 0
  }

  /** Findings of events name the member; the place of the row in its source is not kept by staging. */
  find({ kind, severity, key, column, message }: ModelFinding): void {
    this.findings.push({ kind, severity, ...(key && { key }), ...(column !== undefined && { column }), message })
  }
}
