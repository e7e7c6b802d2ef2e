import { mkdir, open, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { createHash } from 'node:crypto'

/**
 * Remembers how far a long crawl came, so that it can go on after a crash.
 *
 * @example
 * ```ts
 * const store: CheckpointStore = new FileCheckpointStore('.varve/checkpoints')
 * ```
 */
export interface CheckpointStore {
  read(key: string): Promise<string | undefined>
  write(key: string, value: string): Promise<void>
  clear(key: string): Promise<void>
}

/**
 * Keeps checkpoints in a directory, one file a crawl.
 *
 * @example
 * ```ts
 * const store = new FileCheckpointStore('.varve/checkpoints')
 * await store.write('tracktik shifts', '2025-03-01T00:00:00Z')
 * ```
 */
export class FileCheckpointStore implements CheckpointStore {
  readonly #directory: string

  constructor(directory: string) {
    this.#directory = directory
  }

  async read(key: string): Promise<string | undefined> {
    try {
      const { value } = JSON.parse(await readFile(this.#path(key), 'utf8')) as { value: string } // written below
      return value
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
      throw error
    }
  }

  /** Moved into place, so a crash leaves the old checkpoint or the new one. */
  async write(key: string, value: string): Promise<void> {
    await mkdir(this.#directory, { recursive: true })
    const path = this.#path(key)
    const file = await open(`${path}.new`, 'w')
    try {
      await file.writeFile(JSON.stringify({ key, value }))
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(`${path}.new`, path)
  }

  async clear(key: string): Promise<void> {
    await rm(this.#path(key), { force: true })
  }

  #path(key: string): string {
    return join(this.#directory, `${createHash('sha256').update(key).digest('hex').slice(0, 32)}.json`)
  }
}
