import { mkdirSync, realpathSync } from 'node:fs'
import { relative, resolve } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { PGlite, type Transaction as PgliteTransaction } from '@electric-sql/pglite'
import type { SchemaChange } from '../../table/schema-change.js'
import type { Capabilities } from '../capabilities.js'
import { ddlStatements } from '../ddl.js'
import type { Engine, Transaction, TransactionOptions } from '../engine.js'
import type { Lock, LockOptions } from '../lock.js'
import { pgDdl } from '../postgres/pg-ddl.js'
import { pgError } from '../postgres/pg-errors.js'
import { pgPhrases } from '../postgres/pg-phrases.js'
import { untilAborted, type PgRunner } from '../postgres/pg-runner.js'
import { PgSession, PgTransaction } from '../postgres/pg-session.js'
import { pgParsers } from '../postgres/pg-values.js'
import { lockDirectory } from './directory-lock.js'
import { OneConnection } from './one-connection.js'
import { ProcessLocks } from './process-locks.js'

const capabilities: Capabilities = {
  concurrentSessions: false,
  cancellation: false,
  csvBytes: true,
  partitions: true,
  unloggedTables: true,
  maxParameters: 65_535,
}

// One blob a COPY: large enough that the statement costs little, small enough that memory stays flat (measured).
const blobBytes = 4 * 1024 * 1024

/** Where the embedded database lives. */
export interface PgliteOptions {
  /** A directory, or nothing for a database in memory. */
  readonly directory?: string | undefined
  readonly wait?: LockOptions['wait'] | undefined
  readonly signal?: AbortSignal | undefined
  readonly waiting?: LockOptions['waiting']
}

/** Opens the embedded engine, alone on its directory. */
export async function openPglite(options: PgliteOptions): Promise<Engine> {
  if (options.directory === undefined) return new PgliteEngine(await boot(undefined), 'embedded database in memory', () => undefined)
  let directory = resolve(options.directory)
  const description = `embedded database in ${relative(process.cwd(), directory) || '.'}`
  try {
    mkdirSync(directory, { recursive: true })
    directory = realpathSync.native(directory) // one directory has one lock, by whichever way it is reached
  } catch (error) {
    throw pgError(error, description)
  }
  const unlock = await lockDirectory(directory, { wait: options.wait ?? 'refuse', signal: options.signal, waiting: options.waiting })
  try {
    return new PgliteEngine(await boot(directory), description, unlock)
  } catch (error) {
    unlock()
    throw pgError(error, description)
  }
}

async function boot(directory: string | undefined): Promise<PGlite> {
  const database = await PGlite.create({ ...(directory === undefined ? {} : { dataDir: directory }), parsers: { ...pgParsers } })
  await database.exec(`set timezone = 'UTC'; set datestyle = 'ISO, YMD'; set intervalstyle = 'iso_8601'; set extra_float_digits = 1`)
  return database
}

class PgliteEngine extends PgSession implements Engine {
  readonly capabilities = capabilities
  readonly phrases = pgPhrases
  readonly #database: PGlite
  readonly #connection: OneConnection
  readonly #locks: ProcessLocks
  readonly #unlock: () => void
  #closing: Promise<void> | undefined

  constructor(database: PGlite, readonly description: string, unlock: () => void) {
    const connection = new OneConnection(description)
    super(connection.outside(runnerOf(database)), description)
    this.#database = database
    this.#connection = connection
    this.#locks = new ProcessLocks(description)
    this.#unlock = unlock
  }

  async transaction<T>(work: (transaction: Transaction) => Promise<T>, options: TransactionOptions = {}): Promise<T> {
    options.signal?.throwIfAborted()
    // Kept aside: the database would wrap an error of ours on its way out.
    let failure: { readonly error: unknown } | undefined
    try {
      return await this.#connection.transaction(() =>
        this.#database.transaction(async (inner) => {
          try {
            if (options.isolation) await inner.query(`set transaction isolation level ${options.isolation}`)
            const answer = await work(new PgTransaction(untilAborted(runnerOf(inner), options.signal), this.description))
            options.signal?.throwIfAborted()
            return answer
          } catch (error) {
            failure = { error }
            throw error
          }
        }),
      )
    } catch (error) {
      if (failure) throw failure.error
      throw pgError(error, this.description)
    }
  }

  lock(name: string, options: LockOptions = {}): Promise<Lock> {
    return this.#locks.take(name, options)
  }

  explainChange(change: SchemaChange): readonly string[] {
    return ddlStatements(pgDdl, change)
  }

  async close(): Promise<void> {
    await (this.#closing ??= this.#end())
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  async #end(): Promise<void> {
    if (this.#database.closed) return
    await this.#database.close()
    this.#unlock()
  }
}

function runnerOf(database: PGlite | PgliteTransaction): PgRunner {
  return {
    run: async (text, values) => {
      await turn()
      const answer = await database.query<Record<string, unknown>>(text, [...values], { serializers: asText })
      return { rows: answer.rows, rowCount: answer.affectedRows || answer.rows.length }
    },
    copyIn: async (target, options, chunks) => {
      let rows = 0
      for await (const blob of blobs(chunks)) {
        await turn()
        const answer = await database.query(`copy ${target} from '/dev/blob' with (${options})`, [], { blob: new Blob([blob]) })
        rows += answer.affectedRows ?? 0
      }
      return rows
    },
  }
}

// The database runs in this very thread and answers at once, so rows from memory could be poured into it without the process ever
// getting round to signals and timers: Ctrl-C would not be heard. Each statement gives them their turn.
function turn(): Promise<void> {
  return setImmediate()
}

// Parameters arrive as text already; the database's own serialisers would ask for numbers, dates and booleans.
const asText = new Proxy<Record<number, (value: unknown) => string>>({}, { get: () => String })

/** Joins chunks into blobs that end at a row's end, since each blob is a COPY of its own. */
async function* blobs(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer<ArrayBuffer>> {
  let parts: Buffer[] = []
  let size = 0
  for await (const chunk of chunks) {
    parts.push(chunk)
    size += chunk.length
    // The text format's chunks end with their rows. Those of CSV are cut by whoever made them, at the ends of rows too.
    if (size >= blobBytes && chunk.at(-1) === 0x0a) {
      yield Buffer.concat(parts)
      parts = []
      size = 0
    }
  }
  if (size > 0) yield Buffer.concat(parts)
}
