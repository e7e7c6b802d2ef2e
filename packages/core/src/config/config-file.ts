import { existsSync, readFileSync } from 'node:fs'
import { extname, join, relative, resolve } from 'node:path'
import { errorMessage } from '../error/error-message.js'
import { VarveError } from '../error/varve-error.js'
import { redact } from '../log/redact.js'

/** The names of a configuration file, in the order in which they are looked for. */
export const configNames = ['varve.config.ts', 'varve.config.mts', 'varve.config.js', 'varve.config.mjs', 'varve.config.json'] as const

/**
 * Finds the configuration file: the one that was asked for, or the one in the directory.
 *
 * @throws VarveError V1002 when the file that was asked for is not there, or when the directory has several.
 */
export function findConfigFile(directory: string, asked: string | undefined): string | undefined {
  if (asked !== undefined) {
    const path = resolve(directory, asked)
    if (!existsSync(path)) throw new VarveError('V1002', `The configuration file "${asked}" does not exist. Check its path, which starts at ${directory}.`)
    return path
  }
  const [found, another] = configNames.filter((name) => existsSync(join(directory, name)))
  if (another !== undefined) throw new VarveError('V1002', `There are two configuration files, ${found} and ${another}, in ${directory}. Keep one of them, or choose with --config.`)
  return found === undefined ? undefined : join(directory, found)
}

/**
 * Reads what a configuration file exports by default. TypeScript needs no build.
 *
 * @param modules Modules that the file gets from us when it imports them by name, so that both sides have the same.
 */
export async function readConfigFile(directory: string, path: string, modules: Readonly<Record<string, unknown>> = {}): Promise<unknown> {
  const name = relative(directory, path)
  try {
    if (extname(path) === '.json') return JSON.parse(readFileSync(path, 'utf8')) as unknown
    return (await importFile(path, modules))['default']
  } catch (error) {
    throw loadError(name, error)
  }
}

/**
 * Imports a module of TypeScript or JavaScript by its path; it needs no build.
 *
 * @param modules Modules that the file gets from us when it imports them by name, so that both sides have the same.
 * @example
 * ```ts
 * const { customers } = await importFile('/srv/warehouse/customers.ts')
 * ```
 */
export async function importFile(path: string, modules: Readonly<Record<string, unknown>> = {}): Promise<Readonly<Record<string, unknown>>> {
  const { createJiti } = await import('jiti')
  // No cache on disk: it would lie in a directory that others can write to, and be run.
  return createJiti(path, { fsCache: false, virtualModules: { ...modules } }).import<Readonly<Record<string, unknown>>>(path)
}

/** What went wrong while something of ours was imported, with the place that names it; an error of ours keeps its code. */
export function loadError(place: string, error: unknown): VarveError {
  if (error instanceof VarveError) return new VarveError(error.code, `${place}: ${error.message.replace(/^\[V\d+\] /, '')}`, { cause: error, context: error.context })
  const [reason] = redact(errorMessage(error)).split(/\s*\nRequire stack:/)
  return new VarveError('V1002', `${place} cannot be loaded: ${reason?.trim()}. Correct it and try again.`, { cause: error })
}
