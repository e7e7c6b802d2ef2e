import { VarveError } from '../error/varve-error.js'
import type { Engine, Session } from '../engine/engine.js'
import type { DataQualityCheck } from '../quality/check.js'
import type { CheckRecord, Finding } from './ledger/finding-ledger.js'

/** What the checks of a batch found. */
export interface GateResult {
  readonly results: readonly CheckRecord[]
  readonly findings: readonly Finding[]
  /** Set when a check of severity `error` failed: the batch must not commit. */
  readonly refusal: VarveError | undefined
}

/** Runs every check, whatever the others found, so that one run tells of all that is wrong. */
export async function runChecks(engine: Engine, session: Session, checks: readonly DataQualityCheck[]): Promise<GateResult> {
  const results: CheckRecord[] = []
  const findings: Finding[] = []
  for (const check of checks) {
    const { passed, offending, message, samples } = await check.run({ session, phrases: engine.phrases })
    results.push({ check: check.name, table: check.table, severity: check.severity, passed, offending, message })
    if (!passed) {
      for (const { column, raw } of samples) findings.push({ check: check.name, severity: check.severity, table: check.table, column, message, raw })
    }
  }
  const failed = results.filter((result) => !result.passed && result.severity === 'error')
  const refusal =
    failed.length === 0
      ? undefined
      : new VarveError('V2002', `The quality gate refused the batch, and nothing was written: ${failed.map(({ check, message }) => `${check}: ${message}`).join('; ')}. Samples of the rows are in the ledger.`, {
          context: { checks: failed },
        })
  return { results, findings, refusal }
}
