import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseEnv } from 'node:util'
import { errorMessage } from '../error/error-message.js'
import { VarveError } from '../error/varve-error.js'
import { Secret } from './secret.js'

/** Variables by name, as `process.env` has them. */
export type Environment = Readonly<Record<string, string | undefined>>

/**
 * Adds the variables of the `.env` file of a directory to an environment. What is set already stays.
 *
 * @returns the path of the file, where there is one.
 *
 * @example
 * ```ts
 * loadEnvFile(process.cwd())
 * ```
 * @throws VarveError V1002 when the file is there but cannot be read.
 */
export function loadEnvFile(directory: string, environment: Record<string, string | undefined> = process.env): string | undefined {
  const path = join(directory, '.env')
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw new VarveError('V1002', `The file ${path} cannot be read: ${errorMessage(cause)}. Make it readable, or remove it.`, { cause })
  }
  for (const [name, value] of Object.entries(parseEnv(text))) environment[name] ??= value
  return path
}

/** A variable, and the file that a variable of the same name with `_FILE` points to, as container platforms hand out secrets. */
export function readVariable(name: string, environment: Environment): { readonly text?: string; readonly problem?: string } {
  // Set to nothing is how many platforms spell "not set".
  const text = environment[name] || undefined
  const path = environment[`${name}_FILE`] || undefined
  if (path === undefined) return text === undefined ? {} : { text }
  if (text !== undefined) return { problem: `${name} and ${name}_FILE are both set; unset one of them` }
  try {
    const content = readFileSync(path, 'utf8').replace(/\r?\n$/, '')
    return content === '' ? { problem: `the file "${path}" that ${name}_FILE names is empty` } : { text: content }
  } catch (error) {
    return { problem: `the file "${path}" that ${name}_FILE names cannot be read: ${errorMessage(error)}` }
  }
}

/** A variable that {@link requireEnvironment} is to hand out as a {@link Secret}. */
export interface SecretVariable {
  readonly secret: string
}

/**
 * Says that a variable holds a secret, for {@link requireEnvironment}.
 *
 * @example
 * ```ts
 * requireEnvironment({ token: secret('CRM_TOKEN') }).token.reveal()
 * ```
 */
export function secret(name: string): SecretVariable {
  return { secret: name }
}

/** What {@link requireEnvironment} answers: secrets for secrets, texts for all others. */
export type RequiredEnvironment<Wanted extends Readonly<Record<string, string | SecretVariable>>> = {
  readonly [Key in keyof Wanted]: Wanted[Key] extends SecretVariable ? Secret : string
}

/**
 * Reads environment variables, all at once, so that one message names all that are missing. Instead of a variable, its name with
 * `_FILE` can point to a file that holds the value.
 *
 * @example
 * ```ts
 * const { url, token } = requireEnvironment({ url: 'CRM_URL', token: secret('CRM_TOKEN') })
 * await fetch(url, { headers: { authorization: `Bearer ${token.reveal()}` } })
 * ```
 * @throws VarveError V1002 with every variable that is missing or cannot be read.
 */
export function requireEnvironment<const Wanted extends Readonly<Record<string, string | SecretVariable>>>(wanted: Wanted, environment: Environment = process.env): RequiredEnvironment<Wanted> {
  const values: Record<string, string | Secret> = {}
  const missing: string[] = []
  const problems: string[] = []
  for (const [key, variable] of Object.entries(wanted)) {
    const name = typeof variable === 'string' ? variable : variable.secret
    const { text, problem } = readVariable(name, environment)
    if (problem !== undefined) problems.push(problem)
    else if (text === undefined) missing.push(name)
    else values[key] = typeof variable === 'string' ? text : new Secret(text)
  }
  if (missing.length > 0) problems.unshift(missingText(missing))
  if (problems.length > 0) throw new VarveError('V1002', `${problems.join('; ')}. Set them in the environment or in a .env file; a name with _FILE can point to a file that holds the value.`, { context: { missing } })
  // Each key was given a value of its kind in the loop above.
  return values as RequiredEnvironment<Wanted>
}

/**
 * Reads one secret from the environment, or from the file that the variable of the same name with `_FILE` names.
 *
 * @example
 * ```ts
 * const password = secretFromEnv('WAREHOUSE_PASSWORD')
 * ```
 * @throws VarveError V1002 when it is missing or cannot be read.
 */
export function secretFromEnv(name: string, environment: Environment = process.env): Secret {
  return requireEnvironment({ value: secret(name) }, environment).value
}

/** Names variables that are missing. */
export function missingText(names: readonly string[]): string {
  return names.length === 1 ? `The environment variable ${names[0]} is missing` : `${names.length} environment variables are missing: ${names.join(', ')}`
}
