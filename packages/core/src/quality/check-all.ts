import type { Engine } from '../engine/engine.js'
import { VarveError } from '../error/varve-error.js'
import type { CheckResult, DataQualityCheck } from './check.js'
import { checkEach } from './check-each.js'

/**
 * Runs checks outside of a batch, on what the warehouse holds now, and writes nothing: all of them see one state of it, in a transaction
 * that is rolled back.
 *
 * @example
 * ```ts
 * const results = await checkAll(engine, [notNull(people, 'name'), unique(people, ['email'])])
 * const failure = failureOfChecks(results)
 * if (failure) throw failure
 * ```
 * @throws VarveError when a check could not be run at all, such as V3013 where its table does not exist.
 */
export async function checkAll(engine: Engine, checks: readonly DataQualityCheck[], options: { readonly signal?: AbortSignal | undefined } = {}): Promise<readonly CheckResult[]> {
  let results: CheckResult[] = []
  const done = new Error('rolled back on purpose: a check that writes leaves nothing')
  await engine
    .transaction(async (session) => {
      results = await checkEach({ session, phrases: engine.phrases }, checks, options.signal)
      throw done
    }, { isolation: 'repeatable read', signal: options.signal })
    .catch((error: unknown) => {
      if (error !== done) throw error
    })
  return results
}

/**
 * What checks that ran outside of a batch come to: an error that names the failed ones of severity `error`, or nothing.
 *
 * @example
 * ```ts
 * const failure = failureOfChecks(await checkAll(engine, checks))
 * process.exitCode = failure?.exitCode ?? 0
 * ```
 */
export function failureOfChecks(results: readonly CheckResult[]): VarveError | undefined {
  const failed = results.filter((result) => !result.passed && result.severity === 'error')
  if (failed.length === 0) return undefined
  return new VarveError('V2002', `${failed.length} of ${results.length} checks failed: ${failed.map(({ check, message }) => `${check}: ${message}`).join('; ')}. Correct the rows, or the rule.`, {
    context: { checks: failed.map(({ samples: _samples, ...result }) => result) },
  })
}
