/// <reference path="./fs-native-extensions.d.ts" />
import { closeSync, ftruncateSync, mkdirSync, openSync, readFileSync, writeSync } from 'node:fs'
import { hostname } from 'node:os'
import { dirname } from 'node:path'
import { tryLock, unlock } from 'fs-native-extensions'
import { VarveError } from '../../error/varve-error.js'
import { untilNextLook, type LockOptions } from '../lock.js'

const pollMs = 100

/**
 * Keeps a second process out of a data directory: two at once would lose rows without a word. The operating system ends the
 * lock with the process, however that ends; the file itself stays, and says who holds it while it is held.
 */
export async function lockDirectory(directory: string, options: LockOptions = {}): Promise<() => void> {
  const path = `${directory}.lock`
  mkdirSync(dirname(path), { recursive: true })
  const file = openSync(path, 'a+')
  const wait = options.wait ?? 'refuse'
  const deadline = wait === 'wait' ? Infinity : wait === 'refuse' ? 0 : Date.now() + wait
  try {
    for (let isTold = false; !tryLock(file); isTold = true) {
      if (Date.now() >= deadline) throw inUse(directory, path)
      if (!isTold) options.waiting?.(holderOf(path))
      await untilNextLook(pollMs, options.signal)
    }
    ftruncateSync(file)
    writeSync(file, `process ${process.pid} on ${hostname()} since ${new Date().toISOString()}\n`)
  } catch (error) {
    closeSync(file)
    throw error
  }
  return () => {
    ftruncateSync(file)
    unlock(file)
    closeSync(file)
  }
}

function inUse(directory: string, path: string): VarveError {
  const holder = holderOf(path)
  return new VarveError(
    'V4002',
    `The database directory "${directory}" is in use by ${holder}. One process at a time can use an embedded database: wait for it to end, ask to wait with --wait, or use a server.`,
    { isRetryable: true, context: { directory, holder } },
  )
}

function holderOf(path: string): string {
  try {
    return readFileSync(path, 'utf8').trim() || 'another process'
  } catch {
    return 'another process' // some systems do not let others read a locked file
  }
}
