import type { Pipeline } from '../pipeline/pipeline.js'
import type { DataQualityCheck } from '../quality/check.js'
import type { TableLike } from '../table/table-like.js'

/** How much is logged: each level says what the next ones say, and more. */
export const logLevels = ['debug', 'info', 'warn', 'error', 'silent'] as const

/** A level of the log. */
export type LogLevel = (typeof logLevels)[number]

/** The forms that log lines can have. `auto` is `pretty` on a terminal and `json` elsewhere. */
export const logFormats = ['auto', 'json', 'pretty'] as const

/** A form of log lines. */
export type LogFormat = (typeof logFormats)[number]

/** A pipeline that is made or imported when it is run, or shown. */
export type LazyPipeline = () => Pipeline | Promise<Pipeline | { readonly default: Pipeline }>

/** What a configuration file says. Everything may be left out. */
export interface VarveConfig {
  /** The url of the warehouse without credentials, or the environment variable that holds it. @defaultValue an embedded database in `./.varve/db` */
  readonly database?: string | { readonly env: string } | undefined
  /** The pipelines that can be run: a list, or by name, where each can be a function that imports it. */
  readonly pipelines?: readonly Pipeline[] | Readonly<Record<string, Pipeline | LazyPipeline>> | undefined
  /** The tables of the warehouse, for `init`, `migrate` and `doctor`. */
  readonly tables?: readonly TableLike[] | undefined
  /** Checks that belong to no batch, for `check`. */
  readonly checks?: readonly DataQualityCheck[] | undefined
  readonly log?: {
    /** @defaultValue 'info', on a terminal 'warn' */
    readonly level?: LogLevel | undefined
    /** @defaultValue 'auto' */
    readonly format?: LogFormat | undefined
  } | undefined
}

/**
 * Types a configuration, for the default export of `varve.config.ts`.
 *
 * @example
 * ```ts
 * import { defineConfig } from '@varve/core'
 *
 * export default defineConfig({
 *   database: { env: 'CRM_WAREHOUSE' },
 *   pipelines: { crm: async () => (await import('./pipelines/crm.js')).crm },
 *   log: { level: 'info' },
 * })
 * ```
 */
export function defineConfig(config: VarveConfig): VarveConfig {
  return config
}
