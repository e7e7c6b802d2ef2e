import { VarveError } from '../error/varve-error.js'
import type { Engine, Session } from '../engine/engine.js'
import type { DataQualityCheck } from '../quality/check.js'
import { checkEach } from '../quality/check-each.js'
import type { CheckRecord, Finding } from './ledger/finding-ledger.js'

/** What the checks of a batch found. */
export interface GateResult {
  readonly results: readonly CheckRecord[]
  readonly findings: readonly Finding[]
  /** Set when a check of severity `error` failed: the batch must not commit. */
  readonly refusal: VarveError | undefined
}

/** Runs the gate of a batch inside its transaction. */
export async function runChecks(engine: Engine, session: Session, checks: readonly DataQualityCheck[], isRecorded: boolean): Promise<GateResult> {
  const results: CheckRecord[] = []
  const findings: Finding[] = []
  for (const { samples, ...result } of await checkEach({ session, phrases: engine.phrases }, checks)) {
    results.push(result)
    if (result.passed) continue
    // A rule about the table as a whole has no rows to show, and leaves its finding all the same.
    for (const { column, raw } of samples.length > 0 ? samples : [{ column: undefined, raw: undefined }]) {
      findings.push({ check: result.check, severity: result.severity, table: result.table, column, message: result.message, raw })
    }
  }
  const failed = results.filter((result) => !result.passed && result.severity === 'error')
  const refusal =
    failed.length === 0
      ? undefined
      : new VarveError('V2002', `The quality gate refused the batch, and nothing was written: ${failed.map(({ check, message }) => `${check}: ${message}`).join('; ')}.${isRecorded ? ' Samples of the rows are in the ledger, in data_quality_issues.' : ''}`, {
          context: { checks: failed },
        })
  return { results, findings, refusal }
}
