import { createHash } from 'node:crypto'
import { VarveError } from '../error/varve-error.js'
import { Rejection, valueReader } from '../table/value/value-reader.js'
import type { DataQualityCheck } from './check.js'

// What the ledger holds of a name.
const longestName = 200
const readName = valueReader({ kind: 'text', length: longestName })

/** A name that was made from a table and its columns, cut where the ledger would not hold it, and then ended by a hash. */
export function derivedName(name: string): string {
  if (!(readName(name) instanceof Rejection)) return name
  const hash = createHash('sha256').update(name).digest('hex').slice(0, 8)
  return `${name.slice(0, longestName - 9).toWellFormed()}_${hash}`
}

/**
 * Refuses names under which results could not be recorded.
 *
 * @throws VarveError V1009 with every name that is wrong.
 */
export function assertNames(checks: readonly Pick<DataQualityCheck, 'name'>[]): void {
  const names = checks.map((check) => check.name)
  const twice = names.filter((name, at) => names.indexOf(name) < at)
  const problems = [...new Set(twice)].map((name) => `two checks are called ${JSON.stringify(name)}; give one of them another name`)
  for (const name of new Set(names)) {
    const answer = readName(name)
    if (answer instanceof Rejection) problems.push(`the name ${JSON.stringify(name)} ${answer.message}`)
    else if (answer.trim() === '') problems.push('a check has no name')
  }
  if (problems.length > 0) throw new VarveError('V1009', `The checks cannot be told apart: ${problems.join('; ')}. Each needs a name of its own, of at most ${longestName} characters.`, { context: { problems } })
}
