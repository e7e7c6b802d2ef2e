import type { CheckContext, CheckResult, DataQualityCheck } from './check.js'
import { assertNames } from './check-name.js'

/** Runs every check, whatever the others found, so that one run tells of all that is wrong. */
export async function checkEach(context: CheckContext, checks: readonly DataQualityCheck[], signal?: AbortSignal): Promise<CheckResult[]> {
  assertNames(checks)
  const results: CheckResult[] = []
  for (const check of checks) {
    signal?.throwIfAborted()
    const { passed, offending, measured, message, samples } = await check.run(context)
    results.push({ check: check.name, table: check.table, severity: check.severity, passed, offending, measured, message, samples: passed ? [] : samples })
  }
  return results
}
