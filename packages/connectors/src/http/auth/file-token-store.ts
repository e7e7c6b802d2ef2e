/// <reference path="./fs-native-extensions.d.ts" />
import { createHash } from 'node:crypto'
import { mkdir, open, readFile, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'
import { MemoryTokenStore, type StoredToken, type TokenStore } from './token-store.js'

const pollMs = 50
const tokenForm = z.object({ accessToken: z.string(), refreshToken: z.string().optional(), expiresAt: z.number() })

/**
 * Keeps tokens in a directory, one file a credential, readable by this user alone. Several processes can share it: one at a time
 * renews a token, and the operating system ends its turn with the process, however that ends.
 *
 * @example
 * ```ts
 * const store = new FileTokenStore('.varve/tokens')
 * ```
 */
export class FileTokenStore implements TokenStore {
  readonly #directory: string
  readonly #inProcess = new MemoryTokenStore()

  constructor(directory: string) {
    this.#directory = directory
  }

  async read(key: string): Promise<StoredToken | undefined> {
    const text = await readFile(this.#path(key), 'utf8').catch(noFile)
    if (text === undefined) return undefined
    const found = tokenForm.safeParse(parse(text))
    // A file that is no token of ours is as good as none: the next token replaces it.
    return found.success ? { ...found.data, refreshToken: found.data.refreshToken } : undefined
  }

  /** Written beside and moved into place, so a crash leaves the old file or the new one; forced to disk, since the old token is spent. */
  async write(key: string, token: StoredToken): Promise<void> {
    await mkdir(this.#directory, { recursive: true, mode: 0o700 })
    const path = this.#path(key)
    const fresh = `${path}.${process.pid}.new`
    const file = await open(fresh, 'w', 0o600)
    try {
      await file.writeFile(JSON.stringify(token))
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(fresh, path)
  }

  exclusively<T>(key: string, work: () => Promise<T>): Promise<T> {
    return this.#inProcess.exclusively(key, async () => {
      // Native, so loaded when it is needed: whoever keeps no tokens on disk can do without.
      const { tryLock, unlock } = await import('fs-native-extensions')
      await mkdir(this.#directory, { recursive: true, mode: 0o700 })
      const file = await open(`${this.#path(key)}.lock`, 'a+', 0o600)
      try {
        while (!tryLock(file.fd)) await sleep(pollMs)
        try {
          return await work()
        } finally {
          unlock(file.fd)
        }
      } finally {
        await file.close()
      }
    })
  }

  #path(key: string): string {
    return join(this.#directory, `${createHash('sha256').update(key).digest('hex').slice(0, 32)}.json`)
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function noFile(error: NodeJS.ErrnoException): undefined {
  if (error.code === 'ENOENT') return undefined
  throw error
}
