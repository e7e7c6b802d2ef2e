import type { CheckResult } from '@varve/core'
import type { Colors } from './colors.js'
import { plural } from './numbers.js'

/** The result of a check as a line. */
export function checkLine({ check, passed, severity, message }: Omit<CheckResult, 'samples'>, colors: Colors): string {
  const mark = passed ? colors.green('pass ') : severity === 'error' ? colors.red('error') : colors.yellow(severity.padEnd(5))
  return `${mark}  ${colors.bold(check)}: ${message}`
}

/** Results of checks, a line each, with samples of the rows that offend. */
export function checksText(results: readonly CheckResult[], colors: Colors): string {
  if (results.length === 0) return 'No checks are declared.'
  const lines = results.flatMap((result) => [checkLine(result, colors), ...result.samples.map(({ raw }) => colors.dim(`         ${raw}`))])
  return [...lines, '', `${results.filter((result) => result.passed).length} of ${plural(results.length, 'check')} passed.`].join('\n')
}
