import { VarveError } from '../error/varve-error.js'
import type { Engine } from './engine.js'
import type { LockOptions } from './lock.js'

/** How an engine is opened. */
export interface OpenOptions {
  /** What to do when another process uses an embedded database. @defaultValue 'refuse' */
  readonly wait?: LockOptions['wait'] | undefined
  readonly signal?: AbortSignal | undefined
  /** Told once who uses an embedded database, when there is somebody to wait for. */
  readonly waiting?: LockOptions['waiting']
  /** @defaultValue process.env */
  readonly environment?: Readonly<Record<string, string | undefined>>
}

/** Where an embedded database lives when nothing else is said. */
export const defaultUrl = 'pglite://.varve/db'

/** The forms of url that are known, for messages and help. */
export const urlForms = ['pglite://memory', 'pglite://<directory>', 'postgres://user@host:5432/database'] as const

/**
 * Opens a database by url. Without a url it takes `VARVE_DB`, then `WAREHOUSE_DB`, then an embedded database in `./.varve/db`.
 *
 * @example
 * ```ts
 * await using engine = await openEngine('pglite://memory')
 * ```
 * @throws VarveError V1001 for a url that names no engine, V3001 and V3002 when the server cannot be reached or refuses, V4002 when the directory is in use.
 */
export async function openEngine(url?: string, options: OpenOptions = {}): Promise<Engine> {
  const environment = options.environment ?? process.env
  const chosen = url || environment['VARVE_DB'] || environment['WAREHOUSE_DB'] || defaultUrl
  const scheme = /^([a-z]+):\/\//i.exec(chosen)?.[1]?.toLowerCase()
  switch (scheme ?? '') {
    case 'pglite': {
      const place = chosen.slice('pglite://'.length)
      if (place === '') break
      const { openPglite } = await import('./pglite/pglite-engine.js')
      return openPglite({ directory: place === 'memory' ? undefined : place, wait: options.wait, signal: options.signal, waiting: options.waiting })
    }
    case 'postgres':
    case 'postgresql': {
      const { openPostgres } = await import('./postgres/postgres-engine.js')
      return openPostgres({ url: chosen })
    }
  }
  // The url may hold a password, so only its scheme is shown.
  throw new VarveError('V1001', `${scheme ? `"${scheme}://…"` : 'The url'} names no engine. Allowed are ${urlForms.join(', ')}.`)
}
