import { randomUUID } from 'node:crypto'
import { hostname } from 'node:os'
import { pipeline } from 'node:stream/promises'
import { Readable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import type { SQLWrapper } from 'drizzle-orm'
import pg from 'pg'
import { from as copyFrom } from 'pg-copy-streams'
import { VarveError } from '../../error/varve-error.js'
import type { SchemaChange } from '../../table/schema-change.js'
import type { Capabilities } from '../capabilities.js'
import { ddlStatements } from '../ddl.js'
import type { Engine, Transaction, TransactionOptions } from '../engine.js'
import type { Lock, LockOptions } from '../lock.js'
import { pgDdl } from './pg-ddl.js'
import { pgError } from './pg-errors.js'
import { pgPhrases } from './pg-phrases.js'
import { untilAborted, type PgRunner } from './pg-runner.js'
import { PgSession, PgTransaction } from './pg-session.js'
import { pgParsers } from './pg-values.js'
import { takePostgresLock } from './postgres-lock.js'

const cancelMs = 100

const capabilities: Capabilities = {
  concurrentSessions: true,
  cancellation: true,
  csvBytes: true,
  partitions: true,
  unloggedTables: true,
  maxParameters: 65_535,
}

/** How a server is reached; the url itself is never shown. */
export interface PostgresOptions {
  readonly url: string
  /** @defaultValue 10 */
  readonly poolSize?: number
  /** @defaultValue 10000 */
  readonly connectTimeoutMs?: number
}

/** Opens Postgres (15 or newer) and checks that it answers. */
export async function openPostgres(options: PostgresOptions): Promise<Engine> {
  const place = placeOf(options.url)
  const pool = new pg.Pool(poolConfig(options))
  // A connection that breaks while idle is replaced by the pool; its error would otherwise end the process.
  pool.on('error', () => undefined)
  try {
    const { rows } = await pool.query<{ version: string; number: number; database: string }>(
      `select current_setting('server_version') as version, current_setting('server_version_num')::int as number, current_database() as database`,
    )
    const server = rows[0]
    if (!server || server.number < 150_000) {
      throw new VarveError('V1008', `The server at ${place} is Postgres ${server?.version ?? 'of unknown version'}. Varve needs Postgres 15 or newer.`)
    }
    return new PostgresEngine(pool, `postgres ${server.version.split(' ')[0]} at ${place}`)
  } catch (error) {
    await pool.end().catch(() => undefined)
    throw pgError(error, `postgres at ${place}`)
  }
}

class PostgresEngine extends PgSession implements Engine {
  readonly capabilities = capabilities
  readonly phrases = pgPhrases
  readonly #pool: pg.Pool
  #closing: Promise<void> | undefined

  constructor(pool: pg.Pool, readonly description: string) {
    super(poolRunner(pool), description)
    this.#pool = pool
  }

  override async *stream<R>(statement: SQLWrapper, options: { readonly sliceRows?: number } = {}): AsyncGenerator<R[]> {
    const client = await this.#connect()
    let broken: unknown
    try {
      await client.query('begin read only')
      yield* new PgTransaction(clientRunner(client), this.description).stream<R>(statement, options)
    } catch (error) {
      broken = error
      throw error
    } finally {
      await client.query('rollback').catch((error: unknown) => (broken = error))
      client.release(broken instanceof Error && !(broken instanceof VarveError))
    }
  }

  async transaction<T>(work: (transaction: Transaction) => Promise<T>, options: TransactionOptions = {}): Promise<T> {
    const { signal } = options
    signal?.throwIfAborted()
    const client = await this.#connect()
    const run = (text: string) => guarded(() => client.query(text), this.description)
    const over = new AbortController()
    let cancelling: Promise<void> | undefined
    const cancel = () => {
      cancelling = this.#cancel(client, over.signal)
    }
    let usable = true
    try {
      signal?.addEventListener('abort', cancel)
      await run(`begin isolation level ${options.isolation ?? 'read committed'}`)
      const answer = await work(new PgTransaction(untilAborted(clientRunner(client), signal), this.description))
      signal?.throwIfAborted()
      await run('commit')
      return answer
    } catch (error) {
      over.abort()
      await cancelling
      await client.query('rollback').catch(() => (usable = false))
      throw signal?.aborted ? signal.reason : error
    } finally {
      signal?.removeEventListener('abort', cancel)
      // A cancellation that is still on its way would hit whoever gets the connection next.
      over.abort()
      await cancelling
      client.release(!usable)
    }
  }

  lock(name: string, options: LockOptions = {}): Promise<Lock> {
    return takePostgresLock(new pg.Client(clientConfigOf(this.#pool)), name, options, this.description)
  }

  explainChange(change: SchemaChange): readonly string[] {
    return ddlStatements(pgDdl, change)
  }

  async close(): Promise<void> {
    await (this.#closing ??= this.#pool.end())
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  #connect(): Promise<pg.PoolClient> {
    return guarded(() => connected(this.#pool), this.description)
  }

  // Again and again until the transaction is over: a cancellation that comes before its statement has begun is lost.
  async #cancel(client: pg.PoolClient, over: AbortSignal): Promise<void> {
    const { processID } = client as pg.PoolClient & { processID: number | null } // the driver has it, its types do not
    while (!over.aborted) {
      // Where nothing can be asked of the server any more, the transaction ends with its connection.
      await this.#pool.query('select pg_cancel_backend($1)', [processID]).catch(() => undefined)
      await sleep(cancelMs, undefined, { signal: over }).catch(() => undefined)
    }
  }
}

async function guarded<T>(work: () => Promise<T>, where: string): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw pgError(error, where)
  }
}

/** A connection of one's own. Whoever uses it learns of its breaking by the next statement; unheard, that would end the process. */
async function connected(pool: pg.Pool): Promise<pg.PoolClient> {
  const client = await pool.connect()
  if (!heard.has(client)) client.on('error', () => undefined)
  heard.add(client)
  return client
}

const heard = new WeakSet<pg.PoolClient>()

function poolRunner(pool: pg.Pool): PgRunner {
  return {
    run: async (text, values) => clientRunner(pool).run(text, values),
    copyIn: async (target, options, chunks) => {
      const client = await connected(pool)
      let broken = false
      try {
        return await clientRunner(client).copyIn(target, options, chunks)
      } catch (error) {
        broken = !(error instanceof Error && 'code' in error)
        throw error
      } finally {
        client.release(broken)
      }
    },
  }
}

function clientRunner(client: Pick<pg.ClientBase, 'query'> | pg.Pool): PgRunner {
  return {
    run: async (text, values) => {
      const answer = await client.query<Record<string, unknown>>(text, [...values])
      return { rows: answer.rows, rowCount: answer.rowCount ?? 0 }
    },
    copyIn: async (target, options, chunks) => {
      const copy = (client as pg.ClientBase).query(copyFrom(`copy ${target} from stdin (${options})`))
      await pipeline(Readable.from(chunks, { objectMode: false, highWaterMark: 256 * 1024 }), copy)
      return copy.rowCount ?? 0
    },
  }
}

function poolConfig(options: PostgresOptions): pg.PoolConfig {
  return {
    connectionString: options.url,
    max: options.poolSize ?? 10,
    connectionTimeoutMillis: options.connectTimeoutMs ?? 10_000,
    application_name: `varve ${hostname()} ${process.pid}`.slice(0, 63),
    keepAlive: true,
    types: { getTypeParser: parserOf as pg.CustomTypesConfig['getTypeParser'] },
    // Every session is in UTC and reads dates one way, whatever the server's or the user's settings are.
    onConnect: async (client: pg.ClientBase) => {
      await client.query(`set timezone = 'UTC'; set datestyle = 'ISO, YMD'; set intervalstyle = 'iso_8601'; set extra_float_digits = 1`)
    },
  }
}

function parserOf(oid: number, format?: 'text' | 'binary'): (text: string) => unknown {
  return pgParsers[oid] ?? (pg.types.getTypeParser(oid, format === 'binary' ? 'text' : format) as (text: string) => unknown)
}

function clientConfigOf(pool: pg.Pool): pg.ClientConfig {
  const { connectionString, connectionTimeoutMillis, application_name } = (pool as pg.Pool & { options: pg.PoolConfig }).options
  return { connectionString, connectionTimeoutMillis, application_name: application_name ?? `varve ${randomUUID()}`, keepAlive: true }
}

/** Host, port and database of a url: nothing of the credentials. */
function placeOf(url: string): string {
  try {
    const { hostname: host, port, pathname } = new URL(url)
    return `${host || 'localhost'}:${port || '5432'}${pathname}`
  } catch (cause) {
    throw new VarveError('V1001', 'The url of the server cannot be read. Write postgres://user@host:5432/database; special characters in a password are percent-encoded.', { context: { reason: (cause as Error).name } })
  }
}
