import type pg from 'pg'
import { VarveError } from '../../error/varve-error.js'
import { untilNextLook, type Lock, type LockOptions } from '../lock.js'
import { pgError } from './pg-errors.js'

const pollMs = 200

/**
 * Takes a session lock of the server on a connection of its own. The server ends it with the connection, so a process that is
 * killed leaves no lock behind.
 */
export async function takePostgresLock(client: pg.Client, name: string, options: LockOptions, where: string): Promise<Lock> {
  const lost = new AbortController()
  let released = false
  const drop = () => {
    if (!released) lost.abort(new VarveError('V3012', `${where}: the connection that holds the lock "${name}" broke, because the server ended it or cannot be reached. Another process may hold the lock now, so the work was stopped; run it again when the server answers.`, { isRetryable: true }))
  }
  client.on('error', drop)
  client.on('end', drop)
  try {
    await client.connect()
    await acquire(client, name, options, where)
  } catch (error) {
    released = true
    await client.end().catch(() => undefined)
    if (options.signal?.aborted) throw options.signal.reason
    throw pgError(error, where)
  }
  const release = async () => {
    if (released) return
    released = true
    await client.end().catch(() => undefined)
  }
  return { name, lost: lost.signal, release, [Symbol.asyncDispose]: release }
}

// Polling instead of a waiting statement: a wait inside the server would hold a snapshot open and could not be told who holds it.
async function acquire(client: pg.Client, name: string, options: LockOptions, where: string): Promise<void> {
  const wait = options.wait ?? 'wait'
  const deadline = wait === 'wait' ? Infinity : wait === 'refuse' ? 0 : Date.now() + wait
  for (let isTold = false; ; isTold = true) {
    const { rows } = await client.query<{ taken: boolean }>(`select pg_try_advisory_lock(hashtextextended($1, 0)) as taken`, [name])
    if (rows[0]?.taken) return
    if (Date.now() >= deadline) {
      const holder = await holderOf(client, name)
      throw new VarveError('V4001', `${where}: the lock "${name}" is held by ${holder}. Wait for it to end, or ask to wait with --wait.`, {
        isRetryable: true,
        context: { lock: name, holder },
      })
    }
    if (!isTold) options.waiting?.(await holderOf(client, name))
    await untilNextLook(pollMs, options.signal)
  }
}

async function holderOf(client: pg.Client, name: string): Promise<string> {
  const { rows } = await client.query<{ name: string | null; since: string | null }>(
    `select a.application_name as name, to_char(a.backend_start at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as since
       from pg_catalog.pg_locks l left join pg_catalog.pg_stat_activity a on a.pid = l.pid
      where l.locktype = 'advisory' and l.granted and l.objsubid = 1
        and l.database = (select oid from pg_catalog.pg_database where datname = current_database())
        and ((l.classid::bigint << 32) | l.objid::bigint) = hashtextextended($1, 0)`,
    [name],
  )
  const holder = rows[0]
  return holder?.name ? `"${holder.name}" since ${holder.since}` : 'another session'
}
