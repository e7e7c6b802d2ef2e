import { relative } from 'node:path'
import { defaultUrl } from '../engine/open-engine.js'
import { VarveError } from '../error/varve-error.js'
import type { Pipeline } from '../pipeline/pipeline.js'
import type { DataQualityCheck } from '../quality/check.js'
import type { TableLike } from '../table/table-like.js'
import { findConfigFile, loadError, readConfigFile } from './config-file.js'
import { configProblems, isPipeline } from './config-problems.js'
import { loadEnvFile, missingText, readVariable, type Environment } from './environment.js'
import { Secret } from './secret.js'
import { logLevels, type LogFormat, type LogLevel, type VarveConfig } from './varve-config.js'

/** Where a configuration is looked for, and what wins over it. */
export interface ConfigRequest {
  /** @defaultValue the working directory */
  readonly directory?: string | undefined
  /** The file, instead of the one that is found in the directory. */
  readonly file?: string | undefined
  /** The url of the database, before all that is configured. */
  readonly database?: string | undefined
  /** The log level, before all that is configured. */
  readonly logLevel?: string | undefined
  /** The variables of `.env` are added to it. @defaultValue process.env */
  readonly environment?: Record<string, string | undefined> | undefined
  /** Modules that the file gets from here when it imports them by name. */
  readonly modules?: Readonly<Record<string, unknown>> | undefined
}

/** The configuration that holds. */
export interface ResolvedConfig {
  /** The file it was read from, where there is one. */
  readonly file: string | undefined
  readonly database: {
    readonly url: Secret
    /** What named the database, for people: `--db`, `VARVE_DB`, the file … */
    readonly from: string
  }
  /** By name; each is imported when it is asked for. */
  readonly pipelines: ReadonlyMap<string, () => Promise<Pipeline>>
  readonly tables: readonly TableLike[]
  readonly checks: readonly DataQualityCheck[]
  readonly log: { readonly level: LogLevel | undefined; readonly format: LogFormat }
}

/**
 * Reads the configuration: the environment with the `.env` file, and `varve.config.ts` (or `.mts`, `.js`, `.mjs`, `.json`). The database is the first that
 * is named by the request, `VARVE_DB`, `WAREHOUSE_DB`, the file; else it is embedded in `./.varve/db`.
 *
 * @example
 * ```ts
 * const config = await loadConfig()
 * await using engine = await openEngine(config.database.url.reveal())
 * ```
 * @throws VarveError V1002 with everything that is wrong.
 */
export async function loadConfig(request: ConfigRequest = {}): Promise<ResolvedConfig> {
  const directory = request.directory ?? process.cwd()
  const environment = request.environment ?? process.env
  loadEnvFile(directory, environment)
  const file = findConfigFile(directory, request.file)
  const name = file === undefined ? '' : relative(directory, file)
  const read = file === undefined ? {} : await readConfigFile(directory, file, request.modules).catch((error: VarveError) => error)
  const problems = read instanceof VarveError ? [read.message.replace(/^\[V\d+\] /, '').replace(/\.$/, '')] : (await configProblems(read)).map((problem) => `${name}: ${problem}`)
  // Nothing of a wrong file is used, so that its mistakes are not followed by others that come of them.
  const config = (problems.length === 0 ? read : {}) as VarveConfig // as configProblems has found
  const database = chooseDatabase(request.database, environment, config.database, name, problems)
  const level = chooseLevel(request.logLevel, environment, problems)
  if (problems.length === 1 && read instanceof VarveError) throw read
  if (problems.length > 0) {
    throw new VarveError('V1002', problems.length === 1 ? `${problems[0]}.` : `The configuration has ${problems.length} mistakes:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`, { context: { problems } })
  }
  return {
    file,
    // Most of a url is no secret, and what is, is known by its form.
    database: { url: new Secret(database.url, { isRemembered: false }), from: database.from },
    pipelines: new Map(pipelineEntries(config.pipelines ?? [], name)),
    tables: config.tables ?? [],
    checks: config.checks ?? [],
    log: { level: level ?? config.log?.level, format: config.log?.format ?? 'auto' },
  }
}

function chooseDatabase(asked: string | undefined, environment: Environment, configured: VarveConfig['database'], file: string, problems: string[]): { url: string; from: string } {
  if (asked) return { url: asked, from: '--db' }
  for (const name of ['VARVE_DB', 'WAREHOUSE_DB']) {
    const { text, problem } = readVariable(name, environment)
    if (problem !== undefined) problems.push(problem)
    if (text !== undefined) return { url: text, from: name }
  }
  if (typeof configured === 'string') return { url: configured, from: file }
  if (configured) {
    const { text, problem } = readVariable(configured.env, environment)
    if (text !== undefined) return { url: text, from: `${configured.env}, as ${file} says` }
    problems.push(problem ?? `${file}: database: ${missingText([configured.env])}: set it to the url of the warehouse, or name the database with --db`)
  }
  return { url: defaultUrl, from: 'nothing else named one' }
}

function chooseLevel(asked: string | undefined, environment: Environment, problems: string[]): LogLevel | undefined {
  const [level, from] = asked ? [asked, '--log-level'] : [environment['LOG_LEVEL'] || undefined, 'LOG_LEVEL']
  const known = logLevels.find((one) => one === level?.toLowerCase())
  if (level !== undefined && known === undefined) problems.push(`${from} is "${level}", which is none of ${logLevels.join(', ')}`)
  return known
}

function pipelineEntries(pipelines: NonNullable<VarveConfig['pipelines']>, file: string): [string, () => Promise<Pipeline>][] {
  // Narrowed by hand: the compiler takes no readonly array for one here.
  if (Array.isArray(pipelines)) return (pipelines as readonly Pipeline[]).map((one) => [one.name, () => Promise.resolve(one)])
  return Object.entries(pipelines).map(([name, entry]) => [
    name,
    async () => {
      if (typeof entry !== 'function') return entry
      // Called within a promise: what it throws at once is told like what it rejects with, and it may answer without one.
      const answer: Pipeline | { readonly default?: unknown } | undefined = await Promise.resolve().then(entry).catch((error: unknown) => {
        throw loadError(`${file}: pipelines.${name}`, error)
      })
      const found = isPipeline(answer) ? answer : answer?.default
      if (!isPipeline(found)) throw new VarveError('V1002', `${file}: pipelines.${name}: what it imports is no pipeline. Export the pipeline by default, or answer it: async () => (await import(…)).${name}.`)
      if (found.name !== name) throw new VarveError('V1002', `${file}: pipelines.${name}: the pipeline that it imports is called "${found.name}". Write it under that name.`)
      return found
    },
  ])
}
