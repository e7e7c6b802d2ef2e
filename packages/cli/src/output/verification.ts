import type { Verification } from '@varve/scd2'
import type { Colors } from './colors.js'
import { shownValue } from './load.js'
import { plural } from './numbers.js'

/** Whether a history is sound, and who offends. */
export function verificationText(dimension: string, { isSound, rules, findings }: Verification, colors: Colors): string {
  if (isSound) return `${colors.bold(dimension)}: ${colors.green('sound')}; ${plural(rules.length, 'rule')} tried.`
  return findings.flatMap(({ message, samples, offending }) => [
    `${colors.red('wrong')}  ${message}`,
    ...samples.map(({ key, validFrom, validTo }) => colors.dim(`         ${Object.entries(key).map(([property, value]) => `${property}=${shownValue(value)}`).join(', ')}  ${validFrom ?? ''} … ${validTo ?? ''}`)),
    ...(offending > samples.length ? [colors.dim(`         … and ${offending - samples.length} more`)] : []),
  ]).join('\n')
}
